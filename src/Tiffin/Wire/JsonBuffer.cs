using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tiffin.Wire;

/// <summary>
/// A buffer to write JSON into, used again and again: each thread keeps one, so that writing an order or an event
/// leaves nothing behind but the bytes that are kept.
/// </summary>
sealed class JsonBuffer : IDisposable
{
    /// <summary>One that grew beyond what an answer needs is let go.</summary>
    const int KeptMax = 64 * 1024;

    // Indian names in Devanagari stay readable; what is written here is application/json, never HTML.
    static readonly JsonWriterOptions relaxed = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    [ThreadStatic]
    static JsonBuffer? spare;

    readonly ArrayBufferWriter<byte> output = new(4096);

    JsonBuffer() => Json = new Utf8JsonWriter(output, relaxed);

    public Utf8JsonWriter Json { get; }

    /// <summary>Good until the buffer is disposed of.</summary>
    public ReadOnlyMemory<byte> Written
    {
        get
        {
            Json.Flush();
            return output.WrittenMemory;
        }
    }

    public static JsonBuffer Rent()
    {
        var buffer = spare ?? new JsonBuffer();
        spare = null;
        return buffer;
    }

    /// <summary>The bytes of an object whose members <paramref name="body"/> writes.</summary>
    public static byte[] Object(Action<Utf8JsonWriter> body)
    {
        using var buffer = Rent();
        buffer.Json.WriteStartObject();
        body(buffer.Json);
        buffer.Json.WriteEndObject();
        return buffer.Written.ToArray();
    }

    public void Dispose()
    {
        if (output.Capacity > KeptMax) return;
        output.ResetWrittenCount();
        Json.Reset(output);
        spare = this;
    }
}
