using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;

namespace Tiffin.Commit;

/// <summary>
/// Rows as the last batch of this session left them. They are good for as long as the log ends with the same event:
/// whatever changes them writes one, under the lock. An event's id is random, so neither another node's batch nor a
/// fail-over that hands positions out again goes unnoticed. It lives and dies with the session.
/// </summary>
sealed class WriterCache
{
    /// <summary>Rows that are remembered at most: some tens of megabytes.</summary>
    const int RowsMax = 200_000;

    readonly Dictionary<StockKey, Stock> stocks = [];
    readonly Dictionary<KitchenDay, int> numbers = [];

    /// <summary>Kitchens of which every number that there is, is here.</summary>
    readonly HashSet<int> kitchens = [];
    Guid lastEvent;

    /// <summary>Not after another node has written: it is likely to do so again.</summary>
    bool isTrusted;

    /// <summary>Takes from memory what it can; the rest is left in <paramref name="rows"/>, to be loaded.</summary>
    public bool Fill(Workset workset, Footprint rows)
    {
        if (!isTrusted) return false;
        var wanted = rows.Stocks.Count + rows.Numbers.Count;
        rows.Stocks.RemoveWhere(key =>
        {
            if (!stocks.TryGetValue(key, out var stock)) return false;
            workset.Stocks[key] = stock;
            return true;
        });
        rows.Numbers.RemoveWhere(kitchen =>
        {
            if (!kitchens.Contains(kitchen)) return false;
            foreach (var day in KitchenDay.Around(kitchen, workset.Now))
                if (numbers.TryGetValue(day, out var number)) workset.Numbers[day] = number;
            return true;
        });
        return rows.Stocks.Count + rows.Numbers.Count < wanted;
    }

    /// <summary>Whether the log still ends where this session left it; if not, all is forgotten.</summary>
    public bool IsCurrent(Guid lastEvent)
    {
        isTrusted = this.lastEvent == lastEvent;
        if (!isTrusted) Forget();
        return isTrusted;
    }

    /// <summary>Remembers rows as they are while the log ends with an event.</summary>
    public void Learn(Workset workset, IEnumerable<int> numbered, Guid lastEvent)
    {
        this.lastEvent = lastEvent;
        if (stocks.Count + numbers.Count > RowsMax) Forget();
        foreach (var (key, stock) in workset.Stocks) stocks[key] = stock;
        foreach (var (day, number) in workset.Numbers) numbers[day] = number;
        kitchens.UnionWith(numbered);
    }

    void Forget()
    {
        stocks.Clear();
        numbers.Clear();
        kitchens.Clear();
    }
}
