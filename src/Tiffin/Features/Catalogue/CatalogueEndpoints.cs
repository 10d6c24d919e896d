using Tiffin.Domain.Catalogue;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using Tiffin.Engine.Commit;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;
using static Tiffin.Features.Catalogue.CatalogueEntries;

namespace Tiffin.Features.Catalogue;

static class CatalogueEndpoints
{
    public static void MapCatalogue(this IEndpointRouteBuilder app)
    {
        var catalogue = app.MapGroup("/v1").WithTags("Catalogue");
        MapBrands(catalogue.MapGroup("brands"));
        MapIngredients(catalogue.MapGroup("ingredients"));
        MapItems(catalogue.MapGroup("items"));
        catalogue.MapGroup("kitchens").MapKitchens();
    }

    static void MapBrands(RouteGroupBuilder brands)
    {
        brands.MapGet("", (HttpContext context, CatalogueReader reader) =>
                List(context, reader, catalogue => catalogue.Brands, (brand, _) => BrandBody.Of(brand)))
            .Allow(Anyone, Chain)
            .Describe("listBrands", "List brands", "All brands of the chain, by id.")
            .Paginated()
            .Response<Page<BrandBody>>(200, "A page of brands.");
        brands.MapGet("{brandId}", (string brandId, HttpContext context, CatalogueReader reader) =>
                Get(context, reader, "brand", brandId, catalogue => catalogue.Brands,
                    (brand, _) => BrandBody.Of(brand)))
            .Allow(Anyone, Chain)
            .Describe("getBrand", "Read a brand", "What the customer knows the food by.")
            .Response<BrandBody>(200, "The brand.")
            .Problem(404, "not_found");
        brands.MapPut("{brandId}", (string brandId, BrandBody body, HttpContext context, CommitPipeline pipeline) =>
                Put(context, pipeline, brandId, body.Id, "/id", body.ToCommand(brandId, context.Caller()),
                    (Brand brand, CatalogueSnapshot _) => BrandBody.Of(brand)))
            .Allow(Admin, Chain).Audit()
            .Describe("putBrand", "Add or replace a brand", "The whole of it, under an id of your choice.")
            .Response<BrandBody>(200, "The brand as it is now.");
    }

    static void MapIngredients(RouteGroupBuilder ingredients)
    {
        ingredients.MapGet("", (HttpContext context, CatalogueReader reader) =>
                List(context, reader, catalogue => catalogue.Ingredients, (found, _) => IngredientBody.Of(found)))
            .Allow(Staff, Chain)
            .Describe("listIngredients", "List ingredients", "All that any kitchen keeps, by sku.")
            .Paginated()
            .Response<Page<IngredientBody>>(200, "A page of ingredients.");
        ingredients.MapGet("{sku}", (string sku, HttpContext context, CatalogueReader reader) =>
                Get(context, reader, "ingredient", sku, catalogue => catalogue.Ingredients,
                    (found, _) => IngredientBody.Of(found)))
            .Allow(Staff, Chain)
            .Describe("getIngredient", "Read an ingredient", "Its name, and the unit that quantities of it are in.")
            .Response<IngredientBody>(200, "The ingredient.")
            .Problem(404, "not_found");
        ingredients.MapPut("{sku}", (string sku, IngredientBody body, HttpContext context, CommitPipeline pipeline) =>
                Put(context, pipeline, sku, body.Sku, "/sku", body.ToCommand(sku, context.Caller()),
                    (Ingredient made, CatalogueSnapshot _) => IngredientBody.Of(made)))
            .Allow(Admin, Chain).Audit()
            .Describe("putIngredient", "Add or replace an ingredient", "The whole of it, under a sku of your choice.")
            .Response<IngredientBody>(200, "The ingredient as it is now.");
    }

    static void MapItems(RouteGroupBuilder items)
    {
        items.MapGet("", (HttpContext context, CatalogueReader reader) =>
                List(context, reader, catalogue => catalogue.Items, ItemBody.Of, "brandId",
                    (item, brand) => item.BrandId == brand))
            .Allow(Staff, Chain)
            .Describe("listItems", "List items", "What is sold, alone or as a modifier, by id.")
            .QueryParameter("brandId", "Items of this brand.")
            .Paginated()
            .Response<Page<ItemBody>>(200, "A page of items.");
        items.MapGet("{itemId}", (string itemId, HttpContext context, CatalogueReader reader) =>
                Get(context, reader, "item", itemId, catalogue => catalogue.Items, ItemBody.Of))
            .Allow(Staff, Chain)
            .Describe("getItem", "Read an item", "Its price, tax, recipe and the modifiers that it takes.")
            .Response<ItemBody>(200, "The item.")
            .Problem(404, "not_found");
        items.MapPut("{itemId}", (string itemId, ItemBody body, HttpContext context, CommitPipeline pipeline) =>
                Put<Item, ItemBody>(
                    context, pipeline, itemId, body.Id, "/id", body.ToCommand(itemId, context.Caller()),
                    ItemBody.Of))
            .Allow(Admin, Chain).Audit()
            .Describe("putItem", "Add or replace an item",
                "The whole of it, under an id of your choice. Orders that come after it are priced and cooked by it; "
                + "those that were placed before stay as they are.")
            .Response<ItemBody>(200, "The item as it is now.");
    }
}
