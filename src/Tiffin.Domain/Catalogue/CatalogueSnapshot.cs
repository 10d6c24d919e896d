using System.Collections.Immutable;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain.Catalogue;

/// <summary>
/// One version of the catalogue: brands, kitchens, items and ingredients. Immutable, because nodes cache and share it.
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
    /// Random. Distinguishes a version that a failover lost from a later one with the same number.
    /// </summary>
    public Guid Id { get; init; }

    public ImmutableDictionary<string, Brand> Brands { get; private init; } = ImmutableDictionary<string, Brand>.Empty;

    public ImmutableDictionary<string, Kitchen> Kitchens { get; private init; } =
        ImmutableDictionary<string, Kitchen>.Empty;

    public ImmutableDictionary<string, Ingredient> Ingredients { get; private init; } =
        ImmutableDictionary<string, Ingredient>.Empty;

    public ImmutableDictionary<string, Item> Items { get; private init; } = ImmutableDictionary<string, Item>.Empty;

    public ImmutableDictionary<ItemAvailabilityKey, ItemAvailability> Availabilities { get; private init; } =
        ImmutableDictionary<ItemAvailabilityKey, ItemAvailability>.Empty;

    public Kitchen? KitchenOf(int number) => kitchensByNumber.GetValueOrDefault(number);

    /// <summary>The kitchen, or null if it does not exist or the caller does not work there.</summary>
    public Kitchen? KitchenFor(Caller caller, string id) =>
        caller.WorksIn(id) ? Kitchens.GetValueOrDefault(id) : null;

    public Ingredient IngredientOf(int number) => ingredientsByNumber[number];

    /// <summary>
    /// The smallest quantity of an ingredient in any recipe of the kitchen's brands; 1 if none uses it, so that a level
    /// of zero is always out of stock.
    /// </summary>
    public long SmallestPortion(StockKey key) =>
        KitchenOf(key.Kitchen) is { } kitchen ? portions.Of(kitchen, key.Ingredient) : 1;

    /// <summary>Whether no recipe and no kitchen's brands have changed since another version.</summary>
    public bool HasSamePortionsAs(CatalogueSnapshot other) => ReferenceEquals(portions, other.portions);

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
        ItemAvailability off => this with { Availabilities = Availabilities.SetItem(off.Key, off) },
        _ => throw new InvalidOperationException($"{changed.Entry.GetType()} is not a catalogue entry"),
    };
}

/// <summary>An entry of the catalogue: a brand, ingredient, item, kitchen, or the availability of an item.</summary>
public abstract record CatalogueEntry
{
    /// <summary>Its path below <c>/v1</c>.</summary>
    public abstract string Path(CatalogueSnapshot catalogue);

    /// <summary>The kitchen that it belongs to, if any.</summary>
    public virtual string? KitchenId(CatalogueSnapshot catalogue) => null;

    /// <summary>The brand that it belongs to, if any.</summary>
    public virtual string? BrandId => null;
}

/// <summary>A brand, under which customers see a menu.</summary>
public sealed record Brand(string Id, string Name) : CatalogueEntry
{
    public override string? BrandId => Id;
    public override string Path(CatalogueSnapshot catalogue) => $"brands/{Id}";
}

/// <summary>A stock-keeping unit. <paramref name="Number"/> replaces the sku in large tables.</summary>
public sealed record Ingredient(int Number, string Sku, string Name, string Unit) : CatalogueEntry
{
    /// <summary>Where kitchens keep it, such as "Cold room": a count goes from one area to the next.</summary>
    public string? StorageArea { get; init; }

    /// <summary>Null if unknown.</summary>
    public Pack? Pack { get; init; }

    public override string Path(CatalogueSnapshot catalogue) => $"ingredients/{Sku}";
}

/// <summary>
/// The pack in which suppliers usually deliver an ingredient: <paramref name="Quantity"/> in its unit, and the price of
/// the pack, if known.
/// </summary>
public sealed record Pack(long Quantity, Money? Price);

/// <summary><paramref name="Quantity"/> of an ingredient, in its unit.</summary>
public readonly record struct Portion(int Ingredient, long Quantity);

public enum ItemKind { Item, Modifier }

/// <summary>A product that is sold on its own (item) or attached to a line (modifier).</summary>
public sealed record Item(
    string Id, string BrandId, string Name, string? Description, ItemKind Kind, Money Price, int TaxBasisPoints,
    ImmutableArray<Portion> Recipe, ImmutableArray<string> Modifiers) : CatalogueEntry
{
    public override string BrandId { get; } = BrandId;

    /// <summary>From placing to ready, if longer than the kitchen's own time.</summary>
    public int? PrepMinutes { get; init; }

    /// <summary>The part of the kitchen where it is made; null if it is made anywhere.</summary>
    public string? StationId { get; init; }

    public override string Path(CatalogueSnapshot catalogue) => $"items/{Id}";

    // Records compare arrays by reference, but an identical PUT must be detected as unchanged.
    public bool Equals(Item? other) => other is not null
        && (Id, BrandId, Name, Description, Kind, Price, TaxBasisPoints, PrepMinutes, StationId)
            == (other.Id, other.BrandId, other.Name, other.Description, other.Kind, other.Price, other.TaxBasisPoints,
                other.PrepMinutes, other.StationId)
        && Recipe.AsSpan().SequenceEqual(other.Recipe.AsSpan())
        && Modifiers.AsSpan().SequenceEqual(other.Modifiers.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Id, BrandId, Price);
}

