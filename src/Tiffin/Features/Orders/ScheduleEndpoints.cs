using System.ComponentModel;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Engine.Commit;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Orders;

static class ScheduleEndpoints
{
    public static void MapSchedules(this IEndpointRouteBuilder app) => app.MapPut("/v1/orders/{id}/schedule", Change)
        .WithTags("Orders")
        .Allow(Admin | Manager | Kitchen | Channel | Customer, Own)
        .Describe("changeSchedule", "Reschedule or release an order",
            "Until the order is released. With 'for', the customer gets it at another time of the same business day, "
            + "for which it could be placed; customers may do so until rescheduleUntilMinutes before the release. With "
            + "'release', its preparation may start now, and its ingredients are deducted if they are not yet. "
            + "Requesting the current state changes nothing.")
        .ChangesOrder()
        .Problem(409, "not_scheduled", "already_released", "too_late_to_reschedule", "order_finished",
            "not_enough_stock", "too_many_changes", "kitchen_paused", "item_unavailable")
        .Problem(422, "too_soon", "too_far_ahead", "closed_then");

    static Task<IResult> Change(
        [Description("The order's id.")] string id, ScheduleRequest body, HttpContext context,
        CommitPipeline pipeline) =>
        OrderEndpoints.Change(id, context, pipeline,
            (order, version) => body.ToCommand(order, version, context.Caller()), body.Check());
}

/// <summary>Either <c>for</c> or <c>release</c>.</summary>
sealed record ScheduleRequest(
    [property: Description("When the customer wants the order instead, on the same business day. Not for kitchens.")]
    DateTimeOffset? For = null,
    [property: Description("Releases the order, so that its preparation may start. Only for kitchens, managers and "
        + "administrators.")]
    ReleaseTime? Release = null)
{
    public IReadOnlyList<Fault> Check() =>
        For is null == Release is null ? [new Fault("/for", "one_of", "give either for or release")] : [];

    public Command ToCommand(Guid order, IfVersion? version, Caller caller) => For is { } time
        ? new RescheduleOrder(order, version, time) { Caller = caller }
        : new ReleaseOrder(order, version) { Caller = caller };
}

enum ReleaseTime { Now }
