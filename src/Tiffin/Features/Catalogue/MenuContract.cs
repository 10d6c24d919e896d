using System.ComponentModel;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;

namespace Tiffin.Features.Catalogue;

[Description("What a kitchen sells at the moment, and how it takes orders.")]
public sealed record MenuAnswer(string KitchenId, ModeBody Mode, IReadOnlyList<MenuItem> Data);

public sealed record MenuItem(
    string ItemId, string BrandId, string Name, Money Price,
    [property: Description("False while the kitchen is paused or has taken the item off.")] bool Available,
    IReadOnlyList<MenuModifier> Modifiers,
    [property: Description("How many the stock still makes; absent for an item that takes nothing.")]
    long? Portions = null,
    [property: Description("When it is available again, if that is known.")] DateTimeOffset? Until = null,
    string? Description = null);

public sealed record MenuModifier(
    string ItemId, string Name, Money Price, bool Available, long? Portions = null, DateTimeOffset? Until = null);

/// <summary>Puts a menu together from the catalogue and what is on hand, by ingredient.</summary>
sealed class MenuMaker(
    CatalogueSnapshot catalogue, Kitchen kitchen, IReadOnlyDictionary<int, long> onHand, DateTimeOffset now)
{
    readonly ModeSetting mode = kitchen.Mode.At(now);

    public MenuAnswer Menu(string? brandId) => new(
        kitchen.Id, ModeBody.Of(mode),
        [
            .. catalogue.Items.Values
                .Where(item => item.Kind == ItemKind.Item && kitchen.Brands.Contains(item.BrandId) && IsSold(item)
                    && (brandId is null || item.BrandId == brandId))
                .OrderBy(item => item.BrandId, StringComparer.Ordinal).ThenBy(item => item.Id, StringComparer.Ordinal)
                .Select(Entry),
        ]);

    MenuItem Entry(Item item)
    {
        var (available, until) = Offer(item);
        return new MenuItem(
            item.Id, item.BrandId, item.Name, item.Price, available,
            [.. item.Modifiers.Select(id => catalogue.Items[id]).Where(IsSold).Select(Modifier)],
            Portions(item), until, item.Description);
    }

    MenuModifier Modifier(Item item)
    {
        var (available, until) = Offer(item);
        return new MenuModifier(item.Id, item.Name, item.Price, available, Portions(item), until);
    }

    /// <summary>What is priced in another currency no order can have.</summary>
    bool IsSold(Item item) => item.Price.Currency == kitchen.Currency;

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
