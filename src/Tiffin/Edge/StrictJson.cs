using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge;

/// <summary>
/// The options of all request and response bodies. Requests are read strictly: an unknown or repeated property, an
/// unexpected null, or a string that PostgreSQL cannot store is an error with a JSON pointer.
/// </summary>
static class StrictJson
{
    const string DateFormat = "yyyy-MM-dd";

    static readonly JsonConverter[] converters =
    [
        new StrictStringConverter(),
        new StrictConverter<int>("an integer",
            (ref json) => json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var number) ? number : null,
            (json, number) => json.WriteNumberValue(number)),
        new StrictConverter<long>("an integer",
            (ref json) => json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var number) ? number : null,
            (json, number) => json.WriteNumberValue(number)),
        // Finite: 1e999 would be read as infinity, which JSON cannot write.
        new StrictConverter<double>("a number",
            (ref json) => json.TokenType == JsonTokenType.Number && json.TryGetDouble(out var number)
                && double.IsFinite(number) ? number : null,
            (json, number) => json.WriteNumberValue(number)),
        new StrictConverter<bool>("true or false",
            (ref json) => json.TokenType is JsonTokenType.True or JsonTokenType.False ? json.GetBoolean() : null,
            (json, flag) => json.WriteBooleanValue(flag)),
        new StrictConverter<DateOnly>("a date such as 2026-01-31",
            (ref json) => json.TokenType == JsonTokenType.String && DateOnly.TryParseExact(
                StrictStringConverter.Of(ref json), DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None,
                out var date) ? date : null,
            (json, date) => json.WriteStringValue(date.ToString(DateFormat, CultureInfo.InvariantCulture))),
        new Rfc3339(), new EnumNames(),
    ];

    /// <summary>Returns a new instance: a serializer context owns its options.</summary>
    public static JsonSerializerOptions Options()
    {
        var options = new JsonSerializerOptions();
        Apply(options);
        return options;
    }

    public static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.MaxDepth = 16;
        options.Encoder = ReadableJson.Encoder;
        foreach (var converter in converters) options.Converters.Add(converter);
    }
}

/// <summary>A string that PostgreSQL can store: without NUL and unpaired surrogates.</summary>
sealed class StrictStringConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? Of(ref reader) : throw new JsonException("expected a string");

    public override string ReadAsPropertyName(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Of(ref reader);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value);

    public static string Of(ref Utf8JsonReader reader)
    {
        string text;
        try
        {
            text = reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new JsonException("expected a string of valid Unicode, without unpaired surrogates");
        }
        return text.Contains('\0', StringComparison.Ordinal)
            ? throw new JsonException("expected a string without the character NUL")
            : text;
    }
}
