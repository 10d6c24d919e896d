using System.Collections.Immutable;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;

namespace Tiffin.Domain.Orders;

/// <summary>A requested line; its price and recipe come from the catalogue.</summary>
public sealed record BasketLine(string ItemId, int Quantity, IReadOnlyList<BasketModifier> Modifiers, string? Note);

/// <summary><paramref name="Quantity"/> is per piece of the line's item.</summary>
public sealed record BasketModifier(string ItemId, int Quantity);

/// <summary>Validates and prices baskets, and computes the ingredients that they need.</summary>
public static class Basket
{
    /// <summary>Validates the lines against the menu of a kitchen.</summary>
    public static void Check(CatalogueSnapshot catalogue, Kitchen kitchen, string brandId,
        IReadOnlyList<BasketLine> lines, Faults faults)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            if (!catalogue.Items.TryGetValue(line.ItemId, out var item))
            {
                faults.Add($"/lines/{i}/itemId", "unknown_item", $"unknown item '{line.ItemId}'");
                continue;
            }
            CheckItem(kitchen, brandId, item, $"/lines/{i}/itemId", faults);
            if (item.Kind == ItemKind.Modifier)
                faults.Add($"/lines/{i}/itemId", "not_sold_alone", $"'{item.Id}' is a modifier: attach it to a line");
            for (var m = 0; m < line.Modifiers.Count; m++)
            {
                var modifier = line.Modifiers[m].ItemId;
                if (!item.Modifiers.Contains(modifier))
                    faults.Add($"/lines/{i}/modifiers/{m}/itemId", "modifier_not_allowed",
                        $"'{item.Id}' does not allow '{modifier}'; it allows: {string.Join(", ", item.Modifiers)}");
                else
                    CheckCurrency(kitchen, catalogue.Items[modifier], $"/lines/{i}/modifiers/{m}/itemId", faults);
            }
        }
    }

    static void CheckItem(Kitchen kitchen, string brandId, Item item, string pointer, Faults faults)
    {
        if (item.BrandId != brandId)
            faults.Add(pointer, "not_of_brand", $"'{item.Id}' is sold by '{item.BrandId}', not by '{brandId}'");
        else
            CheckCurrency(kitchen, item, pointer, faults);
    }

    static void CheckCurrency(Kitchen kitchen, Item item, string pointer, Faults faults)
    {
        if (item.Price.Currency != kitchen.Currency)
            faults.Add(pointer, "currency_mismatch", $"'{item.Id}' is not sold in {kitchen.Currency}");
    }

    /// <summary>The temporary reason why a kitchen cannot make the lines at a time; null if it can.</summary>
    public static Refusal? CheckAvailability(
        CatalogueSnapshot catalogue, Kitchen kitchen, IReadOnlyList<BasketLine> lines, DateTimeOffset time)
    {
        var mode = kitchen.Mode.At(time);
        if (mode.Mode == KitchenMode.Paused) return new Refusal.KitchenPaused(mode.Until);
        for (var i = 0; i < lines.Count; i++)
        {
            if (UnavailabilityOf(lines[i].ItemId) is { } off)
                return new Refusal.ItemUnavailable(lines[i].ItemId, $"/lines/{i}/itemId", off.Until);
            for (var m = 0; m < lines[i].Modifiers.Count; m++)
            {
                var modifier = lines[i].Modifiers[m].ItemId;
                if (UnavailabilityOf(modifier) is { } modifierOff)
                    return new Refusal.ItemUnavailable(
                        modifier, $"/lines/{i}/modifiers/{m}/itemId", modifierOff.Until);
            }
        }
        return null;

        ItemAvailability? UnavailabilityOf(string itemId) =>
            catalogue.Availabilities.TryGetValue(new ItemAvailabilityKey(kitchen.Number, itemId), out var off)
            && off.IsOffAt(time)
                ? off
                : null;
    }

    public static OrderLine[] Price(CatalogueSnapshot catalogue, IReadOnlyList<BasketLine> lines)
    {
        var priced = new OrderLine[lines.Count];
        for (var i = 0; i < priced.Length; i++) priced[i] = Price(catalogue, lines[i]);
        return priced;
    }

    static OrderLine Price(CatalogueSnapshot catalogue, BasketLine line)
    {
        var item = catalogue.Items[line.ItemId];
        var unit = item.Price.Amount;
        var taxed = (Int128)item.Price.Amount * item.TaxBasisPoints;
        var modifiers = line.Modifiers.Count == 0 ? [] : new OrderLineModifier[line.Modifiers.Count];
        for (var m = 0; m < modifiers.Length; m++)
        {
            var modifier = catalogue.Items[line.Modifiers[m].ItemId];
            var quantity = line.Modifiers[m].Quantity;
            unit += modifier.Price.Amount * quantity;
            taxed += (Int128)modifier.Price.Amount * quantity * modifier.TaxBasisPoints;
            modifiers[m] = new OrderLineModifier(modifier.Id, modifier.Name, quantity, modifier.Price);
        }
        var currency = item.Price.Currency;
        return new OrderLine(
            item.Id, item.Name, line.Quantity, item.Price, modifiers, new Money(unit * line.Quantity, currency),
            new Money(Money.Tax(taxed * line.Quantity), currency));
    }

    public static Totals Sum(Kitchen kitchen, FulfilmentType fulfilment, OrderLine[] lines)
    {
        long subtotal = 0, tax = 0;
        foreach (var line in lines)
        {
            subtotal += line.Subtotal.Amount;
            tax += line.Tax.Amount;
        }
        var fees = kitchen.Fees.Packaging + (fulfilment == FulfilmentType.Delivery ? kitchen.Fees.Delivery : 0);
        Money Of(long amount) => new(amount, kitchen.Currency);
        return new Totals(Of(subtotal), Of(tax), Of(fees), Of(subtotal + tax + fees));
    }

    /// <summary>
    /// Quantity per ingredient, summed over all lines, quantities and modifiers, because lines that share an ingredient
    /// must be checked against the stock together. Unknown items need nothing.
    /// </summary>
    public static ImmutableArray<Portion> Needs(CatalogueSnapshot catalogue, IReadOnlyList<BasketLine> lines)
    {
        var needs = new Dictionary<int, long>();
        foreach (var line in lines) AddNeeds(needs, catalogue, line, line.Quantity);
        var result = ImmutableArray.CreateBuilder<Portion>(needs.Count);
        foreach (var (ingredient, quantity) in needs) result.Add(new Portion(ingredient, quantity));
        return result.MoveToImmutable();
    }

    static void AddNeeds(Dictionary<int, long> needs, CatalogueSnapshot catalogue, BasketLine line, long pieces)
    {
        Add(line.ItemId, pieces);
        foreach (var modifier in line.Modifiers) Add(modifier.ItemId, pieces * modifier.Quantity);

        void Add(string itemId, long times)
        {
            if (!catalogue.Items.TryGetValue(itemId, out var item)) return;
            foreach (var portion in item.Recipe)
            {
                needs[portion.Ingredient] = needs.GetValueOrDefault(portion.Ingredient) + portion.Quantity * times;
            }
        }
    }

    /// <summary>
    /// Lines for which the stock is insufficient, and how many of each can still be made.
    /// <paramref name="onHand"/> is the stock of an ingredient.
    /// </summary>
    public static List<ShortLine> Shortages(CatalogueSnapshot catalogue, IReadOnlyList<BasketLine> lines,
        ImmutableArray<Portion> needs, Func<int, long> onHand)
    {
        var missing = new Dictionary<int, Shortage>();
        foreach (var need in needs)
        {
            var available = onHand(need.Ingredient);
            if (available >= need.Quantity) continue;
            var ingredient = catalogue.IngredientOf(need.Ingredient);
            missing[need.Ingredient] = new Shortage(ingredient.Sku, ingredient.Unit, need.Quantity, available);
        }
        var shortLines = new List<ShortLine>();
        if (missing.Count == 0) return shortLines;
        for (var i = 0; i < lines.Count; i++)
        {
            var piece = new Dictionary<int, long>();
            AddNeeds(piece, catalogue, lines[i], 1);
            var lacking = piece.Keys.Where(missing.ContainsKey).Select(ingredient => missing[ingredient]).ToArray();
            if (lacking.Length == 0) continue;
            var portions = piece.Min(need => onHand(need.Key) / need.Value);
            shortLines.Add(new ShortLine(i, lines[i].ItemId, portions, lacking));
        }
        return shortLines;
    }
}
