using Tiffin.Domain;
using Tiffin.Domain.Inventory;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Inventory;

static class InventoryEndpoints
{
    const int UsedDaysMax = 14;

    public static void MapInventory(this IEndpointRouteBuilder app)
    {
        var inventory = app.MapGroup("/v1").WithTags("Inventory");
        MapLevels(inventory.MapGroup("kitchens/{kitchenId}/stock"));
        MapMovements(inventory.MapGroup("kitchens/{kitchenId}/stock"));
        inventory.MapGet("alerts", ListAlerts)
            .Allow(Staff, Own)
            .Describe("listAlerts", "List low-stock alerts",
                "Ingredients that are currently low (below their threshold) or out (not enough for "
                + "the smallest portion of any item of the kitchen).")
            .QueryParameter("kitchenId", "Only this kitchen.")
            .Paginated()
            .Response<Page<StockAlert>>(200, "A page of alerts, by kitchen and ingredient.");
    }

    static void MapLevels(RouteGroupBuilder stock)
    {
        stock.MapGet("", List)
            .Allow(Staff, KitchenInPath)
            .Describe("listStock", "List a kitchen's stock",
                "The quantity of each ingredient, on hand and on the shelf, in its unit.")
            .QueryParameter("below", "threshold: only ingredients below their threshold.", Bounds.Word("threshold"))
            .QueryParameter("usedDays", $"A number of days, 1 to {UsedDaysMax}: adds used, what the orders "
                + "of these days needed.", Bounds.Number(1, UsedDaysMax))
            .Paginated()
            .Response<Page<StockLevel>>(200, "A page of levels, by ingredient.")
            .Problem(404, "not_found");
        stock.MapGet("{sku}", Get)
            .Allow(Staff, KitchenInPath)
            .Describe("getStock", "Get an ingredient's stock level",
                "The quantity on hand and on the shelf, in the ingredient's unit.")
            .Response<StockLevel>(200, "The level.")
            .Problem(404, "not_found");
        stock.MapPut("{sku}", PutThreshold)
            .Allow(Admin | Manager, KitchenInPath).Audit()
            .Describe("setThreshold", "Set an ingredient's low-stock threshold",
                "One inventory.low event is sent when the level falls below the threshold, and the next one only after "
                + "the level has recovered.")
            .Response<StockLevel>(200, "The updated level.")
            .Problem(404, "not_found");
    }

    static void MapMovements(RouteGroupBuilder stock)
    {
        stock.MapPost("movements", Record)
            .Allow(Staff, KitchenInPath).Audit()
            .Describe("recordMovements", "Record stock movements",
                "Deliveries, waste, counts and corrections. They are applied in order, all or none. Kitchen staff may "
                + "book waste only.")
            .RequiresIdempotencyKey()
            .Response<StockLevels>(201,
                "Recorded: the resulting stock levels. A retry with the same key returns the first response.")
            .Problem(404, "not_found")
            .Problem(409, "not_enough_stock");
        stock.MapGet("{sku}/movements", ListMovements)
            .Allow(Staff, KitchenInPath)
            .Describe("listMovements", "List an ingredient's movements",
                "The ledger: each movement with the balance after it, newest first.")
            .Paginated()
            .Response<Page<LedgerEntry>>(200, "A page of movements.")
            .Problem(404, "not_found");
    }

    static async Task<IResult> List(string kitchenId, HttpContext context, Database database)
    {
        var query = new Query(context);
        var (below, limit, after) = (query.Flag("below", "threshold"), query.Limit, query.CursorSlug);
        var usedDays = query.Number("usedDays", 1, UsedDaysMax, 0);
        if (query.Problem is { } bad) return bad;
        if (!Slug.IsValid(kitchenId)) return Problems.NotFound;
        DateTimeOffset? usedFrom = usedDays > 0 ? database.Clock.Now.AddDays(-usedDays) : null;
        var levels = await InventoryQueries.Levels(
            database, kitchenId, below, after, limit + 1, usedFrom, context.RequestAborted);
        return levels is null
            ? Problems.Of(new Refusal.EntryNotFound("kitchen", kitchenId))
            : TypedResults.Ok(Page.Of(levels, limit, level => $"{level.Sku}"));
    }

