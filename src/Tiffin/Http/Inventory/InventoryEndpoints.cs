using Tiffin.Access;
using Tiffin.Commit;
using Tiffin.Domain;
using Tiffin.Domain.Inventory;
using Tiffin.Storage;

namespace Tiffin.Http.Inventory;

static class InventoryEndpoints
{
    public static void MapInventory(this IEndpointRouteBuilder app)
    {
        var stock = app.MapGroup("/v1/kitchens/{kitchenId}/stock");
        stock.MapGet("", List);
        stock.MapGet("{sku}", Get);
        stock.MapPut("{sku}", Threshold);
        stock.MapPost("movements", Record);
        stock.MapGet("{sku}/movements", Ledger);
        app.MapGet("/v1/alerts", Alerts);
    }

    static async Task<IResult> List(string kitchenId, HttpContext context, Database database)
    {
        var query = new Query(context, "below", "limit", "cursor");
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
        return await pipeline.Submit(command) switch
        {
            Outcome.OfStock stock => TypedResults.Bytes(stock.Json, "application/json"),
            var other => other.ToProblem(),
        };
    }

    static async Task<IResult> Record(
        string kitchenId, MovementsRequest body, HttpContext context, CommitPipeline pipeline)
    {
        var caller = context.Caller();
        if (IdempotencyKey.Read(context, caller, out var key) is { } missing) return missing;
        var fingerprint = IdempotencyKey.Fingerprint(context, body, HttpJson.Default.MovementsRequest);
        switch (await pipeline.Submit(body.ToCommand(kitchenId, caller, key, fingerprint)))
        {
            case Outcome.OfStock stock:
                if (stock.How == Made.Replayed) context.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
                context.Response.StatusCode = StatusCodes.Status201Created;
                return TypedResults.Bytes(stock.Json, "application/json");
            case var other:
                return other.ToProblem();
        }
    }

    static async Task<IResult> Ledger(string kitchenId, string sku, HttpContext context, Database database)
    {
        var query = new Query(context, "limit", "cursor");
        var (limit, before) = (query.Limit, query.Cursor(LedgerPlace.Read) ?? LedgerPlace.End);
        if (query.Problem is { } bad) return bad;
        if (!Slug.IsValid(kitchenId) || !Slug.IsValid(sku)) return Problems.NotFound;
        var rows = await InventoryQueries.Ledger(database, kitchenId, sku, before, limit + 1, context.RequestAborted);
        if (rows is null) return NotKept(kitchenId, sku);
        var page = Page.Of(rows, limit, row => $"{row.Place.Page}.{row.Place.Line}");
        return TypedResults.Ok(new Page<LedgerEntry>([.. page.Data.Select(row => row.Entry)], page.NextCursor));
    }

    static async Task<IResult> Alerts(HttpContext context, Database database)
    {
        var query = new Query(context, "kitchenId", "limit", "cursor");
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
