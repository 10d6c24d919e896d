using System.Text.Json;

namespace Tiffin.Tests.Dev;

/// <summary>The demo chain as it is in its file, read without the importer of Tiffin.</summary>
sealed record DemoChain(
    IReadOnlyList<DemoChain.Brand> Brands,
    IReadOnlyList<DemoChain.Ingredient> Ingredients,
    IReadOnlyList<DemoChain.Item> Items,
    IReadOnlyList<DemoChain.Kitchen> Kitchens,
    IReadOnlyList<DemoChain.StockLevel> Stock)
{
    static readonly JsonSerializerOptions strict = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    public static DemoChain Read()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "demo", "chain.json"));
        return JsonSerializer.Deserialize<DemoChain>(file, strict)!;
    }

    /// <summary>The items of a kitchen's brands, including modifiers.</summary>
    public IEnumerable<Item> CookedIn(Kitchen kitchen) => Items.Where(item => kitchen.Brands.Contains(item.BrandId));

    public sealed record Brand(string Id, string Name);

    public sealed record Ingredient(string Sku, string Name, string Unit, string StorageArea, Pack Pack);

    public sealed record Pack(long Quantity, Price Price);

    public sealed record Item(
        string Id,
        string BrandId,
        string Name,
        string Description,
        string Kind,
        Price Price,
        int TaxBasisPoints,
        IReadOnlyList<Need> Recipe,
        IReadOnlyList<string> Modifiers,
        string? StationId = null);

    public sealed record Price(long Amount, string Currency);

    public sealed record Need(string Sku, long Quantity);

    public sealed record Kitchen(
        string Id,
        string Name,
        string City,
        string Phone,
        string TimeZone,
        string Currency,
        IReadOnlyList<string> Brands,
        string Acceptance,
        int AcceptWithinMinutes,
        Fees Fees,
        Times Times);

    public sealed record Times(int PrepMinutes, Minutes DeliveryMinutes, string? HandoverCodes = null);

    public sealed record Minutes(int From, int To);

    public sealed record Fees(long Delivery, long Packaging);

    public sealed record StockLevel(string KitchenId, string Sku, long OnHand, long Threshold);
}
