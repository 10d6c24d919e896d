using System.Threading.Channels;
using Tiffin.Domain;

namespace Tiffin.Edge.Streaming;

/// <summary>
/// A client of the live feed. Its queue is bounded: when the queue is full, the client is disconnected and resumes from
/// the last event that it received, so that a slow client does not affect others.
/// </summary>
/// <param name="orderId">Only events of this order; null for all that match the filter.</param>
/// <param name="filter">Which events to deliver.</param>
/// <param name="queueMax">Capacity of the queue.</param>
/// <param name="after">
/// The last position that the client received, possibly from a node whose feed is ahead of this one: events up to it
/// are not sent again.
/// </param>
sealed class FeedClient(Guid? orderId, EventFilter filter, int queueMax, long after = 0)
{
    readonly Channel<Frame> queue = Channel.CreateBounded<Frame>(
        new BoundedChannelOptions(queueMax) { SingleReader = true, SingleWriter = true });

    readonly TaskCompletionSource<long> joined = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Only events of this order; null for all that match the filter.</summary>
    public Guid? OrderId => orderId;

    /// <summary>Whether the client has no credentials, only a tracking link.</summary>
    public bool IsAnonymous { get; init; }

    /// <summary>
    /// All matching events after this position come through <see cref="Frames"/>, until the client is disconnected.
    /// </summary>
    public Task<long> Joined => joined.Task;

    /// <summary>Completes when the client is disconnected.</summary>
    public ChannelReader<Frame> Frames => queue.Reader;

    // Used only by the feed's loop.
    bool isDisconnected;

    long watermark;

    /// <summary>
    /// All matching events up to this position are in <see cref="Frames"/> or were past when the client joined. Read it
    /// before emptying the queue; it stops when the client is disconnected.
    /// </summary>
    public long Watermark => Math.Max(after, Volatile.Read(ref watermark));

    internal void CompleteJoin(long position)
    {
        AdvanceWatermark(position);
        joined.TrySetResult(position);
    }

    /// <summary>All events up to the position were offered.</summary>
    internal void AdvanceWatermark(long position)
    {
        if (!isDisconnected) Volatile.Write(ref watermark, position);
    }

    internal void Offer(Frame frame)
    {
        if (isDisconnected || frame.Event.Position <= after || !filter.Matches(frame.Event)) return;
        // If only a newer node knows the event's type, the client resumes there.
        if (EventTypes.Find(frame.Event.Type) is null || !queue.Writer.TryWrite(frame)) Disconnect();
    }

    internal void Disconnect()
    {
        isDisconnected = true;
        joined.TrySetCanceled();
        queue.Writer.TryComplete();
    }
}
