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
    public static void MapInventory(this IEndpointRouteBuilder app)
    {
        var inventory = app.MapGroup("/v1").WithTags("Inventory");
        MapLevels(inventory.MapGroup("kitchens/{kitchenId}/stock"));
        MapMovements(inventory.MapGroup("kitchens/{kitchenId}/stock"));
        inventory.MapGet("alerts", Alerts)
            .Allow(Staff, Own)
            .Describe("listAlerts", "List what is low or out", "What is below its threshold now, or too little for the "
                + "smallest portion of anything that the kitchen cooks, and since when.")
            .QueryParameter("kitchenId", "Alerts of this kitchen.")
            .Paginated()
            .Response<Page<StockAlert>>(200, "A page of alerts, by kitchen and ingredient.");
    }

    static void MapLevels(RouteGroupBuilder stock)
    {
        stock.MapGet("", List)
            .Allow(Staff, KitchenInPath)
            .Describe("listStock", "List a kitchen's stock", "What is on hand of each ingredient, in its unit.")
            .QueryParameter("below", "'threshold': only what is below its threshold.", Bounds.Word("threshold"))
            .Paginated()
            .Response<Page<StockLevel>>(200, "A page of levels, by ingredient.")
            .Problem(404, "not_found");
        stock.MapGet("{sku}", Get)
            .Allow(Staff, KitchenInPath)
            .Describe("getStock", "Read the level of an ingredient", "What the kitchen has of it, in its unit.")
            .Response<StockLevel>(200, "The level.")
            .Problem(404, "not_found");
        stock.MapPut("{sku}", Threshold)
            .Allow(Admin | Manager, KitchenInPath).Audit()
            .Describe("setThreshold", "Say when an ingredient is low",
                "inventory.low is told once when the level falls below it, and again only after a recovery.")
            .Response<StockLevel>(200, "The level as it is now.")
            .Problem(404, "not_found");
    }

    static void MapMovements(RouteGroupBuilder stock)
    {
        stock.MapPost("movements", Record)
            .Allow(Admin | Manager, KitchenInPath).Audit()
            .Describe("recordMovements", "Record a delivery, waste or a count",
                "Movements that no order caused: all of them or none, in their order.")
            .RequiresIdempotencyKey()
            .Response<StockLevels>(201, "Recorded, now or before under this key: the levels after it.")
            .Problem(404, "not_found")
            .Problem(409, "not_enough_stock");
        stock.MapGet("{sku}/movements", Ledger)
            .Allow(Staff, KitchenInPath)
            .Describe("listMovements", "Read the ledger of an ingredient",
                "Each movement with the balance after it, newest first.")
            .Paginated()
            .Response<Page<LedgerEntry>>(200, "A page of the ledger.")
            .Problem(404, "not_found");
    }

    static async Task<IResult> List(string kitchenId, HttpContext context, Database database)
    {
        var query = new Query(context);
        var (below, limit, after) = (query.Is("below", "threshold"), query.Limit, query.CursorSlug);
        if (query.Problem is { } bad) return bad;
        if (!Slug.IsValid(kitchenId)) return Problems.NotFound;
        var levels = await InventoryQueries.Levels(
            database, kitchenId, below, after, limit + 1, context.RequestAborted);
        return levels is null
            ? Problems.Of(new Refusal.EntryUnknown("kitchen", kitchenId))
            : TypedResults.Ok(Page.Of(levels, limit, level => $"{level.Sku}"));
    }

    static async Task<IResult> Get(string kitchenId, string sku, HttpContext context, Database database)
    {
        if (!Slug.IsValid(kitchenId) || !Slug.IsValid(sku)) return Problems.NotFound;
        return await InventoryQueries.Level(database, kitchenId, sku, context.RequestAborted) is { } level
            ? TypedResults.Ok(level)
            : NotKept(kitchenId, sku);
    }

    static async Task<IResult> Threshold(
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
        switch (await pipeline.Submit(body.ToCommand(kitchenId, caller, key, fingerprint), context))
        {
            case Outcome.OfJson stock:
                if (stock.Effect == Effect.Replayed) context.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
                context.Response.StatusCode = StatusCodes.Status201Created;
                return TypedResults.Bytes(stock.Json, "application/json");
            case var other:
                return other.ToProblem();
        }
    }

    static async Task<IResult> Ledger(string kitchenId, string sku, HttpContext context, Database database)
    {
        var query = new Query(context);
        var (limit, before) = (query.Limit, query.Cursor(LedgerPlace.Read) ?? LedgerPlace.End);
        if (query.Problem is { } bad) return bad;
        if (!Slug.IsValid(kitchenId) || !Slug.IsValid(sku)) return Problems.NotFound;
        var rows = await LedgerQueries.Page(database, kitchenId, sku, before, limit + 1, context.RequestAborted);
        if (rows is null) return NotKept(kitchenId, sku);
        var page = Page.Of(rows, limit, row => $"{row.Place}");
        return TypedResults.Ok(new Page<LedgerEntry>([.. page.Data.Select(row => row.Entry)], page.NextCursor));
    }

    static async Task<IResult> Alerts(HttpContext context, Database database)
    {
        var query = new Query(context);
        var (kitchen, limit) = (query.Slug("kitchenId"), query.Limit);
        var after = query.Cursor(AlertPlace) ?? ["", ""];
        if (query.Problem is { } bad) return bad;
        var alerts = await InventoryQueries.Alerts(
            database, Scope.Of(context.Caller()), kitchen, after[0], after[1], limit + 1, context.RequestAborted);
        return TypedResults.Ok(Page.Of(alerts, limit, alert => $"{alert.KitchenId}/{alert.Sku}"));
    }

    static string[]? AlertPlace(string text) =>
        text.Split('/') is [var kitchen, var sku] && Slug.IsValid(kitchen) && Slug.IsValid(sku) ? [kitchen, sku] : null;

    static Problem NotKept(string kitchenId, string sku) =>
        Problems.NotFound with { Detail = $"No kitchen '{kitchenId}' keeps '{sku}'." };
}
