using Npgsql;
using Tiffin.Storage;

namespace Tiffin.EventLog;

/// <summary>
/// The newest events that this node committed itself, as they are in the log. Its readers take them from here, so that
/// an event that every subscriber wants is not fetched and decoded by each; whatever is older, or came from another
/// node, they read from the database.
/// </summary>
public sealed class LogTail
{
    /// <summary>A few batches: readers that keep up are never further behind. Some twenty megabytes at most.</summary>
    const int EventsMax = 16_384;

    readonly Lock gate = new();
    readonly StoredEvent[] ring = new StoredEvent[EventsMax];
    long first = 1;
    long last;

    /// <summary>
    /// The events of one commit; of several in their order. <paramref name="predecessor"/> is the id of the event
    /// before the first one. Positions alone do not show that a failover lost events and another node has committed
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

    /// <summary>What is here is not in the log: it was lost in a fail-over.</summary>
    public void Forget()
    {
        lock (gate) first = last + 1;
    }

    /// <summary>One event; null when it is not here.</summary>
    public StoredEvent? Find(long position, Guid id)
    {
        lock (gate)
        {
            if (position < first || position > last) return null;
            var e = ring[position % EventsMax];
            return e.Id == id ? e : null;
        }
    }

    /// <summary>Reads on in commit order.</summary>
    /// <exception cref="LogRewoundException">What stood at the place was lost in a fail-over.</exception>
    public async ValueTask<IReadOnlyList<StoredEvent>> ReadAfter(
        NpgsqlConnection session, LogPlace place, int max, CancellationToken cancel) =>
        After(place, max) ?? (IReadOnlyList<StoredEvent>)await Read(session, place, max, cancel);

    /// <summary>
    /// Null when the next event or the one at the place is not here. A place without an id has to be confirmed by the
    /// database: what is here may have been lost since.
    /// </summary>
    internal List<StoredEvent>? After(LogPlace place, int max)
    {
        lock (gate)
        {
            var position = place.Position;
            if (place.Id is not { } id || position < first || position >= last) return null;
            if (ring[position % EventsMax].Id != id) throw new LogRewoundException(position);
            var events = new List<StoredEvent>((int)Math.Min(max, last - position));
            for (var next = position + 1; events.Count < events.Capacity; next++) events.Add(ring[next % EventsMax]);
            return events;
        }
    }

    /// <summary>With the event at the place, to see whether it still stands there.</summary>
    async Task<List<StoredEvent>> Read(
        NpgsqlConnection session, LogPlace place, int max, CancellationToken cancel)
    {
        if (place.Id is not { } id) return await EventTable.ReadAfter(session, place.Position, max, cancel);
        var events = await EventTable.ReadAfter(session, place.Position - 1, max + 1, cancel);
        // With nothing after it, the log ends before the place; else its partition may have been dropped meanwhile.
        if (events.Count == 0 || (events[0].Position == place.Position && events[0].Id != id))
        {
            Forget();
            throw new LogRewoundException(place.Position);
        }
        if (events[0].Position == place.Position) events.RemoveAt(0);
        return events;
    }
}

/// <summary>
/// The log no longer holds what was read of it: a fail-over lost it, and hands its positions out again.
/// </summary>
public sealed class LogRewoundException(long position)
    : Exception($"The event at position {position} was lost in a fail-over: what was read of the log is not in it.");
