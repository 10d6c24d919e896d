using System.Collections.Concurrent;
using Npgsql;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Tracking;

/// <summary>The stored order, its brand, its kitchen's time zone and its courier's position.</summary>
sealed record TrackedOrder(OrderDocument Document, string Brand, string Zone, CourierPosition? Position)
{
    /// <summary>Null if the kitchen has promised no time at the door or, for a pickup, at the counter.</summary>
    public ExpectedTime? PromisedTime => Document.Order switch
    {
        { Details.Promise: { DeliverFrom: { } from, DeliverTo: { } to } } => new(from, to),
        { Details.Promise: { } promise } order when order.Fulfilment == FulfilmentType.Pickup
            || order.Details.Schedule is not null => new(promise.ReadyAt, promise.ReadyAt),
        _ => null,
    };
}

/// <summary>
/// How long after the promised time, or after placing if nothing is promised, a kitchen's orders are delivered: the
/// 10th and 90th percentiles of recent ones.
/// </summary>
sealed record DeliveryTime(TimeSpan From, TimeSpan To);

/// <summary>The orders from which a delivery time is measured: those delivered before a time.</summary>
readonly record struct DeliverySample(
    int Kitchen, FulfilmentType Fulfilment, bool HavePromise, DateTimeOffset Before);

sealed class TrackQueries(Database database)
{
    // Fewer orders are not representative.
    const int SampleMin = 5;
    const int DeliveryTimesMax = 20_000;
    static readonly TimeSpan measuredEvery = TimeSpan.FromMinutes(5);

    // The last columns are placed_at, the brand, the time zone and the position.
    static readonly string trackedSql = $"""
        SELECT {OrderTable.Columns}, b.name, k.time_zone, {CourierPositionTable.Columns}
        FROM {OrderTable.From} JOIN brands b ON b.id = o.brand_id JOIN kitchens k ON k.number = o.kitchen
            LEFT JOIN courier_positions p ON p.order_id = o.id AND p.courier_id = o.courier_id
                AND o.status = {OrderStatus.OutForDelivery:d}
        WHERE o.id = $1
        """;

    readonly ConcurrentDictionary<DeliverySample, DeliveryTime?> deliveryTimes = [];

    public async Task<TrackedOrder?> Find(Guid orderId, CancellationToken cancel)
    {
        await using var connection = await database.OpenRequest(cancel);
        return await FirstRow(connection, trackedSql, Read, cancel, P(orderId));
    }

    static TrackedOrder Read(NpgsqlDataReader row)
    {
        var own = row.FieldCount - 5;
        return new TrackedOrder(
            OrderTable.Read(row), row.GetString(own), row.GetString(own + 1), CourierPositionTable.Read(row, own + 2));
    }

    /// <summary>
    /// The promised time, or else an estimate from recent orders of the kitchen. Null if there are too few of them, or
    /// if the order has ended.
    /// </summary>
    public async Task<ExpectedTime?> FindExpectedTime(TrackedOrder tracked, CancellationToken cancel)
    {
        var (order, placed) = (tracked.Document.Order, tracked.Document.PlacedAt);
        if (!order.IsOpen) return null;
        if (tracked.PromisedTime is { } promised) return promised;
        var promise = order.Details.Promise;
        // Orders that are delivered after this one was placed must not move its time.
        var before = placed.AddTicks(-(placed.UtcTicks % measuredEvery.Ticks));
        var like = new DeliverySample(order.Kitchen, order.Fulfilment, promise is not null, before);
        if (await FindDeliveryTime(like, cancel) is not { } recent) return null;
        var start = promise?.ReadyAt ?? placed;
        return new ExpectedTime(start + recent.From, start + recent.To);
    }

    async Task<DeliveryTime?> FindDeliveryTime(DeliverySample sample, CancellationToken cancel)
    {
        if (deliveryTimes.TryGetValue(sample, out var known)) return known;
        var time = await Measure(sample, cancel);
        if (deliveryTimes.Count >= DeliveryTimesMax) deliveryTimes.Clear();
        deliveryTimes[sample] = time;
        return time;
    }

    // Measures the 200 orders before. Scheduled orders are not representative.
    async Task<DeliveryTime?> Measure(DeliverySample sample, CancellationToken cancel)
    {
        await using var connection = await database.OpenRequest(cancel);
        return await SingleRow(connection, $"""
            SELECT percentile_cont(ARRAY[0.1, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM
                    updated_at - CASE WHEN $5 THEN (known -> 'promise' ->> 'readyAt')::timestamptz ELSE placed_at END)),
                count(*)
            FROM (SELECT *, convert_from(details, 'UTF8')::jsonb AS known FROM orders
                WHERE kitchen = $1 AND id < $2 ORDER BY id DESC LIMIT 200) AS latest
            WHERE status = {OrderStatus.Delivered:d} AND updated_at < $3 AND fulfilment = $4
                AND (known ? 'schedule') IS NOT TRUE AND (NOT $5 OR known ? 'promise')
            """, ReadTime, cancel, P(sample.Kitchen),
            P(OrderTable.FirstId(sample.Before.ToUnixTimeMilliseconds())), P(sample.Before.UtcDateTime),
            P((short)sample.Fulfilment), P(sample.HavePromise));
    }

    static DeliveryTime? ReadTime(NpgsqlDataReader row)
    {
        if (row.GetInt64(1) < SampleMin) return null;
        var bounds = row.GetFieldValue<double[]>(0);
        return new DeliveryTime(TimeSpan.FromSeconds(bounds[0]), TimeSpan.FromSeconds(bounds[1]));
    }
}
