using System.ComponentModel;
using Tiffin.Domain.Orders;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using Tiffin.Engine.Commit;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Orders;

static class ProgressEndpoints
{
    public static void MapProgress(this IEndpointRouteBuilder app) => app.MapPut("/v1/orders/{id}/progress", Change)
        .WithTags("Orders")
        .Allow(Admin | Manager | Kitchen, Own)
        .Describe("changeProgress", "Record the progress of lines",
            "Until the order is ready. The first line that is started or done moves the order to preparing. If the "
            + "kitchen has readyWhenDone, the last line that is done moves it to ready. Lines that are in the "
            + "requested state already change nothing, so a call can be repeated.")
        .RequestHeader("If-Match", "One or more ETags. Returns 412 if the order's version is none of them.")
        .ResponseHeader("ETag", always: true, 200)
        .Response<OrderView>(200, "The updated order.")
        .Problem(404, "not_found")
        .Problem(409, "order_finished", "not_released", "too_many_changes")
        .Problem(412, "stale_version");

    static async Task<IResult> Change(
        [Description("The order's id.")] string id, ProgressRequest body, HttpContext context, CommitPipeline pipeline)
    {
        if (!Guid.TryParseExact(id, "D", out var orderId)) return Problems.NotFound;
        if (!Preconditions.TryRead(context, out var version)) return Preconditions.Malformed;
        return await OrderEndpoints.Submit(
            new ChangeProgress(orderId, version, body.Lines, body.To, body.Station) { Caller = context.Caller() },
            context, pipeline);
    }
}
