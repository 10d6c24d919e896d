using Npgsql;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

/// <summary>
/// The minutes of work that kitchens have not started (<see cref="Order.QueuedMinutes"/>). Of the latest open orders,
/// those of the last day and scheduled ones count; others were probably never closed.
/// </summary>
static class KitchenQueueLookup
{
    // Bounds the cost of a batch, even if orders are never closed. The column has no index, because it changes: the
    // update that starts an order stays heap-only.
    const int OrdersMax = 500;

    static readonly TimeSpan day = TimeSpan.FromDays(1);
    static readonly TimeSpan scheduled = day + TimeSpan.FromDays(KitchenTimes.DaysMax);

    // Only an index on (kitchen, id) has this order. With kitchen = k.kitchen, the primary key would have it too, and a
    // plan with it reads the orders of all kitchens until it has found enough of one.
    static readonly string loadSql = $"""
        SELECT k.kitchen, coalesce(sum(o.queued_minutes), 0) FROM unnest($1) AS k (kitchen)
        CROSS JOIN LATERAL (
            SELECT id, queued_minutes, details FROM orders
            WHERE (kitchen, id) >= (k.kitchen, $2) AND kitchen <= k.kitchen AND NOT closed
            ORDER BY kitchen DESC, id DESC LIMIT {OrdersMax}) o
        WHERE o.queued_minutes > 0 AND (o.id >= $3 OR convert_from(o.details, 'UTF8')::jsonb ? 'schedule')
        GROUP BY k.kitchen
        """;

    public static NpgsqlBatchCommand Load(IReadOnlyCollection<int> kitchens, DateTimeOffset now) =>
        BatchCommand(loadSql, P(kitchens.ToArray()), P(FirstId(now - scheduled)), P(FirstId(now - day)));

    static Guid FirstId(DateTimeOffset placed) => OrderTable.FirstId(placed.ToUnixTimeMilliseconds());

    public static (int Kitchen, long Minutes) Read(NpgsqlDataReader row) => (row.GetInt32(0), row.GetInt64(1));
}
