using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Edge;
using Tiffin.Edge.Access;
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
        MapSubresources(kitchens);
    }

    static void MapEntries(RouteGroupBuilder kitchens)
    {
        kitchens.MapGet("", (HttpContext context, CatalogueReader reader, Database database) =>
                List(context, reader, catalogue => catalogue.Kitchens,
                    (kitchen, _) => KitchenView.Of(kitchen, database.Clock.Now)))
            .Allow(Anyone, Chain)
            .Describe("listKitchens", "List kitchens", "All kitchens of the chain, by id.")
            .Paginated()
            .Response<Page<KitchenView>>(200, "A page of kitchens.");
        kitchens.MapGet("{kitchenId}",
            (string kitchenId, HttpContext context, CatalogueReader reader, Database database) =>
                Get(context, reader, "kitchen", kitchenId, catalogue => catalogue.Kitchens,
                    (kitchen, _) => KitchenView.Of(kitchen, database.Clock.Now)))
            .Allow(Anyone, Chain)
            .Describe("getKitchen", "Get a kitchen", "Its brands, acceptance settings and current mode.")
            .Conditional()
            .Response<KitchenView>(200, "The kitchen.")
            .Problem(404, "not_found");
        kitchens.MapPut("{kitchenId}",
            (string kitchenId, KitchenBody body, HttpContext context, CommitPipeline pipeline, Database database) =>
                Put(context, pipeline, kitchenId, body.Id, "/id", body.ToCommand(kitchenId, context.Caller()),
                    (Kitchen updated, CatalogueSnapshot _) => KitchenView.Of(updated, database.Clock.Now)))
            .Allow(Admin, Chain).Audit().ReplacesEntry()
            .Describe("putKitchen", "Create or replace a kitchen",
                "Replaces the whole kitchen except its mode, and except its hours if there are none in the body. You "
                + "choose the id.")
            .Response<KitchenView>(200, "The updated kitchen.");
    }

    static void MapSubresources(RouteGroupBuilder kitchens)
    {
        kitchens.MapPut("{kitchenId}/mode",
            (string kitchenId, ModeBody body, HttpContext context, CommitPipeline pipeline, Database database) =>
                Put(context, pipeline, kitchenId, null, "", body.ToCommand(kitchenId, context.Caller()),
                    (Kitchen updated, CatalogueSnapshot _) => KitchenView.Of(updated, database.Clock.Now)))
            .Allow(Staff, KitchenInPath).Audit().ReplacesEntry()
            .Describe("setKitchenMode", "Set a kitchen's mode",
                "online, busy (with a delay) or paused (takes no new orders), until a given time or further notice. "
                + "Kitchen staff may set busy for at most 24 hours and online again, and may not end a pause.")
            .Response<KitchenView>(200, "The updated kitchen.")
            .Problem(404, "not_found");
        kitchens.MapPut("{kitchenId}/hours",
            (string kitchenId, HoursBody body, HttpContext context, CommitPipeline pipeline, Database database) =>
                Put(context, pipeline, kitchenId, null, "", body.ToCommand(kitchenId, context.Caller()),
                    (Kitchen updated, CatalogueSnapshot _) => KitchenView.Of(updated, database.Clock.Now)))
            .Allow(Admin | Manager, KitchenInPath).Audit().ReplacesEntry()
            .Describe("setKitchenHours", "Set a kitchen's opening hours",
                "Replaces the weekly hours and the exceptions. While a kitchen is closed, only scheduled orders are "
                + "accepted, if it will start them while it is open. Existing orders stay.")
            .Response<KitchenView>(200, "The updated kitchen.")
            .Problem(404, "not_found");
        kitchens.MapPut("{kitchenId}/items/{itemId}/availability",
            (string kitchenId, string itemId, AvailabilityBody body, HttpContext context, CommitPipeline pipeline) =>
                Put(context, pipeline, kitchenId, null, "", body.ToCommand(kitchenId, itemId, context.Caller()),
                    (ItemAvailability off, CatalogueSnapshot _) => AvailabilityView.Of(off)))
            .Allow(Staff, KitchenInPath).Audit().ReplacesEntry()
            .Describe("setAvailability", "Set an item's availability in a kitchen",
                "Makes an item unavailable until a given time or further notice, regardless of the stock, or "
                + "available again. Kitchen staff must set until.")
            .Response<AvailabilityView>(200, "The updated availability.")
            .Problem(404, "not_found");
        kitchens.MapGet("{kitchenId}/menu", Menu)
            .Allow(Anyone, Chain)
            .Describe("getMenu", "Get a kitchen's menu",
                "The items that the kitchen sells, with prices, availability and the portions that are in stock.")
            .QueryParameter("brandId", "Only this brand.")
            .Conditional()
            .Response<MenuView>(200, "The menu, by brand and item.")
            .Problem(404, "not_found");
    }

    static async Task<IResult> Menu(
        string kitchenId, HttpContext context, CatalogueReader reader, Database database, KeyRing ring)
    {
        var query = new Query(context);
        var brand = query.Slug("brandId");
        if (query.Problem is { } bad) return bad;
        await using var connection = await database.OpenRequest(context.RequestAborted);
        var catalogue = await reader.Read(connection, context.RequestAborted);
        if (!catalogue.Kitchens.TryGetValue(kitchenId, out var kitchen))
            return Problems.Of(new Refusal.EntryNotFound("kitchen", kitchenId));
        var onHand = await CatalogueQueries.OnHand(connection, kitchen.Number, context.RequestAborted);
        var menu = new MenuBuilder(catalogue, kitchen, onHand, context.Caller(), ring, database.Clock.Now);
        return new TaggedJson<MenuView>(menu.Build(brand));
    }
}
