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
        var track = app.MapGroup("/v1/track/{token}").WithTags("Tracking").Public(limitByAddress: true);
        track.MapGet("", Get)
            .Describe("trackOrder", "Track an order",
                "For the customer. The token is part of the order's trackingUrl; it is not the order's id.")
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

    static async Task<IResult> Get(
        string token, HttpContext context, TrackTokens tokens, TrackQueries queries, HandoverSecrets secrets)
    {
        if (tokens.Read(token) is not { } orderId) return Problems.NotFound;
        if (await queries.Find(orderId, context.RequestAborted) is not { } tracked) return Problems.NotFound;
        var order = tracked.Document.Order;
        return new TrackResult(tracked, await queries.DeliveryTime(order.Kitchen, context.RequestAborted),
            Handover.IsUsed(order, HandoverUse.Delivery) ? secrets.Code(orderId, HandoverUse.Delivery) : null);
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
