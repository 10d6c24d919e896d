using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using Tiffin.Edge.Streaming;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Tracking;

/// <summary>Public: who has an order's token sees what a customer may see.</summary>
static class TrackEndpoints
{
    public static void MapTracking(this IEndpointRouteBuilder app)
    {
        var track = app.MapGroup("/v1/track/{token}").WithTags("Tracking").Public(limitByAddress: true);
        track.MapGet("", Get)
            .Describe("trackOrder", "What the customer may see",
                "The token is in the order's trackingUrl; it is not its id.")
            .Response<TrackView>(200, "The order, without prices, names or ids.")
            .Problem(404, "not_found")
            .Problem(429, "too_many_requests", "too_many_concurrent_requests")
            .Problem(503, "database_away");
        track.MapGet("events", Events)
            .Describe("trackOrderEvents", "What the customer may see, live",
                "Server-sent events: a status and a time each.")
            .EventStream("The order's steps as they happen, until it has ended.")
            .Response(204, "It has ended and you have seen it all.")
            .Problem(404, "not_found")
            .Problem(429, "too_many_requests", "too_many_concurrent_requests");
    }

    static async Task<IResult> Get(string token, HttpContext context, TrackTokens tokens, TrackQueries queries)
    {
        if (tokens.Read(token) is not { } orderId) return Problems.NotFound;
        if (await queries.Find(orderId, context.RequestAborted) is not { } order) return Problems.NotFound;
        return new TrackResult(order, await queries.UsualTime(order.Kitchen, context.RequestAborted));
    }

    /// <summary>Server-sent events, whatever is accepted: there is nothing else here.</summary>
    static async Task<IResult> Events(string token, HttpContext context, TrackTokens tokens, Database database)
    {
        if (tokens.Read(token) is not { } orderId) return Problems.NotFound;
        return await OrderHistory.Find(database, Scope.All, orderId, context.RequestAborted) is { } history
            ? history.Stream(context, database, frame => frame.Tracked)
            : Problems.NotFound;
    }
}
