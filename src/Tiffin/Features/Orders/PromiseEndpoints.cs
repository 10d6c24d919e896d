using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Engine.Commit;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Orders;

static class PromiseEndpoints
{
    public static void MapPromises(this IEndpointRouteBuilder app) => app.MapGroup("/v1/orders/{id}/promise")
        .WithTags("Orders")
        .MapPut("", Change)
        .Allow(Admin | Manager | Kitchen, Own)
        .Describe("changePromise", "Promise another time",
            "Until the order is ready. An earlier time is always possible; a later one within the limits of the "
            + "kitchen (promiseMovesMax, promiseDelayMinutesMax). Promising the current time, or minutes that lead to "
            + "it within one minute, changes nothing.")
        .ChangesOrder()
        .Problem(409, "order_finished", "promise_moved_too_often", "not_released", "too_many_changes");

    static Task<IResult> Change(
        [Description("The order's id.")] string id, PromiseRequest body, HttpContext context,
        CommitPipeline pipeline) =>
        OrderEndpoints.Change(id, context, pipeline, (order, version) =>
            new ChangePromise(order, version, body.ReadyAt, body.PrepMinutes, body.Reason)
            {
                Caller = context.Caller(),
            });
}

/// <summary>Either <c>readyAt</c> or <c>prepMinutes</c>.</summary>
sealed record PromiseRequest(
    [property: Description("When the order will be ready.")] DateTimeOffset? ReadyAt = null,
    [property: Description("In how many minutes from now the order will be ready.")]
    [property: Range(1, Promise.PrepMinutesMax)]
    int? PrepMinutes = null,
    [property: Description("Why, as a code. The customer's page shows it in words for busy, short_staffed, equipment "
        + "and remake; for other codes, that the kitchen needs a little longer.")]
    [property: RegularExpression(Code.Pattern)]
    string? Reason = null);
