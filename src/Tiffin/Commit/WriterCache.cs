using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Storage;

namespace Tiffin.Commit;

/// <summary>
/// Rows as the last batch of this session left them. They are good for as long as the log ends with the same event:
/// whatever changes them writes one, under the lock. An event's id is random, so neither another node's batch nor a
/// fail-over that hands positions out again goes unnoticed. It lives and dies with the session.
/// </summary>
sealed class WriterCache
{
    /// <summary>Shelves and numbers that are remembered at most: some tens of megabytes.</summary>
    const int RowsMax = 10_000;

    readonly Dictionary<ShelfKey, Stock[]> shelves = [];
    readonly Dictionary<KitchenDay, int> numbers = [];

    /// <summary>Kitchens of which every number that there is, is here.</summary>
    readonly HashSet<int> kitchens = [];
    Guid lastEvent;

    /// <summary>Where the log ended before the session's last batch; 0 before the first.</summary>
    public long LastPosition { get; private set; }

    /// <summary>Not after another node has written: it is likely to do so again.</summary>
    bool isTrusted;

    /// <summary>
    /// Takes from memory what it can; what is left in <paramref name="numbered"/> (kitchens) and
    /// <paramref name="wanted"/> has to be loaded. True when it took anything.
    /// </summary>
    public bool Fill(Workset workset, HashSet<int> numbered, HashSet<ShelfKey> wanted, HashSet<ShelfKey> found)
    {
        if (!isTrusted) return false;
        var left = numbered.Count + wanted.Count;
        wanted.RemoveWhere(key =>
        {
            if (!shelves.TryGetValue(key, out var stocks)) return false;
            foreach (var stock in stocks) workset.Stocks[stock.Key] = stock;
            return found.Add(key);
        });
        numbered.RemoveWhere(kitchen =>
        {
            if (!kitchens.Contains(kitchen)) return false;
            foreach (var day in KitchenDay.Around(kitchen, workset.Now))
                if (numbers.TryGetValue(day, out var number)) workset.Numbers[day] = number;
            return true;
        });
        return numbered.Count + wanted.Count < left;
    }

    /// <summary>Whether the log still ends where this session left it; if not, all is forgotten.</summary>
    public bool IsCurrent(Guid lastEvent)
    {
        isTrusted = this.lastEvent == lastEvent;
        if (!isTrusted) Forget();
        return isTrusted;
    }

    /// <summary>Remembers rows as they are while the log ends with an event.</summary>
    public void Learn(
        Workset workset, IReadOnlyCollection<ShelfKey> found, IEnumerable<int> numbered, Guid lastEvent,
        long lastPosition)
    {
        (this.lastEvent, LastPosition) = (lastEvent, lastPosition);
        if (shelves.Count + numbers.Count > RowsMax) Forget();
        foreach (var key in found) shelves[key] = [.. key.On(workset.Stocks)];
        foreach (var (day, number) in workset.Numbers) numbers[day] = number;
        kitchens.UnionWith(numbered);
    }

    void Forget()
    {
        shelves.Clear();
        numbers.Clear();
        kitchens.Clear();
    }
}
