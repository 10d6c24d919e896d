using Tiffin.Storage;
using Tiffin.Tracking;

namespace Tiffin.Http.Tracking;

/// <summary>Public: who has an order's token sees what a customer may see.</summary>
static class TrackEndpoints
{
    public static void MapTracking(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/track/{token}", Get);
        app.MapGet("/v1/track/{token}/events", Events);
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
        return await OrderHistory.Find(database, orderId, context.RequestAborted) is { } history
            ? history.Stream(context, database, frame => frame.Tracked)
            : Problems.NotFound;
    }
}
