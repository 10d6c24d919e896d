using Tiffin.Domain.Orders;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using Tiffin.Edge.Streaming;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Tracking;

/// <summary>Public order tracking. The token in the URL is the only credential.</summary>
static class TrackEndpoints
{
    public static void MapTracking(this IEndpointRouteBuilder app)
    {
        app.MapGet("/t/{token}", Page).ExcludeFromDescription().Public(limitByAddress: true)
            .WithMetadata(new PageEndpoint(TrackPage.Refuse));
        var track = app.MapGroup("/v1/track/{token}").WithTags("Tracking").Public(limitByAddress: true);
        track.MapGet("", Get)
            .Describe("trackOrder", "Track an order",
                "What the page at the order's trackingUrl shows. The token is not the order's id.")
            .Response<TrackView>(200, "The order, without prices, the customer's name and ids.")
            .Problem(404, "not_found")
            .Problem(429, "too_many_requests", "too_many_concurrent_requests")
            .Problem(503, "database_away");
        track.MapGet("events", Events)
            .Describe("trackOrderEvents", "Track an order live",
                "Server-sent events, each with a status and a time.")
            .EventStream("Status changes as they happen, until the order is delivered or cancelled.")
            .Response(204, "The order is delivered or cancelled, and Last-Event-ID is its last event.")
            .Problem(404, "not_found")
            .Problem(429, "too_many_requests", "too_many_concurrent_requests");
    }

    static async Task<IResult> Page(
        string token, HttpContext context, TrackTokens tokens, TrackQueries queries, HandoverSecrets secrets,
        Database database)
    {
        if (await Find(token, tokens, queries, context.RequestAborted) is not { } tracked)
            return TrackPage.NotFound(context);
        var view = await View(tracked, queries, secrets, context.RequestAborted);
        return TrackPage.Of(context, token, tracked, view, database.Clock.Now);
    }

    static async Task<IResult> Get(
        string token, HttpContext context, TrackTokens tokens, TrackQueries queries, HandoverSecrets secrets) =>
        await Find(token, tokens, queries, context.RequestAborted) is { } tracked
            ? TypedResults.Ok(await View(tracked, queries, secrets, context.RequestAborted))
            : Problems.NotFound;

    static async Task<TrackedOrder?> Find(
        string token, TrackTokens tokens, TrackQueries queries, CancellationToken cancel) =>
        tokens.Read(token) is { } orderId ? await queries.Find(orderId, cancel) : null;

    static async Task<TrackView> View(
        TrackedOrder tracked, TrackQueries queries, HandoverSecrets secrets, CancellationToken cancel)
    {
        var order = tracked.Document.Order;
        return TrackView.Of(tracked, await queries.Expected(tracked, cancel),
            Handover.IsUsed(order, HandoverUse.Delivery) ? secrets.Code(order.Id, HandoverUse.Delivery) : null);
    }

    // Ignores Accept: server-sent events are the only representation.
    static async Task<IResult> Events(string token, HttpContext context, TrackTokens tokens, Database database)
    {
        if (tokens.Read(token) is not { } orderId) return Problems.NotFound;
        return await OrderHistory.Find(database, Scope.All, orderId, context.RequestAborted) is { } history
            ? history.Stream(context, database, frame => frame.Tracked)
            : Problems.NotFound;
    }
}
