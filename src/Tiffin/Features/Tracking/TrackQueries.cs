using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Tracking;

/// <summary>The stored order; content and timeline are JSON.</summary>
sealed record TrackedOrder(
    OrderStatus Status, FulfilmentType Fulfilment, string Brand, int Kitchen, DateTimeOffset PlacedAt, byte[] Content,
    byte[] Timeline, OrderDetails Details);

/// <summary>Time from placed to delivered of a kitchen's recent orders: the 10th and 90th percentiles.</summary>
sealed record DeliveryTime(TimeSpan From, TimeSpan To);

sealed class TrackQueries(Database database, TimeProvider clock)
{
    // Fewer orders say too little.
    const int SampleMin = 5;
    static readonly TimeSpan deliveryTimeKept = TimeSpan.FromSeconds(30);

    readonly ConcurrentDictionary<int, (DeliveryTime? Time, DateTimeOffset Until)> deliveryTimes = [];

    public async Task<TrackedOrder?> Find(Guid orderId, CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
        return await FirstRow(connection, """
            SELECT o.status, o.fulfilment, b.name, o.kitchen, o.placed_at, o.content, o.timeline, o.details
            FROM orders o JOIN brands b ON b.id = o.brand_id WHERE o.id = $1
            """, row => new TrackedOrder((OrderStatus)row.GetInt16(0), (FulfilmentType)row.GetInt16(1),
                row.GetString(2), row.GetInt32(3), row.Time(4), row.GetFieldValue<byte[]>(5),
                row.GetFieldValue<byte[]>(6), OrderDetailsJson.Read(row.NullableBytes(7))), cancel, P(orderId));
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
