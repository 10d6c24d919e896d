using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tiffin.Edge;

/// <summary>Reads a value; null if the JSON has another type, or a value out of range such as 1e999.</summary>
delegate T? StrictRead<T>(ref Utf8JsonReader json) where T : struct;

/// <summary>
/// Reads a value, or throws an error with the expected type: for constructor parameters, the serializer's own error
/// names the type of the object, not that of the property.
/// </summary>
sealed class StrictConverter<T>(string expected, StrictRead<T> read, Action<Utf8JsonWriter, T> write) : JsonConverter<T>
    where T : struct
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        read(ref reader) ?? throw new JsonException($"expected {expected}");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => write(writer, value);
}
