using System.Buffers;
using System.Text.Json;

namespace Tiffin.Engine.Storage;

/// <summary>
/// A reusable buffer for writing JSON. Each thread keeps one, so that writing an order or an event allocates only the
/// resulting bytes.
/// </summary>
sealed class JsonBuffer : IDisposable
{
    // A larger buffer is not reused, so that one large response does not pin its memory.
    const int KeptMax = 64 * 1024;

    [ThreadStatic]
    static JsonBuffer? spare;

    readonly ArrayBufferWriter<byte> output = new(4096);

    JsonBuffer() => Json = new Utf8JsonWriter(output, ReadableJson.Writer);

    public Utf8JsonWriter Json { get; }

    /// <summary>Valid until the buffer is disposed.</summary>
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

    /// <summary>An object as a line of JSON Lines.</summary>
    public static byte[] Line(Action<Utf8JsonWriter> body) => [.. Object(body), (byte)'\n'];

    public void Dispose()
    {
        if (output.Capacity > KeptMax) return;
        output.ResetWrittenCount();
        Json.Reset(output);
        spare = this;
    }
}
