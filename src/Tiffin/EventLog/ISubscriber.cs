using Npgsql;
using Tiffin.Storage;

namespace Tiffin.EventLog;

/// <summary>
/// Somebody who reads the log in order and has an effect, once per event. One node reads for a subscriber at a time.
/// </summary>
public interface ISubscriber
{
    /// <summary>Stands in the checkpoint's row, metrics and health: never change it.</summary>
    string Name { get; }

    /// <summary>How many events are read at once at most.</summary>
    int BatchMax => 1_000;

    /// <summary>
    /// One batch in this time, unless it is full: under load events gather meanwhile, the first after a rest is read at
    /// once.
    /// </summary>
    TimeSpan Linger => TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Looks at a batch before anything is done about it. False when there is nothing to do: the checkpoint moves past
    /// it later, so that a crash may bring the batch back.
    /// </summary>
    ValueTask<bool> Concerns(
        NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancel) => new(true);

    /// <summary>
    /// Effects outside the database, before the checkpoint moves: at least once, so they carry the events' ids.
    /// Throwing stops the subscriber at this batch until a later try goes through.
    /// </summary>
    Task Publish(IReadOnlyList<StoredEvent> events, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>
    /// Effects in the database, in the transaction that moves the checkpoint: exactly once, whatever crashes. It is not
    /// waited for until it is on disk: a crash may take the last moments back, effect and checkpoint together.
    /// </summary>
    Task Apply(NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancel) =>
        Task.CompletedTask;

    /// <summary>After that transaction, on this node: a hint to look at once. It is lost in a crash.</summary>
    void Applied() { }
}
