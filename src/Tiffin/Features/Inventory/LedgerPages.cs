using Tiffin.Domain.Inventory;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Inventory;

/// <summary>A change of stock as the log tells it.</summary>
readonly record struct StockChange(StoredEvent Cause, string Sku, MovementKind Kind, long Delta, string? Note);

/// <summary>What happened to one ingredient in one kitchen, in order.</summary>
sealed class LedgerPage(string kitchen, string sku)
{
    /// <summary>A page of so many lines stays below the two kilobytes from which PostgreSQL compresses a row.</summary>
    public const int LinesMax = 40;

    public string Kitchen => kitchen;
    public string Sku => sku;
    public List<StockChange> Lines { get; } = [];

    public long Sum { get; private set; }

    /// <summary>What all pages of this ingredient in this batch come to, this one included.</summary>
    public long SumSoFar { get; private init; }

    public LedgerPage Next() => new(kitchen, sku) { SumSoFar = Total };

    public long Total => SumSoFar + Sum;

    public void Add(StockChange line)
    {
        Lines.Add(line);
        Sum += line.Delta;
    }
}

/// <summary>The pages that some events fill, in the order of their first lines.</summary>
sealed class LedgerPages
{
    readonly Dictionary<(string Kitchen, string Sku), LedgerPage> open = [];

    public List<LedgerPage> All { get; } = [];

    public void Add(StockChange line)
    {
        var key = (line.Cause.KitchenId!, line.Sku);
        if (!open.TryGetValue(key, out var page)) Open(page = new LedgerPage(key.Item1, key.Item2));
        // Both lines of one event stand in one page, since a page is known by the position of its first line.
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
