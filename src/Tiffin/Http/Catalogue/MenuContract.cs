using Tiffin.Domain;
using Tiffin.Domain.Catalogue;

namespace Tiffin.Http.Catalogue;

/// <summary>What a kitchen sells at the moment, and how it takes orders.</summary>
public sealed record MenuAnswer(string KitchenId, ModeBody Mode, IReadOnlyList<MenuItem> Data);

/// <summary>
/// <paramref name="Available"/> is false while the kitchen is paused or has taken the item off.
/// <paramref name="Portions"/> is how many the stock still makes; left out for an item that takes none.
/// </summary>
public sealed record MenuItem(
    string ItemId, string BrandId, string Name, string? Description, Money Price, bool Available, long? Portions,
    DateTimeOffset? Until, IReadOnlyList<MenuModifier> Modifiers);

public sealed record MenuModifier(
    string ItemId, string Name, Money Price, bool Available, long? Portions, DateTimeOffset? Until);

/// <summary>Puts a menu together from the catalogue and what is on hand, by ingredient.</summary>
sealed class MenuMaker(
    CatalogueSnapshot catalogue, Kitchen kitchen, IReadOnlyDictionary<int, long> onHand, DateTimeOffset now)
{
    readonly ModeSetting mode = kitchen.Mode.At(now);

    public MenuAnswer Menu(string? brandId) => new(
        kitchen.Id, ModeBody.Of(mode),
        [
            .. catalogue.Items.Values
                .Where(item => item.Kind == ItemKind.Item && kitchen.Brands.Contains(item.BrandId)
                    && (brandId is null || item.BrandId == brandId))
                .OrderBy(item => item.BrandId, StringComparer.Ordinal).ThenBy(item => item.Id, StringComparer.Ordinal)
                .Select(Entry),
        ]);

    MenuItem Entry(Item item)
    {
        var (available, until) = Offer(item);
        return new MenuItem(
            item.Id, item.BrandId, item.Name, item.Description, item.Price, available, Portions(item), until,
            [.. item.Modifiers.Select(id => Modifier(catalogue.Items[id]))]);
    }

    MenuModifier Modifier(Item item)
    {
        var (available, until) = Offer(item);
        return new MenuModifier(item.Id, item.Name, item.Price, available, Portions(item), until);
    }

    (bool Available, DateTimeOffset? Until) Offer(Item item)
    {
        if (mode.Mode == KitchenMode.Paused) return (false, mode.Until);
        return catalogue.Offs.TryGetValue(new OffKey(kitchen.Number, item.Id), out var off) && off.IsInForce(now)
            ? (false, off.Until)
            : (true, null);
    }

    long? Portions(Item item) =>
        item.Recipe.IsEmpty ? null : item.Recipe.Min(part => onHand.GetValueOrDefault(part.Ingredient) / part.Quantity);
}
