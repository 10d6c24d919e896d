using System.Collections.Immutable;
using Tiffin.Domain.Inventory;

namespace Tiffin.Domain.Catalogue;

/// <summary>
/// What the chain sells, where, and from what, at one version. Immutable: nodes cache it, and a batch that changes it
/// leaves the others' copies whole.
/// </summary>
public sealed record CatalogueSnapshot
{
    public static readonly CatalogueSnapshot Empty = new();

    ImmutableDictionary<int, Kitchen> kitchensByNumber = ImmutableDictionary<int, Kitchen>.Empty;
    ImmutableDictionary<int, Ingredient> ingredientsByNumber = ImmutableDictionary<int, Ingredient>.Empty;
    SmallestPortions portions = SmallestPortions.None;

    CatalogueSnapshot() { }

    public long Version { get; init; }

    /// <summary>
    /// Random: a version that a failover lost and its successor of the same number differ by it.
    /// </summary>
    public Guid Id { get; init; }

    public ImmutableDictionary<string, Brand> Brands { get; private init; } = ImmutableDictionary<string, Brand>.Empty;

    public ImmutableDictionary<string, Kitchen> Kitchens { get; private init; } =
        ImmutableDictionary<string, Kitchen>.Empty;

    public ImmutableDictionary<string, Ingredient> Ingredients { get; private init; } =
        ImmutableDictionary<string, Ingredient>.Empty;

    public ImmutableDictionary<string, Item> Items { get; private init; } = ImmutableDictionary<string, Item>.Empty;

    public ImmutableDictionary<OffKey, Off> Offs { get; private init; } = ImmutableDictionary<OffKey, Off>.Empty;

    public Kitchen? KitchenOf(int number) => kitchensByNumber.GetValueOrDefault(number);

    public Ingredient IngredientOf(int number) => ingredientsByNumber[number];

    /// <summary>
    /// The smallest quantity of an ingredient that any recipe of the kitchen's brands takes; 1 where none takes it, so
    /// that an empty shelf is always out.
    /// </summary>
    public long SmallestPortion(StockKey key) =>
        KitchenOf(key.Kitchen) is { } kitchen ? portions.Of(kitchen, key.Ingredient) : 1;

    public CatalogueSnapshot Evolve(CatalogueChanged changed) => changed.Entry switch
    {
        Brand brand => this with { Brands = Brands.SetItem(brand.Id, brand) },
        Kitchen kitchen => this with
        {
            Kitchens = Kitchens.SetItem(kitchen.Id, kitchen),
            kitchensByNumber = kitchensByNumber.SetItem(kitchen.Number, kitchen),
            portions = portions.After(Kitchens.GetValueOrDefault(kitchen.Id), kitchen),
        },
        Ingredient ingredient => this with
        {
            Ingredients = Ingredients.SetItem(ingredient.Sku, ingredient),
            ingredientsByNumber = ingredientsByNumber.SetItem(ingredient.Number, ingredient),
        },
        Item item => this with
        {
            Items = Items.SetItem(item.Id, item),
            portions = portions.After(Items.GetValueOrDefault(item.Id), item),
        },
        Off off => this with { Offs = Offs.SetItem(off.Key, off) },
        _ => throw new InvalidOperationException($"{changed.Entry.GetType()} is no entry of the catalogue"),
    };
}

/// <summary>What the customer sees.</summary>
public sealed record Brand(string Id, string Name);

/// <summary>A stock-keeping unit. <paramref name="Number"/> stands for the sku in rows that are many.</summary>
public sealed record Ingredient(int Number, string Sku, string Name, string Unit);

/// <summary><paramref name="Quantity"/> of an ingredient, in its unit.</summary>
public readonly record struct Portion(int Ingredient, long Quantity);

public enum ItemKind { Item, Modifier }

/// <summary>What is sold: alone (item), or attached to a line (modifier).</summary>
public sealed record Item(
    string Id, string BrandId, string Name, string? Description, ItemKind Kind, Money Price, int TaxBasisPoints,
    ImmutableArray<Portion> Recipe, ImmutableArray<string> Modifiers)
{
    // Records compare arrays by reference; an unchanged PUT must be seen as unchanged.
    public bool Equals(Item? other) => other is not null
        && (Id, BrandId, Name, Description, Kind, Price, TaxBasisPoints)
            == (other.Id, other.BrandId, other.Name, other.Description, other.Kind, other.Price, other.TaxBasisPoints)
        && Recipe.AsSpan().SequenceEqual(other.Recipe.AsSpan())
        && Modifiers.AsSpan().SequenceEqual(other.Modifiers.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Id, BrandId, Price);
}

public enum Acceptance { Automatic, Manual }

public enum KitchenMode { Online, Busy, Paused }

/// <summary>What the customer pays beside the food, in minor units of the kitchen's currency.</summary>
public sealed record Fees(long Delivery, long Packaging);

/// <summary>A site that cooks for several brands.</summary>
public sealed record Kitchen(
    int Number, string Id, string Name, string? City, TimeZoneInfo Zone, string Currency,
    ImmutableArray<string> Brands, Acceptance Acceptance, int AcceptWithinMinutes, Fees Fees, ModeSetting Mode)
{
    public DateOnly DayAt(DateTimeOffset time) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, Zone).DateTime);

    public bool Equals(Kitchen? other) => other is not null
        && (Number, Id, Name, City, Zone.Id, Currency, Acceptance, AcceptWithinMinutes, Fees, Mode)
            == (other.Number, other.Id, other.Name, other.City, other.Zone.Id, other.Currency, other.Acceptance,
                other.AcceptWithinMinutes, other.Fees, other.Mode)
        && Brands.AsSpan().SequenceEqual(other.Brands.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Number, Id);
}

/// <summary>How a kitchen takes orders, and until when; <see langword="null"/> is until further notice.</summary>
public sealed record ModeSetting(KitchenMode Mode, DateTimeOffset? Until, int DelayMinutes)
{
    public static readonly ModeSetting Online = new(KitchenMode.Online, null, 0);

    public ModeSetting At(DateTimeOffset now) => Until <= now ? Online : this;
}

public readonly record struct KitchenDay(int Kitchen, DateOnly Day)
{
    /// <summary>The days that it can be in a kitchen at some time, wherever on earth it is.</summary>
    public static KitchenDay[] Around(int kitchen, DateTimeOffset time)
    {
        var day = DateOnly.FromDateTime(time.UtcDateTime);
        return [new(kitchen, day.AddDays(-1)), new(kitchen, day), new(kitchen, day.AddDays(1))];
    }
}

public readonly record struct OffKey(int Kitchen, string ItemId);

/// <summary>An item that a kitchen has taken off the menu until a time, or put back (<c>IsOff</c> false).</summary>
public sealed record Off(OffKey Key, bool IsOff, DateTimeOffset? Until)
{
    public bool IsInForce(DateTimeOffset now) => IsOff && !(Until <= now);
}

/// <summary>An entry was added or replaced. Told as <c>catalogue.changed</c> or <c>kitchen.mode_changed</c>.</summary>
public sealed record CatalogueChanged(object Entry, bool IsMode = false) : DomainEvent;
