using System.Text.Json.Serialization;
using Tiffin.Edge;

namespace Tiffin.Features.Catalogue;

sealed class CatalogueFeature : Feature
{
    public override IEnumerable<ApiTag> Tags =>
        [new("Catalogue", "Brands, items, recipes, ingredients, and kitchens with their modes, hours and menus.")];

    public override JsonSerializerContext Json => CatalogueJson.Strict;

    public override void Map(WebApplication app) => app.MapCatalogue();
}

[JsonSerializable(typeof(Page<BrandBody>))]
[JsonSerializable(typeof(Page<IngredientBody>))]
[JsonSerializable(typeof(Page<ItemBody>))]
[JsonSerializable(typeof(Page<KitchenView>))]
[JsonSerializable(typeof(ModeBody))]
[JsonSerializable(typeof(HoursBody))]
[JsonSerializable(typeof(AvailabilityBody))]
[JsonSerializable(typeof(MenuView))]
sealed partial class CatalogueJson : JsonSerializerContext
{
    public static CatalogueJson Strict { get; } = new(StrictJson.Options());
}
