using System.ComponentModel;
using System.Globalization;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using Tiffin.Edge.Streaming;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Events;

/// <summary>
/// Reads the event log: in pages, by long polling, or live as server-sent events with
/// <c>Accept: text/event-stream</c>.
/// </summary>
static class EventEndpoints
{
    // Below the idle timeout of common proxies.
    const int WaitSecondsMax = 30;

    public static void MapEvents(this IEndpointRouteBuilder app)
    {
        var events = app.MapGroup("/v1").WithTags("Events");
        events.MapGet("events", Feed)
            .Allow(Staff | Channel, Own)
            .Describe("listEvents", "Read the event feed",
                "All events in commit order, without gaps: in pages by cursor, by long polling, or live with "
                + "Accept: text/event-stream. Always continue from nextCursor, even after an empty page.")
            .QueryParameter("after", "Continue after a page: the nextCursor of the previous page, or 'latest'. "
                + "Without it a page begins with the oldest event, a stream with the next one.")
            .QueryParameter("limit", "Maximum number of events to return, 1 to 200.")
            .QueryParameter("wait", "Long polling: seconds to wait for an event if there is none, up to 30.",
                Bounds.Number(0, WaitSecondsMax))
            .QueryParameter("types",
                "Event types such as order.placed, or families such as order.*, separated by commas.")
            .QueryParameter("kitchenId", "Events of these kitchens, separated by commas.", Bounds.Slugs())
            .QueryParameter("brandId", "Events of this brand.")
            .EventStream("Events as they happen.")
            .Response<EventPageView>(200, "A page of events, or the stream.")
            .Problem(400, "cursor_ahead")
            .Problem(410, "cursor_gone");
        events.MapGet("orders/{id}/events", ListOrderEvents)
            .Allow(Anyone, Own)
            .Describe("listOrderEvents", "Read or follow an order's events",
                "The order's history, or live with Accept: text/event-stream.")
            .EventStream("The order's events as they happen, until it is delivered or cancelled.")
            .Response<EventPageView>(200, "The order's events, or the stream.")
            .Response(204, "The order is delivered or cancelled, and Last-Event-ID is its last event.")
            .Problem(404, "not_found");
    }

    static async Task<IResult> Feed(HttpContext context, Database database, LiveFeed feed)
    {
        var query = new Query(context);
        var (filter, limit) = (FeedQuery.Filter(query).Within(Scope.Of(context.Caller())), query.Limit);
        var wait = query.Number("wait", 0, WaitSecondsMax, 0);
        if (query.Problem is { } bad) return bad;
        var bounds = await EventQueries.Bounds(database, FeedQuery.IsLatest(context), context.RequestAborted);
        var (live, withStock) = (context.WantsEventStream(), context.Caller().SeesStock);
        if (FeedQuery.ParseAfter(context, live, bounds, out var after) is { } badCursor) return badCursor;
        if (live)
            return new EventStreamResult(new StreamPlan(
                OrderId: null, filter, after,
                (from, to, cancel) => EventQueries.ReadPast(database, filter, from, to, cancel),
                frame => frame.Feed(withStock)));

        var start = after ?? bounds.First - 1;
        var page = await EventQueries.Page(database, filter, start, bounds.Last, limit, context.RequestAborted);
        if (page.Events.Count == 0 && (page.EndPosition >= bounds.Last || page.EndPosition == start) && wait > 0)
            page = await LongPoll(database, feed, filter, page.EndPosition, limit, TimeSpan.FromSeconds(wait), context);
        return new EventPage(page.Events, page.EndPosition.ToString(CultureInfo.InvariantCulture), withStock);
    }

    static async Task<FeedPage> LongPoll(
        Database database, LiveFeed feed, EventFilter filter, long after, int limit, TimeSpan time, HttpContext context)
    {
        if (feed.Join(orderId: null, filter, after) is not { } client) return new FeedPage([], after);
        using var whileValid = context.CreateCredentialTokenSource(database.Clock, feed.Stopping);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(whileValid.Token);
        end.CancelAfter(time);
        try
        {
            var joined = await client.Joined.WaitAsync(end.Token);
            // Reads up to the joined position, in several windows if necessary: the cursor must not skip unread events.
            var events = await EventQueries.ReadPast(database, filter, after, joined, end.Token)
                .Take(limit).ToListAsync(end.Token);
            if (events.Count > 0) return new FeedPage(events, events[^1].Position);
            after = Math.Max(after, joined);
            await client.Frames.WaitToReadAsync(end.Token);
            while (events.Count < limit && client.Frames.TryRead(out var frame)) events.Add(frame.Event);
            return new FeedPage(events, events.Count > 0 ? events[^1].Position : after);
        }
        catch (NewerEventException newer)
        {
            // An immediate empty page would make the caller poll this node in a tight loop.
            if (newer.Position == after + 1)
                await Task.Delay(Timeout.Infinite, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return new FeedPage([], after);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return new FeedPage([], after);
        }
        finally
        {
            feed.Leave(client);
        }
    }

    static async Task<IResult> ListOrderEvents(
        [Description("The order's id.")] string id, HttpContext context, Database database)
    {
        if (!Guid.TryParseExact(id, "D", out var orderId)) return Problems.NotFound;
        var caller = context.Caller();
        if (await OrderHistory.Find(database, Scope.Of(caller), orderId, context.RequestAborted) is not { } history)
            return Problems.NotFound;
        return context.WantsEventStream()
            ? history.Stream(context, database, frame => frame.OfOrder(caller.SeesStock))
            : new EventPage(await history.Events(database, context.RequestAborted), next: null, caller.SeesStock);
    }
}
