using Tiffin.Domain.Catalogue;

namespace Tiffin.Domain.Inventory;

/// <summary>An initial stock level; <paramref name="Pointer"/> is its JSON pointer in the file.</summary>
public sealed record OpeningStockLine(string Pointer, string Sku, long OnHand, long Threshold);

/// <summary>
/// Sets a kitchen's initial stock, all or nothing. For an ingredient that the kitchen already stocks, only the
/// threshold is set, so that a file can be imported again at any time.
/// </summary>
public sealed record SetOpeningStock(string KitchenId, IReadOnlyList<OpeningStockLine> Lines) : Command
{
    protected internal override void Check(Faults faults)
    {
        foreach (var line in Lines)
        {
            faults.Range($"{line.Pointer}/onHand", line.OnHand, 0, Stock.OnHandMax);
            faults.Range($"{line.Pointer}/threshold", line.Threshold, 0, Stock.OnHandMax);
        }
    }

    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue)
    {
        if (!catalogue.Kitchens.TryGetValue(KitchenId, out var kitchen)) return;
        foreach (var line in Lines)
        {
            if (catalogue.Ingredients.TryGetValue(line.Sku, out var ingredient))
                rows.Stocks.Add(new StockKey(kitchen.Number, ingredient.Number));
        }
    }

    public override Decision Decide(Workset workset)
    {
        if (workset.Catalogue.KitchenFor(Caller, KitchenId) is not { } kitchen)
            return Refuse(new Refusal.EntryNotFound("kitchen", KitchenId));
        var faults = new Faults();
        var events = new List<DomainEvent>();
        var keys = new List<StockKey>(Lines.Count);
        foreach (var line in Lines)
        {
            if (!workset.Catalogue.Ingredients.TryGetValue(line.Sku, out var ingredient))
            {
                faults.Add($"{line.Pointer}/sku", "unknown_ingredient", $"unknown ingredient '{line.Sku}'");
                continue;
            }
            var key = new StockKey(kitchen.Number, ingredient.Number);
            if (keys.Contains(key))
                faults.Add($"{line.Pointer}/sku", "duplicate", $"'{line.Sku}' occurs more than once");
            keys.Add(key);
            Open(events, workset, key, line);
        }
        if (faults.All.Count > 0) return Refuse(new Refusal.Invalid(faults.All));
        var result = new Result.OfLevels(keys);
        return events.Count == 0 ? new Decision.Unchanged(result) : new Decision.Accepted(events, result);
    }

    static void Open(List<DomainEvent> events, Workset workset, StockKey key, OpeningStockLine line)
    {
        var kept = workset.Stocks.GetValueOrDefault(key);
        if (kept?.Threshold == line.Threshold) return;
        var onHand = kept?.OnHand ?? line.OnHand;
        if (kept is null && onHand > 0)
            events.Add(new StockMoved(new Movement(key, MovementKind.Received, onHand, null, "opening stock"), onHand));
        events.Add(new ThresholdSet(key, line.Threshold));
        StockStateChanged.Append(events, workset, key, onHand, line.Threshold);
    }
}