public enum Acceptance { Automatic, Manual }

public enum KitchenMode { Online, Busy, Paused }

/// <summary>Fees per order, in minor units of the kitchen's currency.</summary>
public sealed record Fees(long Delivery, long Packaging);

/// <summary>A site that cooks for several brands.</summary>
public sealed record Kitchen(
    int Number, string Id, string Name, string? City, TimeZoneInfo Zone, string Currency,
    ImmutableArray<string> Brands, Acceptance Acceptance, int AcceptWithinMinutes, Fees Fees, ModeSetting Mode)
    : CatalogueEntry
{
    /// <summary>E.164. For those who must reach the kitchen at once; null if unknown.</summary>
    public string? Phone { get; init; }

    public KitchenTimes Times { get; init; } = KitchenTimes.Default;

    public OpeningHours Hours { get; init; } = OpeningHours.Always;

    /// <summary>Acceptance timeouts since the staff last accepted or rejected an order, or set the mode.</summary>
    public int TimeoutsInRow { get; init; }

    public override string Path(CatalogueSnapshot catalogue) => $"kitchens/{Id}";

    public override string? KitchenId(CatalogueSnapshot catalogue) => Id;

    public DateOnly DayAt(DateTimeOffset time) => LocalTime.DayAt(time, Zone);

    public DateTimeOffset StartOf(DateOnly day) => LocalTime.FirstInstant(day.ToDateTime(TimeOnly.MinValue), Zone);

    public bool IsOpen(DateTimeOffset time) => Hours.IsOpen(time, Zone);

    /// <summary>
    /// The first time at or after <paramref name="time"/> at which it is open; null if there is none.
    /// </summary>
    public DateTimeOffset? NextOpening(DateTimeOffset time) => Hours.NextOpening(time, Zone);

    /// <summary>
    /// Resets <see cref="TimeoutsInRow"/>, because the staff answered an order; null if it is 0 already.
    /// </summary>
    internal CatalogueChanged? ResetTimeouts() =>
        TimeoutsInRow == 0 ? null : new CatalogueChanged(this with { TimeoutsInRow = 0 }) { IsPublished = false };

    public bool Equals(Kitchen? other) => other is not null
        && (Number, Id, Name, City, Zone.Id, Currency, Acceptance, AcceptWithinMinutes, Fees, Mode)
            == (other.Number, other.Id, other.Name, other.City, other.Zone.Id, other.Currency, other.Acceptance,
                other.AcceptWithinMinutes, other.Fees, other.Mode)
        && (Phone, Times, TimeoutsInRow, Hours) == (other.Phone, other.Times, other.TimeoutsInRow, other.Hours)
        && Brands.AsSpan().SequenceEqual(other.Brands.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Number, Id);
}

/// <summary>The mode of a kitchen, and when it ends; <see langword="null"/> means until further notice.</summary>
public sealed record ModeSetting(KitchenMode Mode, DateTimeOffset? Until, int DelayMinutes)
{
    /// <summary>The reason when the system pauses a kitchen because it did not accept its orders.</summary>
    public const string NotAnswering = "not_answering";

    public static readonly ModeSetting Online = new(KitchenMode.Online, null, 0);

    /// <summary>A code, such as <see cref="NotAnswering"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>When the mode began, even if its end has been moved since; null for online.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The setting that follows this one: a mode that continues keeps its beginning.</summary>
    public ModeSetting Next(ModeSetting next, DateTimeOffset now) => next.Mode == KitchenMode.Online
        ? next
        : next with { Since = At(now).Mode == next.Mode ? Since : Deadline.TruncateToSeconds(now) };

    public ModeSetting At(DateTimeOffset now) => Until <= now ? Online : this;
}

public readonly record struct KitchenDay(int Kitchen, DateOnly Day)
{
    /// <summary>The local dates that a time can fall on, across all time zones.</summary>
    public static KitchenDay[] Around(int kitchen, DateTimeOffset time)
    {
        var day = DateOnly.FromDateTime(time.UtcDateTime);
        return [new(kitchen, day.AddDays(-1)), new(kitchen, day), new(kitchen, day.AddDays(1))];
    }
}

public readonly record struct ItemAvailabilityKey(int Kitchen, string ItemId);

/// <summary>The availability of an item in a kitchen; unavailable while <c>IsOff</c> is true.</summary>
public sealed record ItemAvailability(ItemAvailabilityKey Key, bool IsOff, DateTimeOffset? Until) : CatalogueEntry
{
    /// <summary>The id of the caller who made it unavailable; null while it is available.</summary>
    public string? By { get; init; }

    public override string Path(CatalogueSnapshot catalogue) => $"kitchens/{KitchenId(catalogue)}/items/{Key.ItemId}";

    public override string? KitchenId(CatalogueSnapshot catalogue) => catalogue.KitchenOf(Key.Kitchen)!.Id;

    public bool IsOffAt(DateTimeOffset now) => IsOff && !(Until <= now);
}

/// <summary>Published as <c>catalogue.changed</c> or <c>kitchen.mode_changed</c>.</summary>
public sealed record CatalogueChanged(CatalogueEntry Entry, bool IsModeChange = false) : DomainEvent
{
    /// <summary>False for a change that only the system sees, such as a counter.</summary>
    public bool IsPublished { get; init; } = true;

    public override EventType? Type =>
        !IsPublished ? null : IsModeChange ? EventType.KitchenModeChanged : EventType.CatalogueChanged;

    protected internal override void Apply(Workset workset) => workset.Apply(this);
}
