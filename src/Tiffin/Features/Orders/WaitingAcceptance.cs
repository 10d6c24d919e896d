using Npgsql;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Orders;

/// <summary>
/// Accepts the orders that were waiting when their kitchen switched to automatic acceptance. No other component accepts
/// them, and the acceptance timeout no longer applies to them.
/// </summary>
sealed class WaitingAcceptance(Database database, CommitPipeline pipeline) : IChore
{
    const int BatchMax = 500;

    const string KitchensSql = "SELECT number, version FROM kitchens WHERE acceptance = $1";

    static readonly string waitingSql = $"""
        SELECT id FROM orders WHERE kitchen = $1 AND NOT closed AND status = {OrderStatus.Placed:d} LIMIT $2
        """;

    // Kitchens with automatic acceptance get no new waiting orders: once none is left, a kitchen is skipped until it
    // changes, such as to manual acceptance and back between two runs.
    readonly HashSet<(int Number, long Version)> settled = [];

    public TimeSpan Interval => TimeSpan.FromSeconds(5);

    public bool UsesSandboxClock => true;

    public async Task Run(CancellationToken cancel)
    {
        var automatic = await Read(
            KitchensSql, row => (Number: row.GetInt32(0), Version: row.GetInt64(1)), cancel,
            P((short)Acceptance.Automatic));
        settled.IntersectWith(automatic);
        foreach (var kitchen in automatic.Where(kitchen => !settled.Contains(kitchen)))
        {
            var waiting = await Read(waitingSql, row => row.GetGuid(0), cancel, P(kitchen.Number), P(BatchMax));
            await Task.WhenAll(waiting.Select(order => pipeline.Submit(
                new ChangeStatus(order, OrderStatus.Accepted, IfVersion: null, CourierId: null)
                {
                    Caller = Caller.System,
                })));
            if (waiting.Count == 0) settled.Add(kitchen);
        }
    }

    // Returns its session before the pipeline is asked, which may take as long as a commit's deadline.
    async Task<List<T>> Read<T>(
        string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancel, params NpgsqlParameter[] parameters)
    {
        await using var connection = await database.OpenBackground(cancel);
        return await Rows(connection, sql, read, cancel, parameters);
    }
}
