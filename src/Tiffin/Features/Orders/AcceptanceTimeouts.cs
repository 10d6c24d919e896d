using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Orders;

/// <summary>
/// Cancels orders that their kitchen did not accept within its time limit. Measured by the database's clock, like the
/// time of placing. The batch decides whether an order is still waiting, because it may be accepted while this runs.
/// </summary>
sealed class AcceptanceTimeouts(Database database, CommitPipeline pipeline, ILogger<AcceptanceTimeouts> log) : IChore
{
    const int AtOnceMax = 500;

    // Reads only the open orders of each kitchen. Without the inner LIMIT the planner could scan all orders.
    static readonly string overdueSql = $"""
        SELECT o.id FROM kitchens k CROSS JOIN LATERAL (
            SELECT id FROM orders
            WHERE kitchen = k.number AND NOT closed AND status = {OrderStatus.Placed:d}
                AND placed_at < clock_timestamp() - make_interval(mins => k.accept_within_minutes)
            LIMIT $1) o
        WHERE k.acceptance = $2 LIMIT $1
        """;

    public TimeSpan Every => TimeSpan.FromSeconds(5);

    public async Task Run(CancellationToken cancel)
    {
        var overdue = await Overdue(cancel);
        var outcomes = await Task.WhenAll(overdue.Select(order => pipeline.Submit(
            new CancelOrder(order, IfVersion: null, CancelOrder.ReasonTimedOut, Stock: null)
            {
                Caller = Caller.System,
                OnlyWhile = OrderStatus.Placed,
            })));
        var cancelled = outcomes.Count(outcome => outcome is Outcome.OfOrder { Effect: Effect.Applied });
        if (cancelled > 0) UpkeepLog.TimedOut(log, cancelled);
    }

    async Task<List<Guid>> Overdue(CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        return await Rows(
            connection, overdueSql, row => row.GetGuid(0), cancel, P(AtOnceMax), P((short)Acceptance.Manual));
    }
}
