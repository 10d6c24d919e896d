using System.Data;
using Npgsql;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Analytics;

/// <summary>The last event included; no time if the log no longer retains it.</summary>
sealed record AsOf(long Position, DateTimeOffset? Time);

/// <summary>Reads sums and their checkpoint in one snapshot.</summary>
sealed class AnalyticsQueries(NpgsqlConnection connection, AnalyticsFilter filter, CancellationToken cancel)
{
    const int TimeoutSeconds = 15;

    const string AsOfSql = """
        SELECT s.position, (SELECT at FROM events WHERE position = s.position) FROM subscribers s WHERE name = $1
        """;

    const string SumsSql = $"""
        SELECT width_bucket(a.at, $1), a.measure, a.key, sum(a.value)::bigint
        FROM {AnalyticsTable.AllSums} a JOIN kitchens k ON k.id = a.kitchen
        WHERE a.measure = ANY($2) AND a.at >= $3 AND a.at < $4 AND ($5::text IS NULL OR k.time_zone = $5)
            AND ($6::text IS NULL OR a.kitchen = $6) AND ($7::text IS NULL OR a.brand_id = $7)
            AND ($8::text IS NULL OR a.channel = $8) AND ($9::text[] IS NULL OR a.kitchen = ANY($9))
        GROUP BY 1, 2, 3 HAVING sum(a.value) <> 0
        """;

    public static async Task<T> InSnapshot<T>(
        Database database, AnalyticsFilter filter, Func<AnalyticsQueries, Task<T>> read, CancellationToken cancel)
    {
        await using var connection = await database.OpenRequest(cancel);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        return await read(new AnalyticsQueries(connection, filter, cancel));
    }

    public async Task<AsOf> AsOf() =>
        await FirstRow(connection, AsOfSql, row => new AsOf(row.GetInt64(0), row.NullableTime(1)), cancel,
            P(AnalyticsSubscriber.SubscriberName)) ?? new AsOf(0, null);

    /// <summary>The time zones of the selected kitchens; empty if there are none.</summary>
    public async Task<IReadOnlyList<string>> Zones() =>
        await Rows(connection, """
            SELECT DISTINCT time_zone FROM kitchens
            WHERE ($1::text IS NULL OR id = $1) AND ($2::text[] IS NULL OR id = ANY($2)) ORDER BY 1
            """, row => row.GetString(0), cancel, P(filter.KitchenId), P(filter.VisibleKitchens?.ToArray()));

    public async Task<Sums> Sums(params IReadOnlyCollection<Measure> measures)
    {
        var all = new Sums();
        await AddSums([filter.From], measures, zone: null, (_, measure, key, value) => all.Add(measure, key, value));
        return all;
    }

    /// <summary>
    /// The sums of a measure per hour or day in the kitchens' own time zones. Days with the same date are added up
    /// across time zones. Buckets without events are included, with empty sums.
    /// </summary>
    public async Task<SortedDictionary<string, Sums>> Series(Measure metric, BucketSize size)
    {
        var series = new SortedDictionary<string, Sums>(StringComparer.Ordinal);
        foreach (var zone in await Zones())
        {
            var buckets = TimeBucket.Split(filter.From, filter.To, size, TimeZoneInfo.FindSystemTimeZoneById(zone));
            foreach (var bucket in buckets) series.TryAdd(bucket.Label, new Sums());
            await AddSums([.. buckets.Select(bucket => bucket.Start)], [metric], zone,
                (bucket, measure, key, value) => series[buckets[bucket].Label].Add(measure, key, value));
        }
        return series;
    }

    /// <summary>Names by id of the items that are still in the catalogue.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Names(IEnumerable<string> items) =>
        (await Rows(connection, "SELECT id, name FROM items WHERE id = ANY($1)",
            row => (row.GetString(0), row.GetString(1)), cancel, P(items.ToArray()))).ToDictionary();

    async Task AddSums(
        DateTimeOffset[] starts, IReadOnlyCollection<Measure> measures, string? zone,
        Action<int, Measure, string, long> add)
    {
        await using var command = Command(connection, SumsSql,
            P(Array.ConvertAll(starts, start => start.UtcDateTime)),
            P(measures.Select(measure => (short)measure).ToArray()),
            P(filter.From.UtcDateTime), P(filter.To.UtcDateTime), P(zone), P(filter.KitchenId), P(filter.BrandId),
            P(filter.Channel), P(filter.VisibleKitchens?.ToArray()));
        command.CommandTimeout = TimeoutSeconds;
        var sums = await Rows(command, row => (Bucket: row.GetInt32(0) - 1, Measure: (Measure)row.GetInt16(1),
            Key: row.GetString(2), Value: row.GetInt64(3)), cancel);
        foreach (var sum in sums) add(sum.Bucket, sum.Measure, sum.Key, sum.Value);
    }
}
