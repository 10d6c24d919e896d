using System.Runtime.CompilerServices;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Edge.Streaming;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Events;

/// <summary>The events that match the filter, and the position up to which the log was read.</summary>
sealed record FeedPage(List<StoredEvent> Events, long EndPosition);

static class EventQueries
{
    // Positions that a page scans at most: bounds the cost of a selective filter. The cursor still advances past them.
    const long WindowMax = 20_000;

    static readonly string pageSql = $"""
        position > $1 AND position <= $2
            AND ($3::smallint[] IS NULL OR type = ANY($3)) AND ($4::text[] IS NULL OR kitchen = ANY($4))
            AND ($5::text IS NULL OR brand_id = $5) AND {ChannelEvents.Sql("$6")}
        ORDER BY position LIMIT $7
        """;

    /// <param name="confirmReplication">
    /// The caller continues from the last position: a failover must not lose it.
    /// </param>
    public static async Task<(long First, long Last)> Bounds(
        Database database, bool confirmReplication, CancellationToken cancel)
    {
        await using var connection = await database.OpenRequest(cancel);
        var bounds = await database.Log.Read(connection, cancel);
        if (confirmReplication) await Replication.Confirm(connection, cancel);
        return bounds;
    }

    /// <summary>
    /// Up to <paramref name="limit"/> events. Ends before the first event of a type that only a newer build knows: only
    /// a node of that build can show it.
    /// </summary>
    public static async Task<FeedPage> Page(
        Database database, EventFilter filter, long after, long upTo, int limit, CancellationToken cancel)
    {
        var end = Math.Min(upTo, after + WindowMax);
        await using var connection = await database.OpenRequest(cancel);
        var events = await EventTable.ReadWhere(connection, pageSql, cancel,
            P(after), P(end), P(filter.Types?.Select(type => (short)type).ToArray()), P(filter.Kitchens?.ToArray()),
            P(filter.BrandId), P(filter.Channel), P(limit));
        if (events.FindIndex(e => EventTypes.Find(e.Type) is null) is >= 0 and var unknown)
        {
            end = events[unknown].Position - 1;
            events.RemoveRange(unknown, events.Count - unknown);
        }
        var page = new FeedPage(events, events.Count == limit ? events[^1].Position : end);
        // Also if no event matches: callers continue from the position, which must not be reused after a failover.
        if (page.EndPosition > after) await Replication.Confirm(connection, cancel);
        return page;
    }

    /// <exception cref="NewerEventException">The next event is one that only a newer node can show.</exception>
    public static async IAsyncEnumerable<StoredEvent> ReadPast(
        Database database, EventFilter filter, long after, long upTo,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        while (after < upTo)
        {
            var page = await Page(database, filter, after, upTo, limit: 200, cancel);
            foreach (var e in page.Events) yield return e;
            if (page.EndPosition == after) throw new NewerEventException(after + 1);
            after = page.EndPosition;
        }
    }
}
