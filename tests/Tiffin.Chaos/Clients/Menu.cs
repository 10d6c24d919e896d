using System.Text.Json;

namespace Tiffin.Chaos.Clients;

/// <summary>A small chain whose recipes the checker knows.</summary>
static class Menu
{
    public const string HotKitchen = "k1";
    public const string HotSku = "saffron";
    public const string HotItem = "kulfi";
    public const long HotStart = 5;

    public static IReadOnlyList<string> Kitchens { get; } = ["k1", "k2", "k3", "k4"];

    /// <summary>The ingredients of one portion.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<(string Sku, long Quantity)>> Recipes { get; } =
        new Dictionary<string, IReadOnlyList<(string, long)>>
        {
            ["thali"] = [("rice", 100), ("dal", 80)],
            ["biryani"] = [("rice", 150), ("ghee", 20)],
            ["dosa"] = [("batter", 90), ("ghee", 10)],
            // Less is received than ordered, so that it sells out repeatedly.
            ["lassi"] = [("curd", 1)],
            [HotItem] = [(HotSku, 1)],
        };

    public static IReadOnlyList<string> Items { get; } = ["thali", "biryani", "dosa", "lassi"];

    public static IReadOnlyList<string> Skus { get; } = ["rice", "dal", "ghee", "batter", "curd"];

    /// <summary>A level that only one client uses, so that it may count it.</summary>
    public static string JarOf(int client) => $"jar-{client}";

    public static long OpeningOf(string sku) => sku switch
    {
        HotSku => HotStart,
        "curd" => 10,
        _ => 1_000_000_000,
    };

    /// <summary>The requests that create the chain, in order.</summary>
    public static IEnumerable<(string Path, string Body)> Entries(int clients)
    {
        yield return Entry("/v1/brands/tiffin", new { name = "Tiffin" });
        var jars = Enumerable.Range(0, clients).Select(JarOf);
        foreach (var sku in Skus.Append(HotSku).Concat(jars))
            yield return Entry($"/v1/ingredients/{sku}", new { name = sku, unit = "g" });
        foreach (var (item, recipe) in Recipes)
            yield return Entry($"/v1/items/{item}", new
            {
                brandId = "tiffin",
                name = item,
                price = new { amount = 10_000, currency = "INR" },
                taxBasisPoints = 500,
                recipe = recipe.Select(part => new { sku = part.Sku, quantity = part.Quantity }),
                modifiers = Array.Empty<string>(),
            });
        foreach (var kitchen in Kitchens)
            yield return Entry($"/v1/kitchens/{kitchen}", new
            {
                name = kitchen,
                city = "Bengaluru",
                timeZone = "Asia/Kolkata",
                currency = "INR",
                brands = new[] { "tiffin" },
                acceptance = "automatic",
                fees = new { delivery = 0, packaging = 0 },
            });
    }

    static (string, string) Entry(string path, object body) => (path, JsonSerializer.Serialize(body));
}
