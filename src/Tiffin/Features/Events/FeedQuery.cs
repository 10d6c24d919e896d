using System.Globalization;
using Tiffin.Edge;
using Tiffin.Edge.Streaming;

namespace Tiffin.Features.Events;

/// <summary>Parses the query parameters of the event feed.</summary>
static class FeedQuery
{
    const string Latest = "latest";

    public static EventFilter Filter(Query query) =>
        new(query.EventTypes("types"), query.Slugs("kitchenId"), query.Slug("brandId"));

    public static bool IsLatest(HttpContext context) => context.Request.Query["after"] == Latest;

    /// <summary>
    /// The position to continue after: <c>Last-Event-ID</c> of a stream, or <c>after</c>. Null if neither is given: a
    /// page then starts at the oldest event, a stream at the next one.
    /// </summary>
    public static Problem? ParseAfter(HttpContext context, bool live, (long First, long Last) bounds, out long? after)
    {
        after = null;
        var text = live && context.LastEventId() is { } last ? last : context.Request.Query["after"].ToString();
        if (text.Length == 0) return null;
        if (text == Latest) after = bounds.Last;
        else if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
            after = position;
        else return Problems.BadParameter(
            live && context.LastEventIdPointer() is { } place ? place : Query.Pointer("after"),
            "must be a position in the feed, or 'latest'");
        if (after > bounds.Last) return CursorAhead(bounds.Last);
        return after < bounds.First - 1 ? CursorGone(bounds.First) : null;
    }

    public static Problem CursorGone(long first) => new(410, "cursor_gone", "Cursor expired",
        $"Events before position {first} are no longer kept. Start over with after={first - 1}.")
    {
        WriteExtensions = json => json.WriteString("oldest", (first - 1).ToString(CultureInfo.InvariantCulture)),
    };

    // Only committed positions are published, so the log was restored since then, or a failover lost its end.
    public static Problem CursorAhead(long last) => new(400, "cursor_ahead", "Cursor ahead of the log",
        $"The newest event is at position {last}; later ones that you read were lost. Continue with after={last}.")
    {
        WriteExtensions = json => json.WriteString("newest", last.ToString(CultureInfo.InvariantCulture)),
    };
}
