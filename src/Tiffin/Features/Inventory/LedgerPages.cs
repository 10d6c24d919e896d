using Tiffin.Domain.Inventory;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Inventory;

/// <summary>A stock movement read from an event.</summary>
readonly record struct StockMovement(
    StoredEvent Cause, string Sku, MovementKind Kind, long Delta, string? Note, WasteReason? Reason);

/// <summary>Consecutive movements of one ingredient in one kitchen, stored as one row.</summary>
sealed class LedgerPage(string kitchen, string sku)
{
    // Keeps a row below 2 KB, above which PostgreSQL compresses it (TOAST).
    public const int LinesMax = 40;

    public string Kitchen => kitchen;
    public string Sku => sku;
    public List<StockMovement> Lines { get; } = [];

    public long Sum { get; private set; }

    /// <summary>Sum of the ingredient's earlier pages in this batch.</summary>
    public long EarlierSum { get; private init; }

    public LedgerPage Next() => new(kitchen, sku) { EarlierSum = Total };

    public long Total => EarlierSum + Sum;

    public void Add(StockMovement line)
    {
        Lines.Add(line);
        Sum += line.Delta;
    }
}

/// <summary>Splits the movements of a batch into pages, in the order of their first lines.</summary>
sealed class LedgerPages
{
    readonly Dictionary<(string Kitchen, string Sku), LedgerPage> open = [];

    public List<LedgerPage> All { get; } = [];

    public void Add(StockMovement line)
    {
        var key = (line.Cause.KitchenId!, line.Sku);
        if (!open.TryGetValue(key, out var page)) Open(page = new LedgerPage(key.Item1, key.Item2));
        // All lines of an event go to one page: the position of its first line identifies a page.
        else if (page.Lines.Count >= LedgerPage.LinesMax && page.Lines[^1].Cause.Position != line.Cause.Position)
            Open(page = page.Next());
        page.Add(line);

        void Open(LedgerPage fresh)
        {
            open[key] = fresh;
            All.Add(fresh);
        }
    }
}
