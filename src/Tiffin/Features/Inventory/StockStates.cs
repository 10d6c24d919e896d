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
sealed class StockStates(Database database, CatalogueReader catalogues, CommitPipeline pipeline) : IChore
{
    const int AtOnceMax = 500;
    const string LevelsSql = "SELECT ingredient, on_hand, threshold, state FROM stock WHERE kitchen = $1";

    // The catalogue that the states were last compared with.
    CatalogueSnapshot settled = CatalogueSnapshot.Empty;

    public TimeSpan Interval => TimeSpan.FromSeconds(5);

    public async Task Run(CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        var catalogue = await catalogues.Read(connection, cancel);
        if (catalogue.HasSamePortionsAs(settled)) return;
        var isDone = true;
        foreach (var kitchen in catalogue.Kitchens.Values)
        {
            var levels = await Rows(connection, LevelsSql, row => (
                Key: new StockKey(kitchen.Number, row.GetInt32(0)), OnHand: row.GetInt64(1),
                Threshold: row.GetInt64(2), State: (StockState)row.GetInt16(3)), cancel, P(kitchen.Number));
            var changed = levels.Where(level =>
                Stock.StateAt(level.OnHand, level.Threshold, catalogue.SmallestPortion(level.Key)) != level.State);
            foreach (var keys in changed.Select(level => level.Key).Chunk(AtOnceMax))
                isDone &= await pipeline.Submit(new ReevaluateStockStates(keys) { Caller = Caller.System })
                    is not Outcome.Unavailable;
        }
        if (isDone) settled = catalogue;
    }
}
