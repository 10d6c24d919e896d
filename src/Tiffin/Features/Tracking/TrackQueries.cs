using System.Collections.Concurrent;
using Npgsql;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Tracking;

/// <summary>The stored order, where its courier is, and in which time zone its kitchen is.</summary>
sealed record TrackedOrder(OrderDocument Document, string Brand, string Zone, CourierPosition? Position)
{
    /// <summary>Null if the kitchen has promised no time at the door or, for a pickup, at the counter.</summary>
    public ExpectedTime? Promised => Document.Order switch
    {
        { Details.Promise: { DeliverFrom: { } from, DeliverTo: { } to } } => new(from, to),
        { Details.Promise: { } promise } order when order.Fulfilment == FulfilmentType.Pickup
            || order.Details.Schedule is not null => new(promise.ReadyAt, promise.ReadyAt),
        _ => null,
    };
}

/// <summary>Time from placed to delivered of a kitchen's recent orders: the 10th and 90th percentiles.</summary>
sealed record DeliveryTime(TimeSpan From, TimeSpan To);

sealed class TrackQueries(Database database, TimeProvider clock)
{
    // Fewer orders say too little.
    const int SampleMin = 5;
    static readonly TimeSpan deliveryTimeKept = TimeSpan.FromSeconds(30);

    // The last columns are those of the placing, the brand, the kitchen and the position.
    static readonly string trackedSql = $"""
        SELECT {OrderTable.Columns}, o.placed_at, b.name, k.time_zone, {CourierPositionTable.Columns}
        FROM {OrderTable.From} JOIN brands b ON b.id = o.brand_id JOIN kitchens k ON k.number = o.kitchen
            LEFT JOIN courier_positions p ON p.order_id = o.id AND p.courier_id = o.courier_id
                AND o.status = {OrderStatus.OutForDelivery:d}
        WHERE o.id = $1
        """;

    readonly ConcurrentDictionary<int, (DeliveryTime? Time, DateTimeOffset Until)> deliveryTimes = [];

    public async Task<TrackedOrder?> Find(Guid orderId, CancellationToken cancel)
    {
        await using var connection = await database.OpenRequest(cancel);
        return await FirstRow(connection, trackedSql, Read, cancel, P(orderId));
    }

    static TrackedOrder Read(NpgsqlDataReader row)
    {
        var own = row.FieldCount - 6;
        return new TrackedOrder(OrderTable.Read(row) with { PlacedAt = row.Time(own) }, row.GetString(own + 1),
            row.GetString(own + 2), CourierPositionTable.Read(row, own + 3));
    }

    /// <summary>As promised, or else as recent orders of the kitchen took; null if the order has ended.</summary>
    public async Task<ExpectedTime?> Expected(TrackedOrder tracked, CancellationToken cancel)
    {
        if (!tracked.Document.Order.IsOpen) return null;
        if (tracked.Promised is { } promised) return promised;
        var (placed, recent) = (tracked.Document.PlacedAt, await DeliveryTime(tracked.Document.Order.Kitchen, cancel));
        return recent is null ? null : new ExpectedTime(placed + recent.From, placed + recent.To);
    }

    // Computed from the kitchen's last 200 orders, at most twice a minute. Scheduled orders say nothing about it.
    async Task<DeliveryTime?> DeliveryTime(int kitchen, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (deliveryTimes.TryGetValue(kitchen, out var known) && known.Until > now) return known.Time;
        var time = await Measure(kitchen, cancel);
        deliveryTimes[kitchen] = (time, now + deliveryTimeKept);
        return time;
    }

    async Task<DeliveryTime?> Measure(int kitchen, CancellationToken cancel)
    {
        await using var connection = await database.OpenRequest(cancel);
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
