using System.Text.Json;
using System.Text.Json.Serialization;
using Tiffin.Domain.Orders;

namespace Tiffin.Engine.Storage;

/// <summary>Serialization metadata of small types that are stored or sent unchanged.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(Rfc3339)])]
[JsonSerializable(typeof(IReadOnlyList<string?>))]
[JsonSerializable(typeof(Address))]
sealed partial class WireJson : JsonSerializerContext;

/// <summary>Times as <see cref="JsonTime"/> writes them; read with any offset.</summary>
sealed class Rfc3339 : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time)
            ? time
            : throw new JsonException("expected an RFC 3339 time, such as 2026-01-31T18:30:00Z");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(JsonTime.Text(value));
}
