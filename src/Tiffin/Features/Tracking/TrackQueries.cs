using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Tracking;

/// <summary>The stored order, and where its courier is.</summary>
sealed record TrackedOrder(OrderDocument Document, string Brand, CourierPosition? Position);

/// <summary>Time from placed to delivered of a kitchen's recent orders: the 10th and 90th percentiles.</summary>
sealed record DeliveryTime(TimeSpan From, TimeSpan To);

sealed class TrackQueries(Database database, TimeProvider clock)
{
    // Fewer orders say too little.
    const int SampleMin = 5;
    static readonly TimeSpan deliveryTimeKept = TimeSpan.FromSeconds(30);

    // The last columns are those of the position, the brand and the placing.
    static readonly string trackedSql = $"""
        SELECT {OrderTable.Columns}, o.placed_at, b.name, {CourierPositionTable.Columns}
        FROM {OrderTable.From} JOIN brands b ON b.id = o.brand_id
            LEFT JOIN courier_positions p ON p.order_id = o.id AND p.courier_id = o.courier_id
                AND o.status = {OrderStatus.OutForDelivery:d}
        WHERE o.id = $1
        """;

    readonly ConcurrentDictionary<int, (DeliveryTime? Time, DateTimeOffset Until)> deliveryTimes = [];

    public async Task<TrackedOrder?> Find(Guid orderId, CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
        return await FirstRow(connection, trackedSql, Read, cancel, P(orderId));
    }

    static TrackedOrder Read(NpgsqlDataReader row)
    {
        var own = row.FieldCount - 5;
        return new TrackedOrder(OrderTable.Read(row) with { PlacedAt = row.Time(own) }, row.GetString(own + 1),
            CourierPositionTable.Read(row, own + 2));
    }

    /// <summary>
    /// Computed from the kitchen's last 200 orders, at most twice a minute. Scheduled orders say nothing about it.
    /// </summary>
    public async Task<DeliveryTime?> DeliveryTime(int kitchen, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (deliveryTimes.TryGetValue(kitchen, out var known) && known.Until > now) return known.Time;
        var time = await Measure(kitchen, cancel);
        deliveryTimes[kitchen] = (time, now + deliveryTimeKept);
        return time;
    }

    async Task<DeliveryTime?> Measure(int kitchen, CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
        return await SingleRow(connection, $"""
            SELECT percentile_cont(ARRAY[0.1, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM updated_at - placed_at)),
                count(*)
            FROM (SELECT * FROM orders WHERE kitchen = $1 ORDER BY id DESC LIMIT 200) AS latest
            WHERE status = {OrderStatus.Delivered:d}
                AND (details IS NULL OR NOT convert_from(details, 'UTF8')::jsonb ? 'schedule')
            """, ReadTime, cancel, P(kitchen));
    }

    static DeliveryTime? ReadTime(NpgsqlDataReader row)
    {
        if (row.GetInt64(1) < SampleMin) return null;
        var bounds = row.GetFieldValue<double[]>(0);
        return new DeliveryTime(TimeSpan.FromSeconds(bounds[0]), TimeSpan.FromSeconds(bounds[1]));
    }
}
