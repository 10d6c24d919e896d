using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Engine.Storage;

namespace Tiffin.Engine.Commit;

/// <summary>
/// Caches rows as the last batch of this session left them. They are valid as long as the log ends with the same event,
/// because every change to them appends an event under the log's lock. Event ids are random, so another node's batch is
/// detected, and so is a failover after which positions are assigned again. A new session starts with an empty cache.
/// </summary>
sealed class WriterCache
{
    // Some tens of megabytes.
    const int RowsMax = 10_000;

    // A queue counts only the latest orders (KitchenQueueLookup), but a cached one also counts orders that are no
    // longer among them.
    static readonly TimeSpan queuesAgeMax = TimeSpan.FromMinutes(1);

    readonly Dictionary<StockRowKey, Stock[]> stockRows = [];

    // 0 for a day that has no number yet.
    readonly Dictionary<KitchenDay, int> numbers = [];
    readonly Dictionary<int, long> queues = [];
    DateTimeOffset queuesReadAt;
    Guid lastEvent;

    /// <summary>Position of the last event before the session's last batch; 0 before the first.</summary>
    public long LastPosition { get; private set; }

    // False after another node has written: it will probably write again, and a cache miss costs a round trip.
    bool isTrusted;

    /// <summary>
    /// Fills the working set from the cache. True when anything was found. The caller must load the rows that remain in
    /// <paramref name="kitchenDays"/> and <paramref name="wanted"/>, and the queues that are not in the working set.
    /// All cached queues are filled in, since orders of any kitchen may be started.
    /// </summary>
    public bool Fill(
        Workset workset, HashSet<KitchenDay> kitchenDays, HashSet<StockRowKey> wanted, HashSet<StockRowKey> found)
    {
        if (!isTrusted) return false;
        var left = kitchenDays.Count + wanted.Count;
        wanted.RemoveWhere(key =>
        {
            if (!stockRows.TryGetValue(key, out var stocks)) return false;
            foreach (var stock in stocks) workset.Stocks[stock.Key] = stock;
            return found.Add(key);
        });
        kitchenDays.RemoveWhere(day =>
        {
            if (!numbers.TryGetValue(day, out var number)) return false;
            workset.Numbers[day] = number;
            return true;
        });
        if (workset.Now - queuesReadAt >= queuesAgeMax) queues.Clear();
        foreach (var (kitchen, minutes) in queues) workset.Queues[kitchen] = minutes;
        return queues.Count > 0 || kitchenDays.Count + wanted.Count < left;
    }

    /// <summary>Whether the log still ends with the event that the cache is valid for; if not, clears it.</summary>
    public bool Validate(Guid lastEvent)
    {
        isTrusted = this.lastEvent == lastEvent;
        if (!isTrusted) Clear();
        return isTrusted;
    }

    /// <summary>Caches rows; they are valid while <paramref name="lastEvent"/> is the last event in the log.</summary>
    public void Store(
        Workset workset, IReadOnlyCollection<StockRowKey> found, IEnumerable<KitchenDay> kitchenDays, Guid lastEvent,
        long lastPosition)
    {
        (this.lastEvent, LastPosition) = (lastEvent, lastPosition);
        if (queues.Count == 0) queuesReadAt = workset.Now;
        if (stockRows.Count + numbers.Count > RowsMax) Clear();
        foreach (var key in found) stockRows[key] = [.. key.Filter(workset.Stocks)];
        foreach (var day in kitchenDays) numbers[day] = workset.Numbers.GetValueOrDefault(day);
        queues.Clear();
        foreach (var (kitchen, minutes) in workset.Queues) queues[kitchen] = minutes;
    }

    void Clear()
    {
        stockRows.Clear();
        numbers.Clear();
        queues.Clear();
    }
}
