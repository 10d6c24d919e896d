using Npgsql;

namespace Tiffin.Storage;

/// <summary>
/// Where the log begins and ends, and how far its subscribers have come, asked so that only the partitions at its ends
/// are opened. Remembers which those were; an answer that could be wrong for it is asked for again without.
/// </summary>
public sealed class LogBounds
{
    LogRange ends = LogRange.All;
    long passed;

    /// <summary>The positions of the first and the last event; zeros for a log without any.</summary>
    public async Task<(long First, long Last)> Read(NpgsqlConnection connection, CancellationToken cancel)
    {
        var bounds = await EventTable.Bounds(connection, ends, cancel)
            ?? await EventTable.Bounds(connection, LogRange.All, cancel) ?? default;
        ends = new LogRange(LogTable.EndOf(bounds.First), LogTable.StartOf(bounds.Last));
        return bounds;
    }

    internal async Task<List<SubscriberState>> Subscribers(NpgsqlConnection connection, CancellationToken cancel)
    {
        var states = await SubscriberTable.States(connection, Volatile.Read(ref passed), cancel)
            ?? await SubscriberTable.States(connection, cancel);
        Volatile.Write(ref passed, states.Count > 0 ? LogTable.StartOf(states.Min(state => state.Position)) : 0);
        return states;
    }
}

/// <summary>
/// The first event is looked for before <paramref name="FirstBefore"/>, the last from <paramref name="LastFrom"/> on.
/// </summary>
sealed record LogRange(long FirstBefore, long LastFrom)
{
    public static readonly LogRange All = new(long.MaxValue, 0);
}
