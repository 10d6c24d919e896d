using System.ComponentModel;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
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
            "Until the order is released. With 'for', the customer gets it at another time of the same business day; "
            + "customers may do so until rescheduleUntilMinutes before the release. With 'release', its preparation "
            + "may start now, and its ingredients are deducted if they are not yet. Requesting the current state "
            + "changes nothing.")
        .RequestHeader("If-Match", "One or more ETags. Returns 412 if the order's version is none of them.")
        .ResponseHeader("ETag", always: true, 200)
        .Response<OrderView>(200, "The updated order.")
        .Problem(404, "not_found")
        .Problem(409, "not_scheduled", "already_released", "too_late_to_reschedule", "order_finished",
            "not_enough_stock", "too_many_changes")
        .Problem(412, "stale_version")
        .Problem(422, "too_soon", "too_far_ahead", "closed_then");

    static async Task<IResult> Change(
        [Description("The order's id.")] string id, ScheduleRequest body, HttpContext context, CommitPipeline pipeline)
    {
        if (!Guid.TryParseExact(id, "D", out var orderId)) return Problems.NotFound;
        if (!Preconditions.TryRead(context, out var version)) return Preconditions.Malformed;
        return body.ToCommand(orderId, version, context.Caller()) is { } command
            ? await OrderEndpoints.Submit(command, context, pipeline)
            : Problems.Of(new Refusal.Invalid("/for", "one_of", "give either for or release"));
    }
}
