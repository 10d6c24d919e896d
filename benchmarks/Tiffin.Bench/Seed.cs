using Microsoft.Extensions.DependencyInjection;
using Tiffin.Access;
using Tiffin.Commit;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;

namespace Tiffin.Bench;

/// <summary>
/// The chain that every figure is measured on: 50 kitchens that all cook for 5 brands, 500 items with recipes of 3 to
/// 6 out of 100 ingredients, 5 modifiers a brand. Made from one seed, so that every run sells the same food.
/// </summary>
static class Seed
{
    public const int Kitchens = 50;
    public const int Brands = 5;
    public const int ItemsPerBrand = 100;
    const int ModifiersPerBrand = 5;
    const int Ingredients = 100;

    /// <summary>More than a run of hours can sell.</summary>
    const long OnHand = 900_000_000_000;

    static readonly Caller admin = new(Role.Admin, "bench");

    /// <summary>Answers the key that the load is sent with.</summary>
    public static async Task<string> Load(IServiceProvider services)
    {
        var pipeline = services.GetRequiredService<CommitPipeline>();
        var puts = Entries(new Random(20261122));
        Expect(await pipeline.Submit(new ImportCatalogue(
            [.. puts.Select((put, i) => new ImportEntry($"/{i}", put))]) { Caller = admin }));
        for (var kitchen = 1; kitchen <= Kitchens; kitchen++)
        {
            var lines = Enumerable.Range(1, Ingredients)
                .Select(i => new MovementLine($"ingredient-{i}", MovementKind.Received, OnHand, null));
            Expect(await pipeline.Submit(new RecordMovements($"kitchen-{kitchen}", [.. lines])
            {
                Caller = admin,
                Key = new RequestKey(Guid.NewGuid()),
                Fingerprint = Guid.NewGuid(),
            }));
        }
        return (await services.GetRequiredService<KeyRing>().Create(admin, "bench", null, "bench", default)).Key;
    }

    static IEnumerable<CatalogueCommand> Entries(Random random)
    {
        for (var i = 1; i <= Ingredients; i++)
            yield return new PutIngredient($"ingredient-{i}", $"Ingredient {i}", "g") { Caller = admin };
        for (var b = 1; b <= Brands; b++)
        {
            yield return new PutBrand($"brand-{b}", $"Brand {b}") { Caller = admin };
            var modifiers = Enumerable.Range(1, ModifiersPerBrand).Select(m => $"b{b}-extra-{m}").ToArray();
            foreach (var modifier in modifiers) yield return Item(modifier, b, ItemKind.Modifier, 1, [], random);
            for (var i = 1; i <= ItemsPerBrand; i++)
                yield return Item($"b{b}-item-{i}", b, ItemKind.Item, random.Next(3, 7), modifiers, random);
        }
        for (var k = 1; k <= Kitchens; k++)
            yield return new PutKitchen(
                $"kitchen-{k}", $"Kitchen {k}", "Bengaluru", "Asia/Kolkata",
                TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata"), "INR",
                [.. Enumerable.Range(1, Brands).Select(b => $"brand-{b}")], Acceptance.Automatic, 8,
                new Fees(2900, 1000)) { Caller = admin };
    }

    static PutItem Item(string id, int brand, ItemKind kind, int ingredients, string[] modifiers, Random random)
    {
        var skus = Enumerable.Range(1, Ingredients).ToArray();
        random.Shuffle(skus);
        return new PutItem(
            id, $"brand-{brand}", $"Dish {id}", null, kind, new Money(random.Next(50, 500) * 100, "INR"), 500,
            [.. skus.Take(ingredients).Select(sku => new RecipeLine($"ingredient-{sku}", random.Next(5, 250)))],
            modifiers) { Caller = admin };
    }

    static void Expect(Outcome outcome)
    {
        if (outcome is Outcome.Refused or Outcome.Unavailable)
            throw new InvalidOperationException($"seeding failed: {outcome}");
    }
}
