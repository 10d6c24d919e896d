using Tiffin.Domain.Catalogue;
using Tiffin.Edge;
using Tiffin.Edge.Access;
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
            .Describe("getBrand", "Get a brand", "The name under which customers order.")
            .Conditional()
            .Response<BrandBody>(200, "The brand.")
            .Problem(404, "not_found");
        brands.MapPut("{brandId}", (string brandId, BrandBody body, HttpContext context, CommitPipeline pipeline) =>
                Put(context, pipeline, brandId, body.Id, "/id", body.ToCommand(brandId, context.Caller()),
                    (Brand brand, CatalogueSnapshot _) => BrandBody.Of(brand)))
            .Allow(Admin, Chain).Audit().ReplacesEntry()
            .Describe("putBrand", "Create or replace a brand", "Replaces the whole brand. You choose the id.")
            .Response<BrandBody>(200, "The updated brand.");
    }

    static void MapIngredients(RouteGroupBuilder ingredients)
    {
        ingredients.MapGet("", (HttpContext context, CatalogueReader reader) =>
                List(context, reader, catalogue => catalogue.Ingredients, (found, _) => IngredientBody.Of(found)))
            .Allow(Staff, Chain)
            .Describe("listIngredients", "List ingredients", "All ingredients of the chain, by SKU.")
            .Paginated()
            .Response<Page<IngredientBody>>(200, "A page of ingredients.");
        ingredients.MapGet("{sku}", (string sku, HttpContext context, CatalogueReader reader) =>
                Get(context, reader, "ingredient", sku, catalogue => catalogue.Ingredients,
                    (found, _) => IngredientBody.Of(found)))
            .Allow(Staff, Chain)
            .Describe("getIngredient", "Get an ingredient", "Its name and unit, where it is kept, and its usual pack.")
            .Conditional()
            .Response<IngredientBody>(200, "The ingredient.")
            .Problem(404, "not_found");
        ingredients.MapPut("{sku}", (string sku, IngredientBody body, HttpContext context, CommitPipeline pipeline) =>
                Put(context, pipeline, sku, body.Sku, "/sku", body.ToCommand(sku, context.Caller()),
                    (Ingredient updated, CatalogueSnapshot _) => IngredientBody.Of(updated)))
            .Allow(Admin, Chain).Audit().ReplacesEntry()
            .Describe("putIngredient", "Create or replace an ingredient",
                "Replaces the whole ingredient. You choose the SKU.")
            .Response<IngredientBody>(200, "The updated ingredient.");
    }

    static void MapItems(RouteGroupBuilder items)
    {
        items.MapGet("", (HttpContext context, CatalogueReader reader) =>
                List(context, reader, catalogue => catalogue.Items, ItemBody.Of, "brandId",
                    (item, brand) => item.BrandId == brand))
            .Allow(Staff, Chain)
            .Describe("listItems", "List items", "All items and modifiers of the chain, by id.")
            .QueryParameter("brandId", "Only this brand.")
            .Paginated()
            .Response<Page<ItemBody>>(200, "A page of items.");
        items.MapGet("{itemId}", (string itemId, HttpContext context, CatalogueReader reader) =>
                Get(context, reader, "item", itemId, catalogue => catalogue.Items, ItemBody.Of))
            .Allow(Staff, Chain)
            .Describe("getItem", "Get an item", "Its price, tax, recipe and modifiers.")
            .Conditional()
            .Response<ItemBody>(200, "The item.")
            .Problem(404, "not_found");
        items.MapPut("{itemId}", (string itemId, ItemBody body, HttpContext context, CommitPipeline pipeline) =>
                Put<Item, ItemBody>(
                    context, pipeline, itemId, body.Id, "/id", body.ToCommand(itemId, context.Caller()),
                    ItemBody.Of))
            .Allow(Admin, Chain).Audit().ReplacesEntry()
            .Describe("putItem", "Create or replace an item",
                "Replaces the whole item. You choose the id. New orders use the new price and recipe; existing orders "
                + "do not change.")
            .Response<ItemBody>(200, "The updated item.");
    }
}
