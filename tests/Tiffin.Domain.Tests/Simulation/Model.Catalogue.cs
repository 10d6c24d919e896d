using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain.Tests.Simulation;

/// <summary>The catalogue: the last entry that was put under an id.</summary>
sealed partial class Model
{
    readonly Dictionary<string, PutBrand> brands = [];
    readonly Dictionary<string, PutKitchen> kitchens = [];
    readonly Dictionary<string, PutIngredient> ingredients = [];
    readonly Dictionary<string, PutItem> items = [];
    readonly Dictionary<string, (KitchenMode Mode, DateTimeOffset? Until, int Delay)> modes = [];
    readonly Dictionary<(string Kitchen, string Item), (bool Off, DateTimeOffset? Until)> offs = [];
    readonly List<string> numbers = [];

    string Put(CatalogueCommand command) => command switch
    {
        PutBrand put => Set(brands, put.Id, put, $"brand {put.Id}", put.Name),
        PutIngredient put => Put(put),
        PutItem put => Put(put),
        PutKitchen put => Put(put),
        SetKitchenMode set => Put(set),
        SetAvailability set => Put(set),
        _ => throw new ArgumentOutOfRangeException(nameof(command)),
    };

    readonly Dictionary<string, string> written = [];

    /// <summary>Stores an entry, unless its <paramref name="text"/> equals that of the stored one.</summary>
    string Set<T>(Dictionary<string, T> entries, string id, T entry, string answer, string text)
    {
        if (written.GetValueOrDefault(answer) == text) return "unchanged";
        (entries[id], written[answer]) = (entry, text);
        return answer;
    }

    string Put(PutIngredient put) => ingredients.TryGetValue(put.Sku, out var known) && known.Unit != put.Unit
        ? "/unit unit_is_fixed"
        : Set(ingredients, put.Sku, put, $"ingredient {put.Sku}", put.Name);

    string Put(PutItem put)
    {
        var faults = new List<string>();
        for (var i = 0; i < put.Recipe.Count; i++)
        {
            if (!ingredients.ContainsKey(put.Recipe[i].Sku)) faults.Add($"/recipe/{i}/sku unknown_ingredient");
        }
        return faults.Count > 0
            ? string.Join(", ", faults)
            : Set(items, put.Id, put, $"item {put.Id}",
                $"{put.Price} {put.TaxBasisPoints} {put.PrepMinutes} {string.Join(' ', put.Recipe)} "
                + string.Join(' ', put.Modifiers));
    }

    string Put(PutKitchen put)
    {
        if (!numbers.Contains(put.Id)) numbers.Add(put.Id);
        return Set(kitchens, put.Id, put, $"kitchen {put.Id}",
            $"{put.Acceptance} {put.Fees} {put.Times} {string.Join(' ', put.Brands)}");
    }

    string Put(SetKitchenMode set)
    {
        var wanted = (set.Mode, set.Until, set.DelayMinutes);
        var isAnswer = timeouts.Remove(set.KitchenId) | unattended.Remove(set.KitchenId);
        if (modes.GetValueOrDefault(set.KitchenId) == wanted && !isAnswer) return "unchanged";
        modes[set.KitchenId] = wanted;
        return $"{set.KitchenId} {set.Mode}{Answer.Of(set.Until)}";
    }

    string Put(SetAvailability set)
    {
        var wanted = (!set.Available, set.Until);
        if (!kitchens[set.KitchenId].Brands.Contains(items[set.ItemId].BrandId)) return $"no item {set.ItemId}";
        if (offs.GetValueOrDefault((set.KitchenId, set.ItemId)) == wanted) return "unchanged";
        offs[(set.KitchenId, set.ItemId)] = wanted;
        return $"{set.ItemId} {(set.Available ? "on" : "off")}{Answer.Of(set.Until)}";
    }

    /// <summary>All or nothing, because the histories put the only entry that can be refused first.</summary>
    string Import(ImportCatalogue import)
    {
        var answers = new List<string>();
        foreach (var (pointer, put) in import.Entries)
        {
            var answer = Put(put);
            if (answer.StartsWith('/')) return string.Join(", ", answer.Split(", ").Select(fault => pointer + fault));
            if (answer != "unchanged") answers.Add(answer);
        }
        return answers.Count == 0 ? "unchanged" : string.Join("; ", answers);
    }

