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
    /// <summary>A few batches: readers that keep up are never further behind. Some ten megabytes at most.</summary>
    const int EventsMax = 8_192;

    readonly Lock gate = new();
    readonly StoredEvent[] ring = new StoredEvent[EventsMax];
    long first = 1;
    long last;

    /// <summary>The events of one commit; of several in their order.</summary>
    public void Append(IReadOnlyList<StoredEvent> events)
    {
        lock (gate)
        {
            // Another node has committed in between, or a fail-over has taken positions back.
            if (events[0].Position != last + 1) first = events[0].Position;
            foreach (var e in events) ring[e.Position % EventsMax] = e;
            last = events[^1].Position;
            first = Math.Max(first, last - EventsMax + 1);
        }
    }

    /// <summary>Reads on from a position, in commit order.</summary>
    public async ValueTask<IReadOnlyList<StoredEvent>> ReadAfter(
        NpgsqlConnection session, long position, int max, CancellationToken cancel) =>
        After(position, max) ?? (IReadOnlyList<StoredEvent>)await EventTable.ReadAfter(session, position, max, cancel);

    /// <summary>Null when the next event is not here.</summary>
    internal List<StoredEvent>? After(long position, int max)
    {
        lock (gate)
        {
            if (position + 1 < first || position >= last) return null;
            var events = new List<StoredEvent>((int)Math.Min(max, last - position));
            for (var next = position + 1; events.Count < events.Capacity; next++) events.Add(ring[next % EventsMax]);
            return events;
        }
    }
}
