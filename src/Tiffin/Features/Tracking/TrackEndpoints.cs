using Microsoft.Extensions.Options;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using Tiffin.Edge.Streaming;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Tracking;

/// <summary>Public order tracking. The token in the URL is the only credential.</summary>
static class TrackEndpoints
{
    public static void MapTracking(this IEndpointRouteBuilder app)
    {
        var page = app.MapGroup("/t/{token}").ExcludeFromDescription().Public(limitByAddress: true)
            .WithMetadata(new PageEndpoint(TrackPage.WriteProblem));
        page.MapGet("", Page);
        page.MapPost("", Cancel).NoIdempotencyKey("Cancelling again changes nothing.");
        var track = app.MapGroup("/v1/track/{token}").WithTags("Tracking").Public(limitByAddress: true)
            .PathParameter("token", "The last part of an order's trackingUrl.", Bounds.FreeText());
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
        string token, HttpContext context, TrackingTokens tokens, TrackQueries queries, HandoverSecrets secrets,
        Database database, IOptions<TrackingOptions> options)
    {
        if (await Find(token, tokens, queries, context.RequestAborted) is not { } tracked)
            return TrackPage.NotFound(context);
        var view = await View(tracked, queries, secrets, context.RequestAborted);
        var canCancel = CancellingCustomer(tracked.Document.Order, options.Value) is not null;
        return TrackPage.Of(context, token, tracked, view, database.Clock.Now, canCancel);
    }

    // A form on the page, so that it works without a script. The token is the credential: no other site knows it.
    static async Task<IResult> Cancel(
        string token, HttpContext context, TrackingTokens tokens, TrackQueries queries, CommitPipeline pipeline,
        IOptions<TrackingOptions> options)
    {
        if (await Find(token, tokens, queries, context.RequestAborted) is not { Document.Order: var order })
            return TrackPage.NotFound(context);
        var note = order.Status == OrderStatus.Cancelled ? "" : "&cancel=late";
        if (CancellingCustomer(order, options.Value) is { } customer)
        {
            var cancel = new CancelOrder(order.Id, null, CancelOrder.ReasonChangedMind, null) { Caller = customer };
            note = await pipeline.Submit(cancel, context) switch
            {
                Outcome.OfOrder => "",
                Outcome.Refused => "&cancel=late",
                _ => "&cancel=failed",
            };
        }
        context.Response.Headers.Location = $"/t/{token}?lang={TrackTexts.For(context.Request).Language}{note}";
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>
    /// The customer, if they may cancel the order. An order without a customer id came through a channel that manages
    /// its customers itself.
    /// </summary>
    static Caller? CancellingCustomer(Order order, TrackingOptions options) =>
        options.CustomersMayCancel && order.CustomerId is { } customer
        && Lifecycle.MaySet(Role.Customer, order, OrderStatus.Cancelled)
            ? new Caller(Role.Customer, customer) { Channel = order.Channel }
            : null;

    static async Task<IResult> Get(
        string token, HttpContext context, TrackingTokens tokens, TrackQueries queries, HandoverSecrets secrets) =>
        await Find(token, tokens, queries, context.RequestAborted) is { } tracked
            ? TypedResults.Ok(await View(tracked, queries, secrets, context.RequestAborted))
            : Problems.NotFound;

    static async Task<TrackedOrder?> Find(
        string token, TrackingTokens tokens, TrackQueries queries, CancellationToken cancel) =>
        tokens.Read(token) is { } orderId ? await queries.Find(orderId, cancel) : null;

    static async Task<TrackView> View(
        TrackedOrder tracked, TrackQueries queries, HandoverSecrets secrets, CancellationToken cancel)
    {
        var order = tracked.Document.Order;
        return TrackView.Of(tracked, await queries.FindExpectedTime(tracked, cancel),
            Handover.UsesCode(order, HandoverUse.Delivery) ? secrets.Code(order.Id, HandoverUse.Delivery) : null);
    }

    // Ignores Accept: server-sent events are the only representation.
    static async Task<IResult> Events(string token, HttpContext context, TrackingTokens tokens, Database database)
    {
        if (tokens.Read(token) is not { } orderId) return Problems.NotFound;
        return await OrderHistory.Find(database, Scope.All, orderId, context.RequestAborted) is { } history
            ? history.Stream(context, database, frame => frame.Tracked)
            : Problems.NotFound;
    }
}
