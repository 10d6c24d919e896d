using System.Runtime.CompilerServices;
using Tiffin.Edge;
using Tiffin.Edge.Streaming;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Events;

/// <summary>The events that match the filter, and the position up to which the log was read.</summary>
sealed record FeedPage(List<StoredEvent> Events, long Next);

static class EventQueries
{
    // Positions that one page scans. Bounds the cost of a selective filter; the cursor still advances past them.
    const long WindowMax = 20_000;

    static readonly string pageSql = $"""
        position > $1 AND position <= $2
            AND ($3::smallint[] IS NULL OR type = ANY($3)) AND ($4::text[] IS NULL OR kitchen = ANY($4))
            AND ($5::text IS NULL OR brand_id = $5) AND {ChannelEvents.Sql("$6")}
        ORDER BY position LIMIT $7
        """;

    public static async Task<(long First, long Last)> Bounds(Database database, CancellationToken cancel)
    {
        await using var connection = await database.OpenRequest(cancel);
        return await database.Log.Read(connection, cancel);
    }

    public static async Task<FeedPage> Page(
        Database database, EventFilter filter, long after, long upTo, int limit, CancellationToken cancel)
    {
        var end = Math.Min(upTo, after + WindowMax);
        await using var connection = await database.OpenRequest(cancel);
        var events = await EventTable.ReadWhere(connection, pageSql, cancel,
            P(after), P(end), P(filter.Types?.Select(type => (short)type).ToArray()), P(filter.Kitchens?.ToArray()),
            P(filter.BrandId), P(filter.Channel), P(limit));
        if (events.Count > 0) await Replication.Confirm(connection, cancel);
        return new FeedPage(events, events.Count == limit ? events[^1].Position : end);
    }

    public static async IAsyncEnumerable<StoredEvent> Past(
        Database database, EventFilter filter, long after, long upTo,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        while (after < upTo)
        {
            var page = await Page(database, filter, after, upTo, limit: 200, cancel);
            foreach (var e in page.Events) yield return e;
            after = page.Next;
        }
    }
}
