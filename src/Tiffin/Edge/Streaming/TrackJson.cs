using System.Buffers;
using System.Text.Json;
using Tiffin.Domain;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.Streaming;

/// <summary>
/// What a customer sees of an order: no names of staff, no reasons between us, no ids but the number.
/// </summary>
static class TrackJson
{
    /// <summary>A step as it happens: <c>{"status":"ready","at":"…"}</c>.</summary>
    public static byte[] Step(StoredEvent e)
    {
        var output = new ArrayBufferWriter<byte>(80);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        // Types of orders are "order." and the status.
        json.WriteString("status"u8, Names.Of(e.Type)["order.".Length..]);
        json.WriteString("at"u8, JsonTime.Text(e.At));
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }
}
