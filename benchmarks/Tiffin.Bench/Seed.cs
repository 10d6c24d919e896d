using Microsoft.Extensions.DependencyInjection;
using Tiffin.Bench.Traffic;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Edge.Access;
using Tiffin.Engine.Commit;

namespace Tiffin.Bench;

/// <summary>
/// The chain used by all scenarios: 50 kitchens that all cook for 5 brands, 500 items with recipes of 3 to 6 out of 100
/// ingredients, 5 modifiers per brand, API keys of every role. Deterministic.
/// </summary>
static class Seed
{
    public const int Kitchens = 50;
    public const int Brands = 5;
    public const int ItemsPerBrand = 100;
    const int ModifiersPerBrand = 5;
    const int Ingredients = 100;
    const int Channels = 32;

    /// <summary>The item of the flash sale: the first kitchen has <see cref="FlashPortions"/> portions.</summary>
    public const string FlashItem = "b1-flash";
    public const int FlashPortions = 1_000;
    const string FlashIngredient = "flash-ingredient";

    // More than a run of hours can sell.
    const long OnHand = 900_000_000_000;

    static readonly Caller admin = new(Role.Admin, "bench");

    /// <summary>Returns the API keys for the load.</summary>
    public static async Task<Keys> Load(IServiceProvider services)
    {
        var pipeline = services.GetRequiredService<CommitPipeline>();
        var puts = Entries(new Random(20261122));
        Expect(await pipeline.Submit(new ImportCatalogue(
            [.. puts.Select((put, i) => new ImportEntry($"/{i}", put))]) { Caller = admin }));
        for (var kitchen = 1; kitchen <= Kitchens; kitchen++)
        {
            var lines = Enumerable.Range(1, Ingredients).Select(i => Received($"ingredient-{i}", OnHand));
            if (kitchen == 1) lines = lines.Append(Received(FlashIngredient, FlashPortions));
            Expect(await pipeline.Submit(new RecordMovements($"kitchen-{kitchen}", [.. lines])
            {
                Caller = admin,
                Key = new RequestKey(Guid.NewGuid()),
                Fingerprint = Guid.NewGuid(),
            }));
        }
        return await MakeKeys(services.GetRequiredService<KeyRing>());
    }

    static MovementLine Received(string sku, long quantity) => new(sku, MovementKind.Received, quantity, null);

    static async Task<Keys> MakeKeys(KeyRing ring)
    {
        async Task<string> Key(Caller caller) =>
            (await ring.Create(caller, "bench", null, "bench", CancellationToken.None)).Key;
        Caller In(Role role, string id, params string[] kitchens) =>
            new(role, id) { Kitchens = kitchens.ToHashSet(StringComparer.Ordinal) };

        var (channels, kitchens) = (new List<string>(), new List<string>());
        for (var i = 1; i <= Channels; i++)
            channels.Add(await Key(new Caller(Role.Channel, $"app-{i}") { Channel = "app" }));
        for (var i = 1; i <= Kitchens; i++)
            kitchens.Add(await Key(In(Role.Kitchen, $"cooks-{i}", $"kitchen-{i}")));
        return new Keys(
            await Key(admin), await Key(In(Role.Manager, "manager", "kitchen-1")),
            await Key(In(Role.Courier, "courier", "kitchen-1")), await Key(new Caller(Role.Customer, "c-1")),
            channels, kitchens);
    }

    static IEnumerable<CatalogueCommand> Entries(Random random)
    {
        for (var i = 1; i <= Ingredients; i++)
            yield return new PutIngredient($"ingredient-{i}", $"Ingredient {i}", "g") { Caller = admin };
        yield return new PutIngredient(FlashIngredient, "What is left", "piece") { Caller = admin };
        for (var b = 1; b <= Brands; b++)
        {
            yield return new PutBrand($"brand-{b}", $"Brand {b}") { Caller = admin };
            var modifiers = Enumerable.Range(1, ModifiersPerBrand).Select(m => $"b{b}-extra-{m}").ToArray();
            foreach (var modifier in modifiers) yield return Item(modifier, b, ItemKind.Modifier, 1, [], random);
            for (var i = 1; i <= ItemsPerBrand; i++)
                yield return Item($"b{b}-item-{i}", b, ItemKind.Item, random.Next(3, 7), modifiers, random);
        }
        yield return new PutItem(
            FlashItem, "brand-1", "The last portions", null, ItemKind.Item, new Money(9900, "INR"), 500,
            [new RecipeLine(FlashIngredient, 1)], []) { Caller = admin };
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
