using Npgsql;
using Tiffin.Engine.Storage;

namespace Tiffin.Engine.EventLog;

/// <summary>
/// Consumes the event log in order. Effects in this database are exactly-once; external effects are at-least-once. One
/// node at a time, the holder of the lease, runs a subscriber.
/// </summary>
interface ISubscriber
{
    /// <summary>Key of the checkpoint's row, and the label in metrics and health: never change it.</summary>
    string Name { get; }

    /// <summary>Maximum number of events per batch.</summary>
    int BatchMax => 1_000;

    /// <summary>
    /// Minimum time between two batches, so that events accumulate under load. A full batch, and the first event after
    /// an idle period, are handled at once.
    /// </summary>
    TimeSpan Linger => TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Called first for every batch. Returns null when the batch requires no effect: its checkpoint is then advanced
    /// later, so after a crash the batch may be delivered again.
    /// </summary>
    ValueTask<ISubscriberBatch?> Prepare(
        NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancel);
}

/// <summary>The effects of one batch of events, in the order of these methods.</summary>
interface ISubscriberBatch
{
    /// <summary>
    /// External effects, before the checkpoint advances: at-least-once, so receivers must deduplicate by event id. If
    /// it throws, the subscriber prepares the batch again until it succeeds.
    /// </summary>
    Task Publish(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>
    /// Effects in the database, in the transaction that advances the checkpoint: exactly-once. It is committed with
    /// synchronous_commit=off: a crash can undo the most recent transactions, effect and checkpoint together.
    /// </summary>
    Task Apply(NpgsqlConnection connection, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Called on this node after that transaction, as a hint. Not called if the node crashes.</summary>
    void Applied() { }
}
