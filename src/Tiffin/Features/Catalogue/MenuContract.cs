using System.ComponentModel;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Edge.Access;

namespace Tiffin.Features.Catalogue;

[Description("The items that a kitchen sells, and its mode.")]
sealed record MenuView(string KitchenId, ModeBody Mode, IReadOnlyList<MenuItem> Data);

sealed record MenuItem(
    string ItemId, string BrandId, string Name, Money Price,
    [property: Description("False while the kitchen is paused or the item was set unavailable.")] bool Available,
    IReadOnlyList<MenuModifier> Modifiers,
    [property: Description("Portions in stock; absent if the item has no recipe.")]
    long? Portions = null,
    [property: Description("When it is available again, if known.")] DateTimeOffset? Until = null,
    string? Description = null,
    [property: Description(MenuBuilder.OffText)] bool? Off = null,
    [property: Description(MenuBuilder.OffByText)] string? OffBy = null);

sealed record MenuModifier(
    string ItemId, string Name, Money Price, bool Available, long? Portions = null, DateTimeOffset? Until = null,
    [property: Description(MenuBuilder.OffText)] bool? Off = null,
    [property: Description(MenuBuilder.OffByText)] string? OffBy = null);

/// <summary>Builds a menu from the catalogue and the quantities on hand by ingredient number.</summary>
sealed class MenuBuilder(
    CatalogueSnapshot catalogue, Kitchen kitchen, IReadOnlyDictionary<int, long> onHand, Caller caller,
    KeyRing ring, DateTimeOffset now)
{
    public const string OffText =
        "True if the item was set unavailable, whether the kitchen is paused or not; absent otherwise.";

    public const string OffByText =
        "Who set it unavailable: the name of the paired device, the label of a key without its own subject, or "
        + "else the subject of the credentials. Only for staff of the chain.";

    readonly ModeSetting mode = kitchen.Mode.At(now);

    public MenuView Build(string? brandId) => new(
        kitchen.Id, ModeBody.Of(mode),
        [
            .. catalogue.Items.Values
                .Where(item => item.Kind == ItemKind.Item && kitchen.Brands.Contains(item.BrandId) && IsSold(item)
                    && (brandId is null || item.BrandId == brandId))
                .OrderBy(item => item.BrandId, StringComparer.Ordinal).ThenBy(item => item.Id, StringComparer.Ordinal)
                .Select(BuildItem),
        ]);

    MenuItem BuildItem(Item item)
    {
        var (available, until, off, offBy) = AvailabilityOf(item);
        return new MenuItem(
            item.Id, item.BrandId, item.Name, item.Price, available,
            [.. item.Modifiers.Select(id => catalogue.Items[id]).Where(IsSold).Select(BuildModifier)],
            Portions(item), until, item.Description, off, offBy);
    }

    MenuModifier BuildModifier(Item item)
    {
        var (available, until, off, offBy) = AvailabilityOf(item);
        return new MenuModifier(item.Id, item.Name, item.Price, available, Portions(item), until, off, offBy);
    }

    // Orders in another currency would be rejected.
    bool IsSold(Item item) => item.Price.Currency == kitchen.Currency;

    (bool Available, DateTimeOffset? Until, bool? Off, string? OffBy) AvailabilityOf(Item item)
    {
        var isPaused = mode.Mode == KitchenMode.Paused;
        if (!catalogue.Availabilities.TryGetValue(new ItemAvailabilityKey(kitchen.Number, item.Id), out var off)
            || !off.IsOffAt(now))
            return (!isPaused, isPaused ? mode.Until : null, null, null);
        var until = isPaused ? Later(off.Until, mode.Until) : off.Until;
        return (false, until, true, caller.SeesStock && off.By is { } by ? ring.NameOf(by) : null);
    }

    // An unknown end is later than any known one.
    static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other is null ? null : one > other ? one : other;

    long? Portions(Item item) =>
        item.Recipe.IsEmpty ? null : item.Recipe.Min(part => onHand.GetValueOrDefault(part.Ingredient) / part.Quantity);
}
