using Npgsql;
using Tiffin.Engine.Storage;

namespace Tiffin.Engine.EventLog;

/// <summary>
/// In-memory ring of the newest events that this node committed. Subscribers on this node read from it, so that an
/// event is not fetched and decoded once per subscriber. Older events and those of other nodes come from the database.
/// </summary>
sealed class LogTail
{
    // A few batches: readers that keep up are never further behind. Some twenty megabytes at most.
    const int EventsMax = 16_384;

    readonly Lock gate = new();
    readonly StoredEvent[] ring = new StoredEvent[EventsMax];
    long first = 1;
    long last;

    /// <summary>
    /// Adds the events of one commit; call it in commit order. <paramref name="predecessor"/> is the id of the event
    /// before the first one: positions alone do not reveal that a failover lost events and another node has committed
    /// as many since.
    /// </summary>
    public void Append(Guid predecessor, IReadOnlyList<StoredEvent> events)
    {
        lock (gate)
        {
            if (!Follows(events[0].Position, predecessor)) first = events[0].Position;
            foreach (var e in events) ring[e.Position % EventsMax] = e;
            last = events[^1].Position;
            first = Math.Max(first, last - EventsMax + 1);
        }
    }

    bool Follows(long position, Guid predecessor) =>
        position == last + 1 && (last < first || ring[last % EventsMax].Id == predecessor);

    /// <summary>Discards all events: a failover lost them, so they are no longer in the log.</summary>
    public void Clear()
    {
        lock (gate) first = last + 1;
    }

    /// <summary>The event, or null when it is not in the ring.</summary>
    public StoredEvent? Find(long position, Guid id)
    {
        lock (gate)
        {
            if (position < first || position > last) return null;
            var e = ring[position % EventsMax];
            return e.Id == id ? e : null;
        }
    }

    /// <summary>Reads the events after <paramref name="after"/> in commit order.</summary>
    /// <exception cref="LogRewoundException">The event at that place was lost in a failover.</exception>
    public async ValueTask<IReadOnlyList<StoredEvent>> ReadAfter(
        NpgsqlConnection session, LogPosition after, int max, CancellationToken cancel) =>
        ReadFromMemory(after, max) ?? (IReadOnlyList<StoredEvent>)await ReadFromDatabase(session, after, max, cancel);

    /// <summary>
    /// Null when the ring lacks the next event or the one at the place. A place without an id must be checked against
    /// the database: the events in the ring may have been lost since.
    /// </summary>
    internal List<StoredEvent>? ReadFromMemory(LogPosition after, int max)
    {
        lock (gate)
        {
            var position = after.Position;
            if (after.Id is not { } id || position < first || position >= last) return null;
            if (ring[position % EventsMax].Id != id) throw new LogRewoundException(position);
            var events = new List<StoredEvent>((int)Math.Min(max, last - position));
            for (var next = position + 1; events.Count < events.Capacity; next++) events.Add(ring[next % EventsMax]);
            return events;
        }
    }

    // Reads the event at the place as well, to verify that it is still in the log.
    async Task<List<StoredEvent>> ReadFromDatabase(
        NpgsqlConnection session, LogPosition after, int max, CancellationToken cancel)
    {
        if (after.Id is not { } id) return await EventTable.ReadAfter(session, after.Position, max, cancel);
        var events = await EventTable.ReadAfter(session, after.Position - 1, max + 1, cancel);
        // No events: the log ends before the place. A later first event: retention has dropped the place's partition.
        if (events.Count == 0 || (events[0].Position == after.Position && events[0].Id != id))
        {
            Clear();
            throw new LogRewoundException(after.Position);
        }
        if (events[0].Position == after.Position) events.RemoveAt(0);
        return events;
    }
}

/// <summary>
/// Events that were already read are no longer in the log: a failover lost them, and their positions are assigned
/// again.
/// </summary>
sealed class LogRewoundException(long position)
    : Exception($"The event at position {position} was lost in a failover: events that were read are missing.");
