using System.Text.Json;
using System.Text.Json.Serialization;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;

namespace Tiffin.Wire;

/// <summary>The level of an ingredient in a kitchen; quantities in <paramref name="Unit"/>.</summary>
public sealed record StockLevel(
    string Sku, string Name, string Unit, long OnHand, long Threshold, StockState State, DateTimeOffset Since)
{
    public static StockLevel Of(Stock stock, CatalogueSnapshot catalogue)
    {
        var ingredient = catalogue.IngredientOf(stock.Key.Ingredient);
        return new StockLevel(ingredient.Sku, ingredient.Name, ingredient.Unit, stock.OnHand, stock.Threshold,
            stock.State, stock.Since);
    }
}

public sealed record StockLevels(IReadOnlyList<StockLevel> Data);

static class StockJson
{
    public static byte[] Level(StockLevel level) =>
        JsonSerializer.SerializeToUtf8Bytes(level, WireJson.Default.StockLevel);

    public static byte[] Levels(IEnumerable<StockLevel> levels) =>
        JsonSerializer.SerializeToUtf8Bytes(new StockLevels([.. levels]), WireJson.Default.StockLevels);
}
