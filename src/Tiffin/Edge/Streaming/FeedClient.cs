using System.Threading.Channels;

namespace Tiffin.Edge.Streaming;

/// <summary>
/// Somebody who follows the log live. Its queue is bounded: when it is full, the client is cut off and resumes from
/// what it saw last; the others feel nothing.
/// </summary>
/// <param name="orderId">The order that it follows; null for all that pass the filter.</param>
/// <param name="filter">What it wants to see.</param>
/// <param name="queueMax">Frames that may wait for it.</param>
/// <param name="after">
/// The last position that the client has seen, perhaps on a node whose feed is ahead of this one's: events up to it are
/// not sent a second time.
/// </param>
public sealed class FeedClient(Guid? orderId, EventFilter filter, int queueMax, long after = 0)
{
    readonly Channel<Frame> queue = Channel.CreateBounded<Frame>(
        new BoundedChannelOptions(queueMax) { SingleReader = true, SingleWriter = true });

    readonly TaskCompletionSource<long> joined = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The order that it follows; null for all that pass the filter.</summary>
    public Guid? OrderId => orderId;

    /// <summary>Of whom nothing is known but that they have an order's link.</summary>
    public bool IsVisitor { get; init; }

    /// <summary>
    /// Every event after this position comes through <see cref="Frames"/>, unless the client is cut off.
    /// </summary>
    public Task<long> Joined => joined.Task;

    /// <summary>Ends when the client is cut off.</summary>
    public ChannelReader<Frame> Frames => queue.Reader;

    // Used by the feed's loop alone.
    bool isCut;

    internal void Join(long position) => joined.TrySetResult(position);

    internal void Offer(Frame frame)
    {
        if (isCut || frame.Event.Position <= after || !filter.Passes(frame.Event)) return;
        if (!queue.Writer.TryWrite(frame)) Cut();
    }

    internal void Cut()
    {
        isCut = true;
        joined.TrySetCanceled();
        queue.Writer.TryComplete();
    }
}
