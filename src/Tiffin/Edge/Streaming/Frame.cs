using System.Buffers;
using System.Globalization;
using System.Text;
using Tiffin.Domain;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;

namespace Tiffin.Edge.Streaming;

/// <summary>
/// An event as server-sent events carry it (https://html.spec.whatwg.org/multipage/server-sent-events.html), encoded
/// once for all clients. Events of the log have no <c>event:</c> line, so that a plain <c>onmessage</c> sees every
/// type.
/// </summary>
sealed class Frame(StoredEvent e)
{
    // Benign race: two clients may encode at the same time, with the same result.
    byte[]? feed;
    byte[]? feedWithoutStock;
    byte[]? ofOrder;
    byte[]? ofOrderWithoutStock;
    byte[]? tracked;

    public StoredEvent Event => e;

    /// <summary>For the feed: the id is the position in the log.</summary>
    public ReadOnlyMemory<byte> Feed(bool withStock) => withStock
        ? feed ??= Encode(e.Position, CloudEventJson.Bytes(e, true))
        : feedWithoutStock ??= Encode(e.Position, CloudEventJson.Bytes(e, false));

    /// <summary>For an order's own stream: the id is the order's version.</summary>
    public ReadOnlyMemory<byte> OfOrder(bool withStock) => withStock
        ? ofOrder ??= Encode(e.Sequence!.Value, CloudEventJson.Bytes(e, true))
        : ofOrderWithoutStock ??= Encode(e.Sequence!.Value, CloudEventJson.Bytes(e, false));

    /// <summary>
    /// For order tracking: only status and time. A change of anything but the status is an event named <c>changed</c>,
    /// or empty if customers have no use for it.
    /// </summary>
    public ReadOnlyMemory<byte> Tracked => tracked ??= EventTypes.Row(e.Type) switch
    {
        { Status: not null } => Encode(e.Sequence!.Value, TrackingEventJson.Step(e)),
        { IsForCustomers: true } => Encode(e.Sequence!.Value, TrackingEventJson.Step(e), "event: changed\n"),
        _ => [],
    };

    /// <summary>
    /// A named event, which <c>onmessage</c> does not see, and without an id, so that the client's last id stays that
    /// of an event.
    /// </summary>
    public static ReadOnlyMemory<byte> Heartbeat(DateTimeOffset now, long position) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"event: heartbeat\ndata: {{\"now\":\"{JsonTime.Text(now)}\",\"position\":\"{position}\"}}\n\n"));

    /// <summary>Ignored by clients.</summary>
    public static readonly ReadOnlyMemory<byte> Comment = ":\n\n"u8.ToArray();

    static byte[] Encode(long id, ReadOnlySpan<byte> json, string name = "")
    {
        var frame = new ArrayBufferWriter<byte>(json.Length + 40);
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {id}\n{name}data: "), frame);
        frame.Write(json);
        frame.Write("\n\n"u8);
        return frame.WrittenSpan.ToArray();
    }
}
