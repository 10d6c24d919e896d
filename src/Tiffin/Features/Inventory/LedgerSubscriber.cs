using Npgsql;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Inventory;

/// <summary>
/// Projects stock movements to a ledger per kitchen and ingredient, with the balance after each movement.
/// </summary>
sealed class LedgerSubscriber : ISubscriber
{
    public string Name => "ledger";

    public int BatchMax => 10_000;

    // Larger batches put more movements into one row. LedgerQueries hides the delay from readers.
    public TimeSpan Linger => TimeSpan.FromSeconds(1);

    public ValueTask<ISubscriberBatch?> Prepare(
        NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        var pages = new LedgerPages();
        foreach (var e in events) StockMovementReader.Read(e, pages);
        return new(pages.All.Count > 0 ? new Batch(pages.All) : null);
    }

    sealed class Batch(List<LedgerPage> pages) : ISubscriberBatch
    {
        public Task Apply(NpgsqlConnection connection, CancellationToken cancel) =>
            LedgerTable.Insert(connection, pages, cancel);
    }
}
