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

static class ProgressEndpoints
{
    public static void MapProgress(this IEndpointRouteBuilder app) => app.MapPut("/v1/orders/{id}/progress", Change)
        .WithTags("Orders")
        .Allow(Admin | Manager | Kitchen, Own)
        .Describe("changeProgress", "Record the progress of lines",
            "Until the order is ready. The first line that is started or done moves the order to preparing. If the "
            + "kitchen has readyWhenDone, the last line that is done moves it to ready. Lines that are in the "
            + "requested state already change nothing, so a call can be repeated.")
        .ChangesOrder()
        .Problem(409, "order_finished", "not_released", "too_many_changes");

    static Task<IResult> Change(
        [Description("The order's id.")] string id, ProgressRequest body, HttpContext context,
        CommitPipeline pipeline) =>
        OrderEndpoints.Change(id, context, pipeline, (order, version) =>
            new ChangeProgress(order, version, body.Lines, body.To, body.Station)
            {
                Caller = context.Caller(), From = body.From,
            });
}

sealed record ProgressRequest(
    [property: Description("Indices of lines of the order, from 0; each once.")]
    [property: Length(1, PlaceOrderLimits.LinesMax)]
    IReadOnlyList<int> Lines,
    [property: Description("Every state can be set from every other one: a step back is a recall.")]
    LineState To,
    [property: Description("The part of the kitchen where it happened, such as tandoor. Without it, the one that is "
        + "known stays.")]
    [property: RegularExpression(Slug.Pattern)]
    string? Station = null,
    [property: Description("Change only lines that are in this state, and leave the others as they are: a start that "
        + "arrives late does not take back lines that are done.")]
    LineState? From = null);
