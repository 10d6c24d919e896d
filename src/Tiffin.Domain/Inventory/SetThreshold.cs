using Tiffin.Domain.Catalogue;

namespace Tiffin.Domain.Inventory;

/// <summary>Sets the level below which an ingredient is low in a kitchen; 0 means never.</summary>
public sealed record SetThreshold(string KitchenId, string Sku, long Threshold) : Command
{
    protected internal override void Check(Faults faults) => faults.Range("/threshold", Threshold, 0, Stock.OnHandMax);

    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue)
    {
        if (Find(catalogue) is { } key) rows.Stocks.Add(key);
    }

    public override Decision Decide(Workset workset)
    {
        if (Find(workset.Catalogue) is not { } key)
            return Refuse(workset.Catalogue.KitchenFor(Caller, KitchenId) is null
                ? new Refusal.EntryNotFound("kitchen", KitchenId)
                : new Refusal.EntryNotFound("ingredient", Sku));
        var result = new Result.OfLevel(key);
        var stock = workset.StockOf(key);
        if (stock.Threshold == Threshold && workset.Stocks.ContainsKey(key)) return new Decision.Unchanged(result);

        var events = new List<DomainEvent> { new ThresholdSet(key, Threshold) };
        StockStateChanged.Append(events, workset, key, stock.OnHand, Threshold);
        return new Decision.Accepted(events, result);
    }

    StockKey? Find(CatalogueSnapshot catalogue) =>
        catalogue.KitchenFor(Caller, KitchenId) is { } kitchen
        && catalogue.Ingredients.TryGetValue(Sku, out var ingredient)
            ? new StockKey(kitchen.Number, ingredient.Number)
            : null;
}
