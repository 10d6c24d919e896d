using System.Data;
using Npgsql;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Analytics;

/// <summary>A sum that differs from the log; null if the row is absent.</summary>
sealed record AnalyticsDifference(
    Measure Measure, DateTimeOffset At, string Kitchen, string Brand, string Channel, string Key, long? Stored,
    long? Recomputed);

/// <summary>
/// Comparison with the log at <paramref name="Position"/>. <paramref name="Differences"/>: the first of
/// <paramref name="DifferenceCount"/>.
/// </summary>
sealed record AnalyticsComparison(
    long Position, long Compared, long DifferenceCount, IReadOnlyList<AnalyticsDifference> Differences);

static class AnalyticsVerification
{
    const int DifferencesMax = 20;

    // An absent row is equal to a sum of 0.
    const string CompareSql = $"""
        SELECT measure, at, kitchen, brand_id, channel, key, stored.value, recomputed.value,
            count(*) OVER (), count(*) FILTER (WHERE coalesce(stored.value, 0) <> coalesce(recomputed.value, 0)) OVER ()
        FROM (
            SELECT {AnalyticsTable.KeyColumns}, sum(value)::bigint AS value FROM {AnalyticsTable.AllSums} sums
            WHERE at >= $1 GROUP BY {AnalyticsTable.KeyColumns}) stored
        FULL JOIN {AnalyticsTable.Recomputed} recomputed USING ({AnalyticsTable.KeyColumns})
        ORDER BY coalesce(stored.value, 0) = coalesce(recomputed.value, 0), {AnalyticsTable.KeyColumns}
        LIMIT $2
        """;

    /// <summary>
    /// Compares every sum with the log. The session must not be in a transaction: this begins one, for a snapshot of
    /// the sums and their checkpoint while the subscriber continues.
    /// </summary>
    public static async Task<AnalyticsComparison> Compare(NpgsqlConnection connection, CancellationToken cancel)
    {
        var recomputation = await AnalyticsRecomputation.CatchUp(connection, cancel);
        AnalyticsComparison comparison;
        await using (await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel))
        {
            var checkpoint = await AnalyticsTable.Checkpoint(connection, forUpdate: false, cancel);
            await recomputation.AdvanceTo(checkpoint, cancel);
            comparison = await Read(connection, recomputation, cancel);
        }
        await AnalyticsTable.DropRecomputed(connection, cancel);
        return comparison;
    }

    static async Task<AnalyticsComparison> Read(
        NpgsqlConnection connection, AnalyticsRecomputation recomputation, CancellationToken cancel)
    {
        var (compared, differing) = (0L, 0L);
        var differences = new List<AnalyticsDifference>();
        await using var command = Command(connection, CompareSql, P(recomputation.From.UtcDateTime), P(DifferencesMax));
        command.CommandTimeout = 0;
        await using var row = await command.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
        {
            (compared, differing) = (row.GetInt64(8), row.GetInt64(9));
            if (differences.Count == Math.Min(differing, DifferencesMax)) break;
            differences.Add(new AnalyticsDifference(
                (Measure)row.GetInt16(0), row.Time(1), row.GetString(2), row.GetString(3), row.GetString(4),
                row.GetString(5), row.Nullable<long>(6), row.Nullable<long>(7)));
        }
        return new AnalyticsComparison(recomputation.Position, compared, differing, differences);
    }
}
