using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Inventory;

/// <summary>
/// Reports levels that went out of stock, or are no longer, because a recipe or the brands of a kitchen changed. No
/// movement would report them, since items that are out of stock are not sold. Safe to run on two nodes at once.
/// </summary>
sealed class StockStateRefresh(Database database, CatalogueReader catalogues, CommitPipeline pipeline) : IChore
{
    const int BatchMax = 500;
    const string LevelsSql = "SELECT ingredient, on_hand, threshold, state FROM stock WHERE kitchen = $1";

    // The catalogue that the states were last compared with.
    CatalogueSnapshot lastCatalogue = CatalogueSnapshot.Empty;

    public TimeSpan Interval => TimeSpan.FromSeconds(5);

    public async Task Run(CancellationToken cancel)
    {
        CatalogueSnapshot catalogue;
        await using (var connection = await database.OpenBackground(cancel))
            catalogue = await catalogues.Read(connection, cancel);
        if (catalogue.HasSamePortionsAs(lastCatalogue)) return;
        var isDone = true;
        foreach (var kitchen in catalogue.Kitchens.Values)
        {
            foreach (var keys in (await Changed(kitchen, catalogue, cancel)).Chunk(BatchMax))
                isDone &= await pipeline.Submit(new ReevaluateStockStates(keys) { Caller = Caller.System })
                    is not Outcome.Unavailable;
        }
        if (isDone) lastCatalogue = catalogue;
    }

    async Task<IEnumerable<StockKey>> Changed(Kitchen kitchen, CatalogueSnapshot catalogue, CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        var levels = await Rows(connection, LevelsSql, row => (
            Key: new StockKey(kitchen.Number, row.GetInt32(0)), OnHand: row.GetInt64(1),
            Threshold: row.GetInt64(2), State: (StockState)row.GetInt16(3)), cancel, P(kitchen.Number));
        return levels
            .Where(level =>
                Stock.StateAt(level.OnHand, level.Threshold, catalogue.SmallestPortion(level.Key)) != level.State)
            .Select(level => level.Key);
    }
}
