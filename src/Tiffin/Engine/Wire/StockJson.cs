using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Engine.Storage;

namespace Tiffin.Engine.Wire;

/// <summary>The level of an ingredient in a kitchen; quantities in <paramref name="Unit"/>.</summary>
sealed record StockLevel(
    string Sku, string Name, string Unit, long OnHand, long Threshold, StockState State, DateTimeOffset Since,
    [property: Description("Only in reads: the quantity on hand plus the needs of open orders that are not yet being "
        + "prepared. A count compares the shelf with this quantity, and sends it as seenOnHand.")]
    long? OnShelf = null,
    [property: Description("Only with usedDays: the quantity that orders placed in those days needed, including their "
        + "modifiers. Cancelled orders are not counted.")]
    long? Used = null)
{
    public static StockLevel Of(Stock stock, CatalogueSnapshot catalogue)
    {
        var ingredient = catalogue.IngredientOf(stock.Key.Ingredient);
        return new StockLevel(ingredient.Sku, ingredient.Name, ingredient.Unit, stock.OnHand, stock.Threshold,
            stock.State, stock.Since);
    }
}

sealed record StockLevels(IReadOnlyList<StockLevel> Data);

static class StockJson
{
    public static byte[] Level(StockLevel level) =>
        JsonSerializer.SerializeToUtf8Bytes(level, StockLevelJson.Default.StockLevel);

    public static byte[] Levels(IEnumerable<StockLevel> levels) =>
        JsonSerializer.SerializeToUtf8Bytes(new StockLevels([.. levels]), StockLevelJson.Default.StockLevels);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(EnumNames), typeof(Rfc3339)])]
[JsonSerializable(typeof(StockLevels))]
sealed partial class StockLevelJson : JsonSerializerContext;
