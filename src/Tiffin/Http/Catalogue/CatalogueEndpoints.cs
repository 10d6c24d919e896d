using System.Collections.Immutable;
using Tiffin.Access;
using Tiffin.Commit;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Storage;

namespace Tiffin.Http.Catalogue;

static class CatalogueEndpoints
{
    public static void MapCatalogue(this IEndpointRouteBuilder app)
    {
        MapBrands(app.MapGroup("/v1/brands"));
        MapIngredients(app.MapGroup("/v1/ingredients"));
        MapItems(app.MapGroup("/v1/items"));
        MapKitchens(app.MapGroup("/v1/kitchens"));
    }

    static void MapBrands(RouteGroupBuilder brands)
    {
        brands.MapGet("", (HttpContext context, CatalogueReader reader) =>
            List(context, reader, catalogue => catalogue.Brands, (brand, _) => BrandBody.Of(brand)));
        brands.MapGet("{id}", (string id, HttpContext context, CatalogueReader reader) =>
            Get(context, reader, "brand", id, catalogue => catalogue.Brands, (brand, _) => BrandBody.Of(brand)));
        brands.MapPut("{id}", (string id, BrandBody body, HttpContext context, CommitPipeline pipeline) =>
            Put(pipeline, id, body.Id, "/id", body.ToCommand(id, context.Caller()),
                (Brand brand, CatalogueSnapshot _) => BrandBody.Of(brand)));
    }

    static void MapIngredients(RouteGroupBuilder ingredients)
    {
        ingredients.MapGet("", (HttpContext context, CatalogueReader reader) =>
            List(context, reader, catalogue => catalogue.Ingredients, (found, _) => IngredientBody.Of(found)));
        ingredients.MapGet("{sku}", (string sku, HttpContext context, CatalogueReader reader) =>
            Get(context, reader, "ingredient", sku, catalogue => catalogue.Ingredients,
                (found, _) => IngredientBody.Of(found)));
        ingredients.MapPut("{sku}", (string sku, IngredientBody body, HttpContext context, CommitPipeline pipeline) =>
            Put(pipeline, sku, body.Sku, "/sku", body.ToCommand(sku, context.Caller()),
                (Ingredient made, CatalogueSnapshot _) => IngredientBody.Of(made)));
    }

    static void MapItems(RouteGroupBuilder items)
    {
        items.MapGet("", (HttpContext context, CatalogueReader reader) =>
            List(context, reader, catalogue => catalogue.Items, ItemBody.Of, "brandId",
                (item, brand) => item.BrandId == brand));
        items.MapGet("{id}", (string id, HttpContext context, CatalogueReader reader) =>
            Get(context, reader, "item", id, catalogue => catalogue.Items, ItemBody.Of));
        items.MapPut("{id}", (string id, ItemBody body, HttpContext context, CommitPipeline pipeline) =>
            Put<Item, ItemBody>(pipeline, id, body.Id, "/id", body.ToCommand(id, context.Caller()), ItemBody.Of));
    }

    static void MapKitchens(RouteGroupBuilder kitchens)
    {
        kitchens.MapGet("", (HttpContext context, CatalogueReader reader, TimeProvider clock) =>
            List(context, reader, catalogue => catalogue.Kitchens,
                (kitchen, _) => KitchenAnswer.Of(kitchen, clock.GetUtcNow())));
        kitchens.MapGet("{id}", (string id, HttpContext context, CatalogueReader reader, TimeProvider clock) =>
            Get(context, reader, "kitchen", id, catalogue => catalogue.Kitchens,
                (kitchen, _) => KitchenAnswer.Of(kitchen, clock.GetUtcNow())));
        kitchens.MapPut("{id}",
            (string id, KitchenBody body, HttpContext context, CommitPipeline pipeline, TimeProvider clock) =>
                Put(pipeline, id, body.Id, "/id", body.ToCommand(id, context.Caller()),
                    (Kitchen made, CatalogueSnapshot _) => KitchenAnswer.Of(made, clock.GetUtcNow())));
        kitchens.MapPut("{id}/mode",
            (string id, ModeBody body, HttpContext context, CommitPipeline pipeline, TimeProvider clock) =>
                Put(pipeline, id, null, "", body.ToCommand(id, context.Caller()),
                    (Kitchen made, CatalogueSnapshot _) => KitchenAnswer.Of(made, clock.GetUtcNow())));
        kitchens.MapPut("{id}/items/{itemId}/availability",
            (string id, string itemId, AvailabilityBody body, HttpContext context, CommitPipeline pipeline) =>
                Put(pipeline, id, null, "", body.ToCommand(id, itemId, context.Caller()),
                    (Off off, CatalogueSnapshot _) => new AvailabilityBody(!off.IsOff, off.Until)));
        kitchens.MapGet("{id}/menu", Menu);
    }

