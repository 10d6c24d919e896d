using System.Collections.Concurrent;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Orders;

/// <summary>
/// How long a kitchen takes to prepare an order: the median of the orders that became ready in the last hour. Each read
/// of a board includes it.
/// </summary>
sealed class PreparationTimes(Database database)
{
    // Fewer orders are not representative.
    const int SampleMin = 5;
    static readonly TimeSpan cacheDuration = TimeSpan.FromMinutes(1);
    static readonly TimeSpan readyWithin = TimeSpan.FromHours(1);
    static readonly TimeSpan placedWithin = TimeSpan.FromDays(2);

    // Leaves out preparations of less than a minute: they were recorded when they had ended, so their time is wrong.
    static readonly string medianSql = $"""
        SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ready - preparing)::int), count(*)
        FROM (
            SELECT timeline FROM orders WHERE kitchen = $1 AND id >= $2 AND updated_at >= $3
            ORDER BY updated_at DESC LIMIT 500) latest
        CROSS JOIN LATERAL (
            SELECT min(at) FILTER (WHERE status = '{Names.Of(OrderStatus.Preparing)}') AS preparing,
                min(at) FILTER (WHERE status = '{Names.Of(OrderStatus.Ready)}') AS ready
            FROM (
                SELECT line::jsonb->>'status' AS status, (line::jsonb->>'at')::timestamptz AS at
                FROM string_to_table(convert_from(timeline, 'UTF8'), E'\n') AS line WHERE line <> '') steps
        ) times
        WHERE ready >= $3 AND ready - preparing >= interval '1 minute'
        """;

    readonly ConcurrentDictionary<int, (int? Seconds, DateTimeOffset Until)> medians = [];

    /// <summary>Null if too few orders became ready. Computed about once a minute.</summary>
    public async Task<int?> MedianSeconds(NpgsqlConnection connection, int kitchen, CancellationToken cancel)
    {
        var now = database.Clock.Now;
        if (medians.TryGetValue(kitchen, out var known) && known.Until > now) return known.Seconds;
        var firstId = OrderTable.FirstId((now - placedWithin).ToUnixTimeMilliseconds());
        var seconds = await SingleRow(
            connection, medianSql, row => row.GetInt64(1) < SampleMin ? (int?)null : row.GetInt32(0), cancel,
            P(kitchen), P(firstId), P((now - readyWithin).UtcDateTime));
        medians[kitchen] = (seconds, now + cacheDuration);
        return seconds;
    }
}
