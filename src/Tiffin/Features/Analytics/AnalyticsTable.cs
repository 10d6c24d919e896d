using Npgsql;
using NpgsqlTypes;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Analytics;

/// <summary>
/// The tables of sums: the live sums, increments that are not yet merged into them (<c>analytics_recent</c>), and a
/// session's temporary table of recomputed sums.
/// </summary>
static class AnalyticsTable
{
    public const string Live = "analytics";
    public const string Recomputed = "pg_temp.analytics_recomputed";
    public const string KeyColumns = "measure, at, kitchen, brand_id, channel, key";

    const string RecentColumns = """
        f.measure, r.at, r.kitchen, r.brand_id, r.channel, f.key, f.amount
        """;

    const string RecentIncrements = "unnest(r.measures, r.keys, r.amounts) AS f (measure, key, amount)";

    /// <summary>All sums with unmerged increments. A sum may have several rows, which must be added up.</summary>
    public const string AllSums = $"""
        (SELECT {KeyColumns}, value FROM {Live}
            UNION ALL SELECT {RecentColumns} FROM analytics_recent r, {RecentIncrements})
        """;

    const string CreateRecomputedSql = $"""
        DROP TABLE IF EXISTS {Recomputed};
        CREATE TEMP TABLE analytics_recomputed (LIKE {Live} INCLUDING ALL)
        """;

    // Written in key order, so that adjacent rows are written together. GROUP BY sorts all increments: selective
    // columns come first, since the others are equal for thousands of rows.
    const string CompactSql = $"""
        WITH recent AS (DELETE FROM analytics_recent RETURNING *)
        INSERT INTO {Live} AS old ({KeyColumns}, value)
        SELECT {KeyColumns}, amount FROM (
            SELECT {KeyColumns}, sum(amount) AS amount
            FROM (SELECT {RecentColumns} FROM recent r, {RecentIncrements}) AS increments
            GROUP BY key, measure, channel, brand_id, kitchen, at OFFSET 0) AS sums
        ORDER BY {KeyColumns}
        ON CONFLICT ({KeyColumns}) DO UPDATE SET value = old.value + excluded.value
        """;

    public static Task CreateRecomputed(NpgsqlConnection connection, CancellationToken cancel) =>
        Run(connection, CreateRecomputedSql, cancel);

    public static Task DropRecomputed(NpgsqlConnection connection, CancellationToken cancel) =>
        Run(connection, $"DROP TABLE IF EXISTS {Recomputed}", cancel);

    /// <summary>Appends increments to the live sums.</summary>
    public static async Task Append(NpgsqlConnection connection, Increments increments, CancellationToken cancel)
    {
        await using var rows = await connection.BeginBinaryImportAsync(
            """
            COPY analytics_recent (at, kitchen, brand_id, channel, measures, keys, amounts)
                FROM STDIN (FORMAT BINARY)
            """, cancel);
        foreach (var (cell, sums) in increments.Cells)
        {
            await rows.StartRowAsync(cancel);
            await rows.WriteAsync(cell.At.UtcDateTime, NpgsqlDbType.TimestampTz, cancel);
            await rows.WriteAsync(cell.Kitchen, NpgsqlDbType.Text, cancel);
            await rows.WriteAsync(cell.Brand, NpgsqlDbType.Text, cancel);
            await rows.WriteAsync(cell.Channel, NpgsqlDbType.Text, cancel);
            await rows.WriteAsync(Each(sums, sum => (short)sum.Key.Measure), array | NpgsqlDbType.Smallint, cancel);
            await rows.WriteAsync(Each(sums, sum => sum.Key.Key), array | NpgsqlDbType.Text, cancel);
            await rows.WriteAsync(Each(sums, sum => sum.Value), array | NpgsqlDbType.Bigint, cancel);
        }
        await rows.CompleteAsync(cancel);
    }

    const NpgsqlDbType array = NpgsqlDbType.Array;

    static T[] Each<T>(Dictionary<SumKey, long> sums, Func<KeyValuePair<SumKey, long>, T> pick) =>
        [.. sums.Select(pick)];

    /// <summary>Merges the increments into the live sums.</summary>
    public static Task Compact(NpgsqlConnection connection, CancellationToken cancel) =>
        Run(connection, CompactSql, cancel);

    static readonly RowSet<(Cell Cell, SumKey Key, long Value)> recomputedRows =
        new RowSet<(Cell Cell, SumKey Key, long Value)>()
            .Column("measure", sum => (short)sum.Key.Measure)
            .Column("at", sum => sum.Cell.At.UtcDateTime)
            .Column("kitchen", sum => sum.Cell.Kitchen)
            .Column("brand_id", sum => sum.Cell.Brand)
            .Column("channel", sum => sum.Cell.Channel)
            .Column("key", sum => sum.Key.Key)
            .Column("value", sum => sum.Value);

    /// <summary>Adds to the recomputed sums.</summary>
    public static async Task AddRecomputed(NpgsqlConnection connection, Increments increments, CancellationToken cancel)
    {
        if (increments.Count == 0) return;
        await recomputedRows.Run(connection, $"""
            {recomputedRows.InsertInto($"{Recomputed} AS old")}
            ON CONFLICT ({KeyColumns}) DO UPDATE SET value = old.value + excluded.value
            """, [.. increments.Cells.SelectMany(
                cell => cell.Value, (cell, sum) => (cell.Key, sum.Key, sum.Value))], cancel);
    }

    /// <summary>The live checkpoint. Locking it blocks the subscriber until the transaction ends.</summary>
    public static Task<long> Checkpoint(NpgsqlConnection connection, bool forUpdate, CancellationToken cancel) =>
        FirstRow(connection, "SELECT position FROM subscribers WHERE name = $1" + (forUpdate ? " FOR UPDATE" : ""),
            row => row.GetInt64(0), cancel, P(AnalyticsSubscriber.SubscriberName));
}
