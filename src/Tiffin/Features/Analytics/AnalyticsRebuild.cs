using Npgsql;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Analytics;

/// <summary><paramref name="Corrected"/> of <paramref name="Sums"/> sums were wrong.</summary>
sealed record AnalyticsRebuildResult(long Position, long Sums, long Corrected);

static class AnalyticsRebuild
{
    const string DeleteSql = $"""
        DELETE FROM {AnalyticsTable.Live} live WHERE at >= $1 AND NOT EXISTS (
            SELECT FROM {AnalyticsTable.Recomputed} r WHERE (r.measure, r.at, r.kitchen, r.brand_id, r.channel, r.key)
                = (live.measure, live.at, live.kitchen, live.brand_id, live.channel, live.key))
        """;

    const string ReplaceSql = $"""
        INSERT INTO {AnalyticsTable.Live} AS live ({AnalyticsTable.KeyColumns}, value)
        SELECT {AnalyticsTable.KeyColumns}, value FROM {AnalyticsTable.Recomputed}
        ON CONFLICT ({AnalyticsTable.KeyColumns}) DO UPDATE SET value = excluded.value
        WHERE live.value <> excluded.value
        """;

    /// <summary>
    /// Recomputes the sums from the log and replaces the live ones in one transaction. Queries and the subscriber
    /// continue during the recomputation; the checkpoint is locked only for the replacement.
    /// </summary>
    public static async Task<AnalyticsRebuildResult> Run(NpgsqlConnection connection, CancellationToken cancel)
    {
        var recomputation = await AnalyticsRecomputation.CatchUp(connection, cancel);
        long corrected, sums;
        await using (var transaction = await connection.BeginTransactionAsync(cancel))
        {
            var checkpoint = await AnalyticsTable.Checkpoint(connection, forUpdate: true, cancel);
            await recomputation.AdvanceTo(checkpoint, cancel);
            await AnalyticsTable.Compact(connection, cancel);
            corrected = await Sql.Run(connection, DeleteSql, cancel, P(recomputation.From.UtcDateTime))
                + await Sql.Run(connection, ReplaceSql, cancel);
            sums = await SingleRow(
                connection, $"SELECT count(*) FROM {AnalyticsTable.Recomputed}", row => row.GetInt64(0), cancel);
            await transaction.CommitAsync(CancellationToken.None);
        }
        await AnalyticsTable.DropRecomputed(connection, cancel);
        return new AnalyticsRebuildResult(recomputation.Position, sums, corrected);
    }
}
