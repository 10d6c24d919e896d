using System.Collections.Frozen;
using System.Collections.Immutable;
using Tiffin.Domain.Inventory;

namespace Tiffin.Domain.Catalogue;

/// <summary>
/// What the chain sells, where, and from what, at one <paramref name="Version"/>. Immutable: nodes cache it, and a
/// batch that changes it leaves the others' copies whole.
/// </summary>
public sealed record CatalogueSnapshot(
    long Version,
    ImmutableDictionary<string, Brand> Brands,
    ImmutableDictionary<string, Kitchen> Kitchens,
    ImmutableDictionary<string, Ingredient> Ingredients,
    ImmutableDictionary<string, Item> Items,
    ImmutableDictionary<OffKey, Off> Offs)
{
    public static readonly CatalogueSnapshot Empty = new(
        0,
        ImmutableDictionary<string, Brand>.Empty,
        ImmutableDictionary<string, Kitchen>.Empty,
        ImmutableDictionary<string, Ingredient>.Empty,
        ImmutableDictionary<string, Item>.Empty,
        ImmutableDictionary<OffKey, Off>.Empty);

    // Derived once a version, when first asked for; `with` must not copy what was derived from the version before.
    Derived? derived;

    CatalogueSnapshot(CatalogueSnapshot other)
    {
        (Version, Brands, Kitchens, Ingredients, Items, Offs) =
            (other.Version, other.Brands, other.Kitchens, other.Ingredients, other.Items, other.Offs);
    }

    Derived Facts => derived ??= Derived.Of(this);

    public Kitchen? KitchenOf(int number) => Facts.Kitchens.GetValueOrDefault(number);

    public Ingredient IngredientOf(int number) => Facts.Ingredients[number];

    /// <summary>
    /// The smallest quantity of an ingredient that any recipe of the kitchen's brands takes; 1 where none takes it, so
    /// that an empty shelf is always out.
    /// </summary>
    public long SmallestPortion(StockKey key) => Facts.SmallestPortions.GetValueOrDefault(key, 1);

    public CatalogueSnapshot Evolve(CatalogueChanged changed) => changed.Entry switch
    {
        Brand brand => this with { Brands = Brands.SetItem(brand.Id, brand) },
        Kitchen kitchen => this with { Kitchens = Kitchens.SetItem(kitchen.Id, kitchen) },
        Ingredient ingredient => this with { Ingredients = Ingredients.SetItem(ingredient.Sku, ingredient) },
        Item item => this with { Items = Items.SetItem(item.Id, item) },
        Off off => this with { Offs = Offs.SetItem(off.Key, off) },
        _ => throw new InvalidOperationException($"{changed.Entry.GetType()} is no entry of the catalogue"),
    };

    sealed record Derived(
        FrozenDictionary<int, Kitchen> Kitchens,
        FrozenDictionary<int, Ingredient> Ingredients,
        FrozenDictionary<StockKey, long> SmallestPortions)
    {
        public static Derived Of(CatalogueSnapshot catalogue) => new(
            catalogue.Kitchens.Values.ToFrozenDictionary(kitchen => kitchen.Number),
            catalogue.Ingredients.Values.ToFrozenDictionary(ingredient => ingredient.Number),
            (from kitchen in catalogue.Kitchens.Values
             from item in catalogue.Items.Values
             where kitchen.Brands.Contains(item.BrandId)
             from portion in item.Recipe
             group portion.Quantity by new StockKey(kitchen.Number, portion.Ingredient) into quantities
             select (quantities.Key, quantities.Min())).ToFrozenDictionary(pair => pair.Key, pair => pair.Item2));
    }
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
