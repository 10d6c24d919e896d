using Tiffin.Domain.Catalogue;

namespace Tiffin.Domain.Inventory;

/// <summary>
/// Compares stock levels with their limits again, because a change to a recipe or to the brands of a kitchen can change
/// the smallest portion.
/// </summary>
public sealed record ReevaluateStockStates(IReadOnlyList<StockKey> Keys) : Command
{
    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue) => rows.Stocks.UnionWith(Keys);

    public override Decision Decide(Workset workset)
    {
        var events = new List<DomainEvent>();
        foreach (var key in Keys) StockStateChanged.Append(events, workset, key, delta: 0);
        var result = new Result.OfLevels(Keys);
        return events.Count == 0 ? new Decision.Unchanged(result) : new Decision.Accepted(events, result);
    }
}
