using System.Collections.Concurrent;
using System.Collections.Immutable;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Orders;

/// <summary>
/// Recomputes the release of scheduled orders after their kitchen's times or mode, or an item, have changed. Safe to
/// run on two nodes at once.
/// </summary>
sealed class ReleaseTimeRefresh(Database database, CatalogueReader catalogues, CommitPipeline pipeline) : IChore
{
    const int BatchMax = 500;

    // Reads the kitchen's open orders, and only after a change.
    const string ScheduledSql = """
        SELECT id FROM (
            SELECT id, convert_from(details, 'UTF8')::jsonb->'schedule' AS schedule
            FROM orders WHERE kitchen = $1 AND NOT closed AND details IS NOT NULL) open
        WHERE id > $2 AND schedule IS NOT NULL AND NOT schedule ? 'releasedAt' ORDER BY id LIMIT $3
        """;

    // The inputs from which the releases of each kitchen were last computed.
    readonly ConcurrentDictionary<int, (Kitchen Kitchen, ImmutableDictionary<string, Item> Items)> lastInputs = [];

    public TimeSpan Interval => TimeSpan.FromSeconds(5);

    public bool UsesSandboxClock => true;

    public async Task Run(CancellationToken cancel)
    {
        CatalogueSnapshot catalogue;
        await using (var connection = await database.OpenBackground(cancel))
            catalogue = await catalogues.Read(connection, cancel);
        foreach (var kitchen in catalogue.Kitchens.Values)
        {
            var computed = (kitchen, catalogue.Items);
            if (lastInputs.TryGetValue(kitchen.Number, out var known) && known == computed) continue;
            if (await Adjust(kitchen.Number, cancel)) lastInputs[kitchen.Number] = computed;
        }
    }

    // False if the pipeline did not take all of them: the next run computes them again.
    async Task<bool> Adjust(int kitchen, CancellationToken cancel)
    {
        var (last, isDone) = (Guid.Empty, true);
        while (true)
        {
            var orders = await Scheduled(kitchen, last, cancel);
            var outcomes = await Task.WhenAll(orders.Select(order =>
                pipeline.Submit(new AdjustRelease(order) { Caller = Caller.System })));
            isDone &= !outcomes.Any(outcome => outcome is Outcome.Unavailable);
            if (orders.Count < BatchMax) return isDone;
            last = orders[^1];
        }
    }

    async Task<List<Guid>> Scheduled(int kitchen, Guid after, CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        return await Rows(
            connection, ScheduledSql, row => row.GetGuid(0), cancel, P(kitchen), P(after), P(BatchMax));
    }
}