    static async Task<IResult> Menu(
        string id, HttpContext context, CatalogueReader reader, Database database, TimeProvider clock)
    {
        var query = new Query(context, "brandId");
        var brand = query.Slug("brandId");
        if (query.Problem is { } bad) return bad;
        await using var connection = await database.OpenReader(context.RequestAborted);
        var catalogue = await reader.Read(connection, context.RequestAborted);
        if (!catalogue.Kitchens.TryGetValue(id, out var kitchen))
            return Problems.Of(new Refusal.EntryUnknown("kitchen", id));
        var onHand = await CatalogueQueries.OnHand(connection, kitchen.Number, context.RequestAborted);
        return TypedResults.Ok(new MenuMaker(catalogue, kitchen, onHand, clock.GetUtcNow()).Menu(brand));
    }

    /// <summary>A page of entries in the order of their ids; <paramref name="by"/> is the one filter, if any.</summary>
    static async Task<IResult> List<T, TBody>(
        HttpContext context, CatalogueReader reader, Func<CatalogueSnapshot, ImmutableDictionary<string, T>> entries,
        Func<T, CatalogueSnapshot, TBody> show, string? by = null, Func<T, string, bool>? matches = null)
    {
        var query = by is null ? new Query(context, "limit", "cursor") : new Query(context, "limit", "cursor", by);
        var (limit, after, wanted) = (query.Limit, query.CursorSlug, by is null ? null : query.Slug(by));
        if (query.Problem is { } bad) return bad;
        var catalogue = await reader.Read(context.RequestAborted);
        var found = entries(catalogue)
            .Where(entry => string.CompareOrdinal(entry.Key, after) > 0
                && (wanted is null || matches!(entry.Value, wanted)))
            .OrderBy(entry => entry.Key, StringComparer.Ordinal).Take(limit + 1).ToList();
        var page = Page.Of(found, limit, entry => $"{entry.Key}");
        return TypedResults.Ok(new Page<TBody>(
            [.. page.Data.Select(entry => show(entry.Value, catalogue))], page.NextCursor));
    }

    static async Task<IResult> Get<T, TBody>(
        HttpContext context, CatalogueReader reader, string kind, string id,
        Func<CatalogueSnapshot, ImmutableDictionary<string, T>> entries, Func<T, CatalogueSnapshot, TBody> show)
    {
        var catalogue = await reader.Read(context.RequestAborted);
        return entries(catalogue).TryGetValue(id, out var entry)
            ? TypedResults.Ok(show(entry, catalogue))
            : Problems.Of(new Refusal.EntryUnknown(kind, id));
    }

    static async Task<IResult> Put<T, TBody>(
        CommitPipeline pipeline, string pathId, string? bodyId, string pointer, CatalogueCommand command,
        Func<T, CatalogueSnapshot, TBody> show)
    {
        if (bodyId is not null && bodyId != pathId)
            return Problems.Of(new Refusal.Invalid(pointer, "differs_from_path", $"the path says '{pathId}'"));
        return await pipeline.Submit(command) switch
        {
            Outcome.OfEntry { Entry: T entry } outcome => TypedResults.Ok(show(entry, outcome.At.Catalogue)),
            var other => other.ToProblem(),
        };
    }
}
