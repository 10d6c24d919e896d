using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;
using static Tiffin.Features.Catalogue.CatalogueEntries;

namespace Tiffin.Features.Catalogue;

static class KitchenEndpoints
{
    public static void MapKitchens(this RouteGroupBuilder kitchens)
    {
        MapEntries(kitchens);
        MapOffer(kitchens);
    }

    static void MapEntries(RouteGroupBuilder kitchens)
    {
        kitchens.MapGet("", (HttpContext context, CatalogueReader reader, TimeProvider clock) =>
                List(context, reader, catalogue => catalogue.Kitchens,
                    (kitchen, _) => KitchenAnswer.Of(kitchen, clock.GetUtcNow())))
            .Allow(Anyone, Chain)
            .Describe("listKitchens", "List kitchens", "All kitchens of the chain, by id.")
            .Paginated()
            .Response<Page<KitchenAnswer>>(200, "A page of kitchens.");
        kitchens.MapGet("{kitchenId}",
            (string kitchenId, HttpContext context, CatalogueReader reader, TimeProvider clock) =>
                Get(context, reader, "kitchen", kitchenId, catalogue => catalogue.Kitchens,
                    (kitchen, _) => KitchenAnswer.Of(kitchen, clock.GetUtcNow())))
            .Allow(Anyone, Chain)
            .Describe("getKitchen", "Read a kitchen", "What it cooks, how it accepts orders, and its mode now.")
            .Response<KitchenAnswer>(200, "The kitchen.")
            .Problem(404, "not_found");
        kitchens.MapPut("{kitchenId}",
            (string kitchenId, KitchenBody body, HttpContext context, CommitPipeline pipeline, TimeProvider clock) =>
                Put(context, pipeline, kitchenId, body.Id, "/id", body.ToCommand(kitchenId, context.Caller()),
                    (Kitchen made, CatalogueSnapshot _) => KitchenAnswer.Of(made, clock.GetUtcNow())))
            .Allow(Admin, Chain).Audit()
            .Describe("putKitchen", "Add or replace a kitchen",
                "The whole of it but its mode, under an id of your choice.")
            .Response<KitchenAnswer>(200, "The kitchen as it is now.");
    }

    static void MapOffer(RouteGroupBuilder kitchens)
    {
        kitchens.MapPut("{kitchenId}/mode",
            (string kitchenId, ModeBody body, HttpContext context, CommitPipeline pipeline, TimeProvider clock) =>
                Put(context, pipeline, kitchenId, null, "", body.ToCommand(kitchenId, context.Caller()),
                    (Kitchen made, CatalogueSnapshot _) => KitchenAnswer.Of(made, clock.GetUtcNow())))
            .Allow(Admin | Manager, KitchenInPath).Audit()
            .Describe("setKitchenMode", "Pause a kitchen, or tell of a delay",
                "online, busy with a delay, or paused, which takes no new orders; for a while or until further notice.")
            .Response<KitchenAnswer>(200, "The kitchen as it is now.")
            .Problem(404, "not_found");
        kitchens.MapPut("{kitchenId}/items/{itemId}/availability",
            (string kitchenId, string itemId, AvailabilityBody body, HttpContext context, CommitPipeline pipeline) =>
                Put(context, pipeline, kitchenId, null, "", body.ToCommand(kitchenId, itemId, context.Caller()),
                    (Off off, CatalogueSnapshot _) => new AvailabilityBody(!off.IsOff, off.Until)))
            .Allow(Admin | Manager, KitchenInPath).Audit()
            .Describe("setAvailability", "Take an item off a kitchen's menu, or put it back",
                "For a while or until further notice, whatever the stock says.")
            .Response<AvailabilityBody>(200, "The item's availability as it is now.")
            .Problem(404, "not_found");
        kitchens.MapGet("{kitchenId}/menu", Menu)
            .Allow(Anyone, Chain)
            .Describe("getMenu", "Read a kitchen's menu",
                "What it sells at the moment, with prices and the portions that the stock still makes.")
            .QueryParameter("brandId", "The menu of this brand.")
            .Response<MenuAnswer>(200, "The menu, by brand and item.")
            .Problem(404, "not_found");
    }

    static async Task<IResult> Menu(
        string kitchenId, HttpContext context, CatalogueReader reader, Database database, TimeProvider clock)
    {
        var query = new Query(context);
        var brand = query.Slug("brandId");
        if (query.Problem is { } bad) return bad;
        await using var connection = await database.OpenReader(context.RequestAborted);
        var catalogue = await reader.Read(connection, context.RequestAborted);
        if (!catalogue.Kitchens.TryGetValue(kitchenId, out var kitchen))
            return Problems.Of(new Refusal.EntryUnknown("kitchen", kitchenId));
        var onHand = await CatalogueQueries.OnHand(connection, kitchen.Number, context.RequestAborted);
        return TypedResults.Ok(new MenuMaker(catalogue, kitchen, onHand, clock.GetUtcNow()).Menu(brand));
    }
}
