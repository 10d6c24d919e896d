using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Tracking;

/// <summary>What is shown of a tracked order; the JSON is as it is stored.</summary>
sealed record TrackedOrder(
    OrderStatus Status, FulfilmentType Fulfilment, string Brand, int Kitchen, DateTimeOffset PlacedAt, byte[] Content,
    byte[] Timeline);

/// <summary>How long the kitchen's orders took lately, from placed to delivered: four fifths lie in between.</summary>
sealed record UsualTime(TimeSpan From, TimeSpan To);

sealed class TrackQueries(Database database, TimeProvider clock)
{
    /// <summary>Fewer would be an anecdote.</summary>
    const int SampleMin = 5;
    static readonly TimeSpan usualTimeKept = TimeSpan.FromSeconds(30);

    readonly ConcurrentDictionary<int, (UsualTime? Time, DateTimeOffset Until)> usualTimes = [];

    public async Task<TrackedOrder?> Find(Guid orderId, CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
        await using var command = Command(connection, """
            SELECT o.status, o.fulfilment, b.name, o.kitchen, o.placed_at, o.content, o.timeline
            FROM orders o JOIN brands b ON b.id = o.brand_id WHERE o.id = $1
            """, P(orderId));
        await using var row = await command.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel)
            ? new TrackedOrder((OrderStatus)row.GetInt16(0), (FulfilmentType)row.GetInt16(1), row.GetString(2),
                row.GetInt32(3), row.Time(4), row.GetFieldValue<byte[]>(5), row.GetFieldValue<byte[]>(6))
            : null;
    }

    /// <summary>From the last 200 orders of the kitchen; asked for twice a minute at most, however many look.</summary>
    public async Task<UsualTime?> UsualTime(int kitchen, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (usualTimes.TryGetValue(kitchen, out var known) && known.Until > now) return known.Time;
        var time = await Measure(kitchen, cancel);
        usualTimes[kitchen] = (time, now + usualTimeKept);
        return time;
    }

    async Task<UsualTime?> Measure(int kitchen, CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
        await using var command = Command(connection, $"""
            SELECT percentile_cont(ARRAY[0.1, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM updated_at - placed_at)),
                count(*)
            FROM (SELECT * FROM orders WHERE kitchen = $1 ORDER BY id DESC LIMIT 200) AS latest
            WHERE status = {OrderStatus.Delivered:d}
            """, P(kitchen));
        await using var row = await command.ExecuteReaderAsync(cancel);
        await row.ReadAsync(cancel);
        if (row.GetInt64(1) < SampleMin) return null;
        var bounds = row.GetFieldValue<double[]>(0);
        return new UsualTime(TimeSpan.FromSeconds(bounds[0]), TimeSpan.FromSeconds(bounds[1]));
    }
}