    IEnumerable<string> Faults(PlaceOrder order)
    {
        for (var i = 0; i < order.Lines.Count; i++)
        {
            var line = order.Lines[i];
            if (!items.TryGetValue(line.ItemId, out var item))
            {
                yield return $"/lines/{i}/itemId unknown_item";
                continue;
            }
            if (item.BrandId != order.BrandId) yield return $"/lines/{i}/itemId not_of_brand";
            if (item.Kind == ItemKind.Modifier) yield return $"/lines/{i}/itemId not_sold_alone";
            for (var m = 0; m < line.Modifiers.Count; m++)
            {
                if (!item.Modifiers.Contains(line.Modifiers[m].ItemId))
                    yield return $"/lines/{i}/modifiers/{m}/itemId modifier_not_allowed";
            }
        }
    }

    string? Closed(string kitchen, IReadOnlyList<BasketLine> lines, DateTimeOffset at)
    {
        var (mode, end, _) = modes.GetValueOrDefault(kitchen);
        if (mode == KitchenMode.Paused && (end is null || end > at)) return $"paused{Answer.Of(end)}";
        for (var i = 0; i < lines.Count; i++)
        {
            var parts = lines[i].Modifiers.Select((one, m) => ($"/lines/{i}/modifiers/{m}/itemId", one.ItemId));
            foreach (var (pointer, item) in parts.Prepend(($"/lines/{i}/itemId", lines[i].ItemId)))
            {
                var (off, until) = offs.GetValueOrDefault((kitchen, item));
                if (off && (until is null || until > at)) return $"{pointer} {item} off{Answer.Of(until)}";
            }
        }
        return null;
    }

    long Total(PlaceOrder order, PutKitchen kitchen)
    {
        decimal total = kitchen.Fees.Packaging;
        if (order.Fulfilment == FulfilmentType.Delivery) total += kitchen.Fees.Delivery;
        foreach (var line in order.Lines)
        {
            var sold = line.Modifiers.Select(one => (Item: items[one.ItemId], one.Quantity))
                .Prepend((Item: items[line.ItemId], Quantity: 1));
            var prices = sold.Select(one => (Net: (decimal)one.Item.Price.Amount * one.Quantity * line.Quantity,
                Rate: one.Item.TaxBasisPoints / 10_000m)).ToArray();
            total += prices.Sum(price => price.Net)
                + Math.Round(prices.Sum(price => price.Net * price.Rate), MidpointRounding.ToEven);
        }
        return (long)total;
    }

    SortedDictionary<string, long> Needs(params IEnumerable<BasketLine> lines)
    {
        var needs = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var sold = line.Modifiers.Select(one => (one.ItemId, one.Quantity * line.Quantity));
            foreach (var (item, quantity) in sold.Prepend((line.ItemId, line.Quantity)))
            {
                foreach (var (sku, portion) in items[item].Recipe)
                    needs[sku] = needs.GetValueOrDefault(sku) + portion * quantity;
            }
        }
        return needs;
    }

    string? Shortage(PlaceOrder order, SortedDictionary<string, long> needs)
    {
        long Has(string sku) => LevelOf(order.KitchenId, sku).OnHand;
        var texts = new List<string>();
        for (var i = 0; i < order.Lines.Count; i++)
        {
            var piece = Needs(order.Lines[i] with { Quantity = 1 });
            var missing = piece.Keys.Where(sku => Has(sku) < needs[sku]).ToArray();
            if (missing.Length == 0) continue;
            var portions = piece.Min(need => Has(need.Key) / need.Value);
            var lacks = missing.Select(sku => $"{sku} {needs[sku]} of {Has(sku)} {ingredients[sku].Unit}");
            texts.Add($"line {i} {order.Lines[i].ItemId} {portions} portions ({string.Join(", ", lacks)})");
        }
        return texts.Count == 0 ? null : "out of stock: " + string.Join(", ", texts);
    }
}
