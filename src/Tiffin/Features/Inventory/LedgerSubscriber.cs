using Npgsql;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Inventory;

/// <summary>
/// Writes the ledger of each ingredient in each kitchen: every change of stock, with the balance after it. The log has
/// them all; here they are in the order in which somebody asks for them.
/// </summary>
sealed class LedgerSubscriber : ISubscriber
{
    public string Name => "ledger";

    public int BatchMax => 10_000;

    /// <summary>The more changes share a page, the less each costs; readers add what is not yet in one.</summary>
    public TimeSpan Linger => TimeSpan.FromSeconds(1);

    public ValueTask<bool> Concerns(
        NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancel) =>
        new(events.Any(e => StockChanges.MayHave(e.Type)));

    public async Task Apply(NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        var pages = new LedgerPages();
        foreach (var e in events) StockChanges.Read(e, pages);
        await LedgerTable.Insert(connection, pages.All, cancel);
    }
}
