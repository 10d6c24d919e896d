using System.Buffers;
using System.Globalization;
using System.Text;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;

namespace Tiffin.Edge.Streaming;

/// <summary>
/// An event as server-sent events carry it (https://html.spec.whatwg.org/multipage/server-sent-events.html), encoded
/// once for all clients that get it. No <c>event:</c> line, so that a plain <c>onmessage</c> sees every type.
/// </summary>
public sealed class Frame(StoredEvent e)
{
    // Two clients may encode at the same time; they make the same bytes.
    byte[]? feed;
    byte[]? feedOfOthers;
    byte[]? ofOrder;
    byte[]? ofOrderOfOthers;
    byte[]? tracked;

    public StoredEvent Event => e;

    /// <summary>For the feed: the id is the position in the log.</summary>
    public ReadOnlyMemory<byte> Feed(bool withStock) => withStock
        ? feed ??= Encode(e.Position, CloudEventJson.Bytes(e, true))
        : feedOfOthers ??= Encode(e.Position, CloudEventJson.Bytes(e, false));

    /// <summary>For an order's own stream: the id is the order's version.</summary>
    public ReadOnlyMemory<byte> OfOrder(bool withStock) => withStock
        ? ofOrder ??= Encode(e.Sequence!.Value, CloudEventJson.Bytes(e, true))
        : ofOrderOfOthers ??= Encode(e.Sequence!.Value, CloudEventJson.Bytes(e, false));

    /// <summary>For the customer: nothing but what it says on the tin.</summary>
    public ReadOnlyMemory<byte> Tracked => tracked ??= Encode(e.Sequence!.Value, TrackJson.Step(e));

    static byte[] Encode(long id, ReadOnlySpan<byte> json)
    {
        var frame = new ArrayBufferWriter<byte>(json.Length + 40);
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {id}\ndata: "), frame);
        frame.Write(json);
        frame.Write("\n\n"u8);
        return frame.WrittenSpan.ToArray();
    }
}
