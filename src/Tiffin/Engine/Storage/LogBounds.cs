using Npgsql;

namespace Tiffin.Engine.Storage;

/// <summary>
/// Reads the first and last position of the log and the subscribers' checkpoints, opening only the partitions at both
/// ends. It caches which partitions those were, and repeats the query without that restriction when the cache may be
/// out of date.
/// </summary>
sealed class LogBounds
{
    LogRange ends = LogRange.All;
    long lagFrom;

    /// <summary>Positions of the first and the last event; zeros when the log is empty.</summary>
    public async Task<(long First, long Last)> Read(NpgsqlConnection connection, CancellationToken cancel)
    {
        var bounds = await EventTable.Bounds(connection, ends, cancel)
            ?? await EventTable.Bounds(connection, LogRange.All, cancel) ?? default;
        ends = new LogRange(LogTable.PartitionEnd(bounds.First), LogTable.PartitionStart(bounds.Last));
        return bounds;
    }

    internal async Task<List<SubscriberState>> Subscribers(NpgsqlConnection connection, CancellationToken cancel)
    {
        var states = await SubscriberTable.States(connection, Volatile.Read(ref lagFrom), cancel)
            ?? await SubscriberTable.States(connection, cancel);
        Volatile.Write(
            ref lagFrom, states.Count > 0 ? LogTable.PartitionStart(states.Min(state => state.Position)) : 0);
        return states;
    }
}

/// <summary>
/// Search range: the first event is below <paramref name="FirstBefore"/>, the last at or above
/// <paramref name="LastFrom"/>.
/// </summary>
sealed record LogRange(long FirstBefore, long LastFrom)
{
    public static readonly LogRange All = new(long.MaxValue, 0);
}
