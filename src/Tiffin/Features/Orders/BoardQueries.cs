using System.Globalization;
using Npgsql;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Orders;

/// <summary>Open orders of a kitchen, and the position of the last event included.</summary>
/// <param name="IsTruncated">Whether the kitchen has more orders, or more scheduled ones, than these.</param>
sealed record BoardSnapshot(string AsOf, IReadOnlyList<OrderDocument> Orders, bool IsTruncated);

static class BoardQueries
{
    /// <summary>Maximum orders in each part of a board.</summary>
    public const int OrdersMax = 200;

    const string BeginSql = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

    const string AsOfSql = "SELECT coalesce(max(position), 0) FROM events";

    // Each part has its own limit: orders for next week or out for delivery must not displace those to be cooked.
    internal static readonly string BoardSql = $"""
        SELECT {OrderTable.Columns}, placed.place FROM (
            SELECT id, row_number() OVER (
                PARTITION BY status = {OrderStatus.OutForDelivery:d}, release_at IS NULL
                ORDER BY release_at, id) AS place
            FROM (
                SELECT id, status, CASE WHEN NOT schedule ? 'releasedAt'
                    THEN (schedule->>'releaseAt')::timestamptz END AS release_at
                FROM (
                    SELECT id, status, CASE WHEN status <= {OrderStatus.Accepted:d}
                        THEN convert_from(details, 'UTF8')::jsonb->'schedule' END AS schedule
                    FROM orders WHERE kitchen = (SELECT number FROM kitchens WHERE id = $1) AND NOT closed) open
            ) parts
        ) placed, {OrderTable.From} WHERE placed.place <= $2 AND o.id = placed.id
        """;

    // Reads only the open orders of each kitchen.
    static readonly string countSql = $"""
        SELECT k.id, o.*, coalesce(s.low, 0)::int, coalesce(s.out, 0)::int
        FROM kitchens k
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE status = {OrderStatus.Placed:d})::int,
                count(*) FILTER (WHERE status = {OrderStatus.Accepted:d})::int,
                count(*) FILTER (WHERE status = {OrderStatus.Preparing:d})::int,
                count(*) FILTER (WHERE status = {OrderStatus.Ready:d})::int,
                count(*) FILTER (WHERE status = {OrderStatus.OutForDelivery:d})::int,
                count(*) FILTER (WHERE (promise->>'readyAt')::timestamptz < $3 AND status < {OrderStatus.Ready:d}
                    OR (promise->>'deliverTo')::timestamptz < $3)::int,
                count(*) FILTER (WHERE status = {OrderStatus.Ready:d} AND courier_id IS NULL
                    AND fulfilment = {FulfilmentType.Delivery:d})::int,
                min(placed_at)
            FROM (
                SELECT status, courier_id, fulfilment, placed_at,
                    CASE WHEN details IS NOT NULL THEN convert_from(details, 'UTF8')::jsonb->'promise' END AS promise
                FROM orders WHERE kitchen = k.number AND NOT closed) open
        ) o
        LEFT JOIN (
            SELECT kitchen, count(*) FILTER (WHERE state = {StockState.Low:d}) AS low,
                count(*) FILTER (WHERE state = {StockState.Out:d}) AS out
            FROM stock WHERE has_alerts GROUP BY kitchen) s ON s.kitchen = k.number
        WHERE ($1::text[] IS NULL OR k.id = ANY($1)) AND ($2::text IS NULL OR k.id = $2) ORDER BY k.id
        """;

    /// <summary>Null if there is no such kitchen.</summary>
    public static async Task<BoardSnapshot?> Read(
        NpgsqlConnection connection, string kitchenId, CancellationToken cancel)
    {
        var (asOf, orders, exists, isTruncated) = (0L, new List<OrderDocument>(), false, false);
        await using (var batch = SnapshotBatch(connection,
            BatchCommand("SELECT EXISTS (SELECT FROM kitchens WHERE id = $1)", P(kitchenId)),
            BatchCommand(BoardSql, P(kitchenId), P(OrdersMax + 1))))
        await using (var row = await batch.ExecuteReaderAsync(cancel))
        {
            asOf = await ReadPosition(row, cancel);
            while (await row.ReadAsync(cancel)) exists = row.GetBoolean(0);
            await row.NextResultAsync(cancel);
            while (await row.ReadAsync(cancel))
            {
                var order = OrderTable.Read(row);
                if (row.GetInt64(row.FieldCount - 1) <= OrdersMax) orders.Add(order);
                else isTruncated |= order.Order.Status < OrderStatus.OutForDelivery;
            }
        }
        if (!exists) return null;
        await Replication.Confirm(connection, cancel);
        return new BoardSnapshot(Cursor(asOf), orders, isTruncated);
    }

    /// <summary>The counts of each kitchen in the scope, without the values from the catalogue.</summary>
    public static async Task<(string AsOf, List<KitchenOperations> Kitchens)> Count(
        NpgsqlConnection connection, Scope scope, string? kitchenId, DateTimeOffset now, CancellationToken cancel)
    {
        var kitchens = new List<KitchenOperations>();
        var asOf = 0L;
        await using (var batch = SnapshotBatch(
            connection, BatchCommand(countSql, P(scope.Kitchens?.ToArray()), P(kitchenId), P(now.UtcDateTime))))
        await using (var row = await batch.ExecuteReaderAsync(cancel))
        {
            asOf = await ReadPosition(row, cancel);
            while (await row.ReadAsync(cancel)) kitchens.Add(ReadOperations(row));
        }
        await Replication.Confirm(connection, cancel);
        return (Cursor(asOf), kitchens);
    }

    static NpgsqlBatch SnapshotBatch(NpgsqlConnection connection, params ReadOnlySpan<NpgsqlBatchCommand> reads)
    {
        var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(BeginSql));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(AsOfSql));
        foreach (var read in reads) batch.BatchCommands.Add(read);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        return batch;
    }

    static async Task<long> ReadPosition(NpgsqlDataReader row, CancellationToken cancel)
    {
        await row.ReadAsync(cancel);
        var position = row.GetInt64(0);
        await row.NextResultAsync(cancel);
        return position;
    }

    static string Cursor(long position) => position.ToString(CultureInfo.InvariantCulture);

    static KitchenOperations ReadOperations(NpgsqlDataReader row) => new(
        row.GetString(0), BoardMode.Of(ModeSetting.Online),
        new OpenOrders(row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), row.GetInt32(4), row.GetInt32(5)),
        Late: row.GetInt32(6), WithoutCourier: row.GetInt32(7), StockLow: row.GetInt32(9), StockOut: row.GetInt32(10),
        ItemsOff: 0, OldestPlacedAt: row.NullableTime(8));
}