    static async Task<IResult> Get(string kitchenId, string sku, HttpContext context, Database database)
    {
        if (!Slug.IsValid(kitchenId) || !Slug.IsValid(sku)) return Problems.NotFound;
        return await InventoryQueries.Level(database, kitchenId, sku, context.RequestAborted) is { } level
            ? TypedResults.Ok(level)
            : NotStocked(kitchenId, sku);
    }

    static async Task<IResult> PutThreshold(
        string kitchenId, string sku, ThresholdRequest body, HttpContext context, CommitPipeline pipeline)
    {
        var command = new SetThreshold(kitchenId, sku, body.Threshold) { Caller = context.Caller() };
        return await pipeline.Submit(command, context) switch
        {
            Outcome.OfJson stock => TypedResults.Bytes(stock.Json, "application/json"),
            var other => other.ToProblem(),
        };
    }

    static async Task<IResult> Record(
        string kitchenId, MovementsRequest body, HttpContext context, CommitPipeline pipeline)
    {
        var caller = context.Caller();
        if (IdempotencyKey.Read(context, caller, out var key) is { } missing) return missing;
        var fingerprint = IdempotencyKey.Fingerprint(context, body, InventoryJson.Strict.MovementsRequest);
        // Keyed by the order: two screens may book the same waste, each with the recipes that it has read.
        if (body.OrderId is { } order)
            (key, fingerprint) = (IdempotencyKey.Of($"waste of {order}"), IdempotencyKey.Fingerprint(context));
        return await pipeline.Submit(body.ToCommand(kitchenId, caller, key, fingerprint), context) switch
        {
            Outcome.OfJson stock => new StoredResponse(201, stock.Json, IsReplayed: stock.Effect == Effect.Replayed),
            var other => other.ToProblem(),
        };
    }

    static async Task<IResult> ListMovements(string kitchenId, string sku, HttpContext context, Database database)
    {
        var query = new Query(context);
        var (limit, before) = (query.Limit, query.Cursor(LedgerCursor.Parse) ?? LedgerCursor.End);
        if (query.Problem is { } bad) return bad;
        if (!Slug.IsValid(kitchenId) || !Slug.IsValid(sku)) return Problems.NotFound;
        var rows = await LedgerQueries.Lines(database, kitchenId, sku, before, limit + 1, context.RequestAborted);
        if (rows is null) return NotStocked(kitchenId, sku);
        var page = Page.Of(rows, limit, row => $"{row.Cursor}");
        return TypedResults.Ok(new Page<LedgerEntry>([.. page.Data.Select(row => row.Entry)], page.NextCursor));
    }

    static async Task<IResult> ListAlerts(HttpContext context, Database database)
    {
        var query = new Query(context);
        var (kitchen, limit) = (query.Slug("kitchenId"), query.Limit);
        var after = query.Cursor(ParseAlertCursor) ?? ["", ""];
        if (query.Problem is { } bad) return bad;
        var alerts = await InventoryQueries.Alerts(
            database, Scope.Of(context.Caller()), kitchen, after[0], after[1], limit + 1, context.RequestAborted);
        return TypedResults.Ok(Page.Of(alerts, limit, alert => $"{alert.KitchenId}/{alert.Sku}"));
    }

    static string[]? ParseAlertCursor(string text) =>
        text.Split('/') is [var kitchen, var sku] && Slug.IsValid(kitchen) && Slug.IsValid(sku) ? [kitchen, sku] : null;

    static Problem NotStocked(string kitchenId, string sku) =>
        Problems.NotFound with { Detail = $"Kitchen '{kitchenId}' does not exist or does not stock '{sku}'." };
}
