using System.ComponentModel;
using Tiffin.Domain.Orders;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using Tiffin.Engine.Storage;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Inventory;

static class PastKitchenEndpoint
{
    public static void MapPastKitchen(this IEndpointRouteBuilder app) =>
        app.MapGet("/v1/orders/{id}/kitchen", Get).WithTags("Orders")
            .Allow(Admin | Manager, Own, Priority.Low)
            .Describe("getPastKitchen", "Get the kitchen as it was at a version of an order",
                "What the kitchen had to do right after that version, and how much of the order's ingredients was on "
                + "hand. Orders and ledger are kept, so this has no retention period. It searches the last 5,000 "
                + "orders that were placed in the kitchen before then: older orders are not listed, even if they were "
                + "still open.")
            .QueryParameter("version", "The version of the order, from 1. Default: the last one.",
                Bounds.Number(1, int.MaxValue))
            .Response<PastKitchen>(200, "The kitchen as it was.")
            .Problem(404, "not_found");

    static async Task<IResult> Get(
        [Description("The order's id.")] string id, HttpContext context, Database database)
    {
        if (!Guid.TryParseExact(id, "D", out var orderId)) return Problems.NotFound;
        var query = new Query(context);
        var version = query.Number("version", 1, int.MaxValue, 0);
        if (query.Problem is { } bad) return bad;
        var (scope, cancel) = (Scope.Of(context.Caller()), context.RequestAborted);
        await using var connection = await database.OpenRequest(cancel);
        if (await PastKitchenQueries.Find(connection, scope, orderId, version == 0 ? null : version, cancel)
            is not var (versions, found)) return Problems.NotFound;
        if (found is not { } then)
            return Problems.BadParameter("/query/version", $"must be 1 to {versions}, is {version}");
        var orders = await PastKitchenQueries.Orders(connection, then, cancel);
        var stock = await PastKitchenQueries.Stock(connection, then, cancel);
        return TypedResults.Ok(new PastKitchen(
            then.KitchenId, then.At,
            [
                .. orders.Take(PastKitchenQueries.OrdersMax).OrderBy(order => order.ReleaseAt is not null)
                    .ThenBy(order => order.ReleaseAt ?? order.ReadyAt ?? order.PlacedAt).ThenBy(order => order.Id),
            ],
            orders.Count > PastKitchenQueries.OrdersMax,
            stock.Count > 0 || then.Ingredients.Length == 0 ? stock : null));
    }
}

[Description("A kitchen right after a version of one of its orders.")]
sealed record PastKitchen(
    string KitchenId, [property: Description("When that version of the order was made.")] DateTimeOffset At,
    [property: Description("The orders that were open, at most 200, the oldest. Sorted by due time; unreleased "
        + "orders last.")]
    IReadOnlyList<PastOrder> Orders,
    [property: Description("True if more orders were open than shown.")] bool Truncated,
    [property: Description("The order's ingredients on hand, by name. Absent for some seconds after a "
        + "change, until it is in the ledger; empty if the order needs none.")]
    IReadOnlyList<PastLevel>? Stock = null);

[Description("An open order as it was; GET /v1/orders/{id}?version= has the rest.")]
sealed record PastOrder(
    Guid Id, int Number, OrderStatus Status, int Version, DateTimeOffset PlacedAt,
    [property: Description("When it had to be ready, if that was promised.")] DateTimeOffset? ReadyAt = null,
    [property: Description("When it was to be released; absent if it was released or not scheduled.")]
    DateTimeOffset? ReleaseAt = null);

[Description("An ingredient, in its unit.")]
sealed record PastLevel(string Sku, string Name, string Unit, long OnHand);
