namespace Tiffin.Engine.Commit;

/// <summary>The bounds of the write path.</summary>
public sealed class CommitOptions
{
    /// <summary>
    /// Commands that wait at most. At 10,000 a second this is a fifth of a second of waiting; more would only turn a
    /// quick refusal into a slow one.
    /// </summary>
    public int QueueMax { get; set; } = 2_000;

    /// <summary>
    /// New orders are turned away when what waits already would take longer than this, at the pace of the last second:
    /// a quick refusal is worth more than a slow answer. Moves and cancels go on until the queue is full.
    /// </summary>
    public TimeSpan OrdersWait { get; set; } = TimeSpan.FromSeconds(0.1);

    /// <summary>
    /// Commands that may wait whatever the pace is, before new orders are turned away: one batch, so that a node which
    /// has just started and is slow takes what the next batch can carry, and five hundred callers at once are all
    /// served. With fewer, those that are taken wait for less when there are far too many: see benchmarks/log.md.
    /// </summary>
    public int OrdersMin { get; set; } = 500;

    /// <summary>
    /// Commands in one transaction at most: larger ones save little and hold the log's lock for longer.
    /// </summary>
    public int BatchMax { get; set; } = 500;

    /// <summary>
    /// Under load the next batch waits for a moment: callers that were just answered ask again, and a fuller batch
    /// costs less an order. Measured at 64 connections: some 5 % more orders; with 6 ms it is fewer again.
    /// </summary>
    public TimeSpan Gather { get; set; } = TimeSpan.FromMilliseconds(3);

    /// <summary>From a batch of so many on there is load: below, nobody waits for anybody.</summary>
    public int GatherFrom { get; set; } = 16;

    /// <summary>How long a caller waits for its answer before it is told to ask again with the same key.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a batch may wait for the log's lock and its rows; then its session is given up.</summary>
    public TimeSpan Prefetch { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>
    /// How long a batch may be under way before the node is not ready, and how long PostgreSQL may leave the writer
    /// without an answer before a second session looks after its backend.
    /// </summary>
    public TimeSpan BatchBudget { get; set; } = TimeSpan.FromSeconds(2);
}
