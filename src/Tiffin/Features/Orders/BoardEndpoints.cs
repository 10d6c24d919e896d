using System.ComponentModel;
using Microsoft.Extensions.Options;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Orders;

/// <summary>Reads for screens: a snapshot, and the position from which the event stream continues.</summary>
static class BoardEndpoints
{
    public static void MapBoard(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/kitchens/{kitchenId}/board", Board).WithTags("Kitchens")
            .Allow(Admin | Manager | RoleSet.Kitchen, KitchenInPath)
            .Describe("getBoard", "Get a kitchen's board",
                "The open orders with their notes, in one snapshot, sorted by due time. Continue with "
                + "GET /v1/events?after={asOf}. Limited to the oldest 200 orders in the kitchen, the 200 scheduled "
                + "orders that are released first, and 200 orders that are out for delivery.")
            .Response<BoardView>(200, "The board.")
            .Problem(404, "not_found");
        app.MapGet("/v1/operations/summary", Summary).WithTags("Kitchens")
            .Allow(Admin | Manager, Own)
            .Describe("getOperations", "Get the state of operations",
                "For each kitchen: its open and late orders, low stock, and its mode.")
            .QueryParameter("kitchenId", "Only this kitchen.")
            .Response<OperationsView>(200, "The kitchens, by id.");
    }

    static async Task<IResult> Board(
        string kitchenId, HttpContext context, Database database, CatalogueReader catalogues,
        PreparationTimes times, IOptions<BoardOptions> options)
    {
        var cancel = context.RequestAborted;
        await using var connection = await database.OpenRequest(cancel);
        if (await BoardQueries.Read(connection, kitchenId, cancel) is not { } snapshot) return Problems.NotFound;
        // Read last: the stream contains changes made after the snapshot, but not those before it.
        var catalogue = await catalogues.Read(connection, cancel);
        var prepareSeconds = await times.MedianSeconds(connection, catalogue.Kitchens[kitchenId].Number, cancel);
        return new BoardResult(
            snapshot, catalogue, kitchenId, context.Caller(), options.Value.AllergyWords, prepareSeconds,
            database.Clock.Now);
    }

    static async Task<IResult> Summary(HttpContext context, Database database, CatalogueReader catalogues)
    {
        var query = new Query(context);
        var kitchen = query.Slug("kitchenId");
        if (query.Problem is { } bad) return bad;
        var (scope, now, cancel) = (Scope.Of(context.Caller()), database.Clock.Now, context.RequestAborted);
        await using var connection = await database.OpenRequest(cancel);
        var (asOf, counts) = await BoardQueries.Count(connection, scope, kitchen, now, cancel);
        var catalogue = await catalogues.Read(connection, cancel);
        var off = catalogue.Availabilities.Values.Where(one => one.IsOffAt(now)).CountBy(one => one.Key.Kitchen)
            .ToDictionary();
        return TypedResults.Json(
            new OperationsView(asOf, now,
            [
                .. from count in counts
                   where catalogue.Kitchens.ContainsKey(count.KitchenId)
                   let site = catalogue.Kitchens[count.KitchenId]
                   select count with
                   {
                       Mode = BoardMode.Of(site.Mode.At(now)), ItemsOff = off.GetValueOrDefault(site.Number),
                   },
            ]), OrdersJson.Strict.OperationsView);
    }
}

[Description("A kitchen's open orders.")]
sealed record BoardView(
    [property: Description("The cursor from which GET /v1/events continues this snapshot.")] string AsOf,
    [property: Description("The server's time.")] DateTimeOffset Now,
    BoardMode Mode,
    [property: Description("By the time at which they must be ready.")] IReadOnlyList<OrderView> Orders,
    [property: Description("Orders that are not released yet, by the time of their release.")]
    IReadOnlyList<OrderView> Scheduled,
    [property: Description("The items in the orders.")] IReadOnlyList<BoardItem> Items,
    [property: Description(
        "Words of the chain (Board:AllergyWords) that make a note a warning; * at the end matches any ending.")]
    IReadOnlyList<string> AllergyWords,
    [property: Description("True if there are more orders in the kitchen, or scheduled ones, than shown.")]
    bool Truncated,
    [property: Description("The median time in preparation of the orders that became ready in the last hour and were "
        + "placed in the last two days, not counting those of less than a minute. Absent if there are fewer than five. "
        + "Boards use it to turn a card amber.")]
    int? PrepareSeconds = null);

sealed record BoardMode(
    KitchenMode Mode, int DelayMinutes, DateTimeOffset? Until = null, string? Reason = null,
    [property: Description("When the mode began; absent while online.")] DateTimeOffset? Since = null)
{
    public static BoardMode Of(ModeSetting mode) =>
        new(mode.Mode, mode.DelayMinutes, mode.Until, mode.Reason, mode.Since);
}

sealed record BoardItem(
    string ItemId,
    [property: Description("What one portion takes from the stock.")] IReadOnlyList<RecipeLine> Recipe,
    [property: Description("The station where it is made.")] string? StationId = null)
{
    public static BoardItem Of(Item item, CatalogueSnapshot catalogue) => new(
        item.Id,
        [.. item.Recipe.Select(part => new RecipeLine(catalogue.IngredientOf(part.Ingredient).Sku, part.Quantity))],
        item.StationId);
}

[Description("The state of the kitchens that the caller may see.")]
sealed record OperationsView(
    [property: Description("The cursor from which GET /v1/events continues this snapshot.")] string AsOf,
    [property: Description("The server's time.")] DateTimeOffset Now, IReadOnlyList<KitchenOperations> Data);

sealed record KitchenOperations(
    string KitchenId, BoardMode Mode, OpenOrders Open,
    [property: Description("Orders that are not ready by their promise, or not delivered in its range.")] int Late,
    [property: Description("Ready deliveries without a courier.")] int WithoutCourier,
    [property: Description("Ingredients below their threshold.")] int StockLow,
    [property: Description("Ingredients with too little stock for any item.")] int StockOut,
    [property: Description("Items that are set unavailable.")] int ItemsOff,
    [property: Description("When the oldest open order was placed.")] DateTimeOffset? OldestPlacedAt = null);

[Description("Open orders by status.")]
sealed record OpenOrders(int Placed, int Accepted, int Preparing, int Ready, int OutForDelivery);
