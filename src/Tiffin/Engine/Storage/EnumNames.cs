using System.Text.Json;
using System.Text.Json.Serialization;
using Tiffin.Domain;

namespace Tiffin.Engine.Storage;

/// <summary>Reads and writes every enum by its name in <see cref="Names"/>, never as a number.</summary>
sealed class EnumNames : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(EnumName<>).MakeGenericType(typeToConvert))!;
}

sealed class EnumName<T> : JsonConverter<T> where T : struct, Enum
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Names.TryParse(Text(ref reader), out T value)
            ? value
            : throw new JsonException($"expected one of: {string.Join(", ", Names.All<T>())}");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Names.Of(value));

    static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Unpaired surrogates: no name has them.
            return "";
        }
    }
}
