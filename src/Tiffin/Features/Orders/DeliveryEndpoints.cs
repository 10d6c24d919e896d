using System.ComponentModel;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using Tiffin.Engine.Commit;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Orders;

/// <summary>Failed attempts to deliver an order, and the decisions about them.</summary>
static class DeliveryEndpoints
{
    public static void MapDeliveryAttempts(this IEndpointRouteBuilder app)
    {
        var attempts = app.MapGroup("/v1/orders/{id}/delivery-attempts").WithTags("Orders")
            .PathParameter("attempt", "The number of the attempt, from 1.", Bounds.Number(1, DeliveryAttempt.Max));
        attempts.MapPost("", Report)
            .Allow(Admin | Manager | Courier | Channel, Own)
            .Describe("reportFailedDelivery", "Report a failed delivery attempt",
                "The order stays out for delivery. The kitchen, a manager, an administrator or the channel decides "
                + "what happens next; without a decision by decideBy, the order is given up.")
            .RequiresIdempotencyKey()
            .ResponseHeader("ETag", always: true, 200)
            .Response<OrderView>(200,
                "The updated order. A retry with the same key returns the first response, with "
                + "Idempotency-Replayed: true.")
            .Problem(404, "not_found")
            .Problem(409, "wrong_status", "decision_pending");
        attempts.MapPut("{attempt}/decision", Decide)
            .Allow(Staff | Channel, Own)
            .Describe("decideDelivery", "Decide on a failed delivery attempt",
                "Another attempt, or the end of the order: it is cancelled with the reason delivery_failed_ and the "
                + "outcome, and its ingredients are wasted. Repeating a decision changes nothing.")
            .ChangesOrder()
            .Problem(409, "wrong_status", "already_decided");
    }

    static async Task<IResult> Report(
        [Description("The order's id.")] string id, DeliveryAttemptRequest body, HttpContext context,
        CommitPipeline pipeline)
    {
        if (!Guid.TryParseExact(id, "D", out var orderId)) return Problems.NotFound;
        var caller = context.Caller();
        if (IdempotencyKey.Read(context, caller, out var key) is { } missing) return missing;
        var report = new ReportFailedDelivery(orderId, body.Outcome)
        {
            Caller = caller,
            Key = key,
            Fingerprint = IdempotencyKey.Fingerprint(context, body, OrdersJson.Strict.DeliveryAttemptRequest),
        };
        return await pipeline.Submit(report, context) switch
        {
            Outcome.OfOrder order => new OrderResult(order.Document, caller, 200, order.Effect == Effect.Replayed),
            var other => other.ToProblem(),
        };
    }

    static Task<IResult> Decide(
        [Description("The order's id.")] string id, string attempt,
        DeliveryDecisionRequest body, HttpContext context, CommitPipeline pipeline)
    {
        if (!int.TryParse(attempt, System.Globalization.NumberStyles.None, null, out var number))
            return Task.FromResult<IResult>(Problems.NotFound);
        return OrderEndpoints.Change(id, context, pipeline, (order, version) =>
            new DecideDelivery(order, version, number, body.Decision) { Caller = context.Caller() });
    }
}

sealed record DeliveryAttemptRequest(
    [property: Description("Why the order could not be delivered.")] DeliveryOutcome Outcome);

sealed record DeliveryDecisionRequest(
    [property: Description("retry: the courier tries again. return: the courier brings the order back. give_up: the "
        + "courier keeps or disposes of it. The last two cancel the order; its ingredients are wasted.")]
    DeliveryDecision Decision);
