using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tiffin.Engine.Storage;

/// <summary>
/// JSON in which quotes and non-ASCII names, such as Devanagari, stay readable. Safe because the output is
/// application/json, never HTML.
/// </summary>
static class ReadableJson
{
    public static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static readonly JsonWriterOptions Writer = new() { Encoder = Encoder, SkipValidation = true };

    public static readonly JsonSerializerOptions Serializer = new() { Encoder = Encoder };
}
