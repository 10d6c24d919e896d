using Npgsql;
using NpgsqlTypes;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Analytics;

/// <summary>
/// The sums: a row each, beside them what was counted since they were written last, and a table of the same shape as
/// theirs, in which one session sums up anew.
/// </summary>
static class AnalyticsTable
{
    public const string Live = "analytics";
    public const string Recomputed = "pg_temp.analytics_recomputed";
    public const string KeyColumns = "measure, at, kitchen, brand_id, channel, key";

    const string FiguresOfRecent = """
        f.measure, r.at, r.kitchen, r.brand_id, r.channel, f.key, f.amount
        """;

    const string Figures = "unnest(r.measures, r.keys, r.amounts) AS f (measure, key, amount)";

    /// <summary>All that was counted, to select from; a sum may have several rows.</summary>
    public const string Counted = $"""
        (SELECT {KeyColumns}, value FROM {Live}
            UNION ALL SELECT {FiguresOfRecent} FROM analytics_recent r, {Figures})
        """;

    const string CreateRecomputedSql = $"""
        DROP TABLE IF EXISTS {Recomputed};
        CREATE TEMP TABLE analytics_recomputed (LIKE {Live} INCLUDING ALL)
        """;

    // In the key's order, so that rows which lie together are written together. To find what adds up, PostgreSQL sorts
    // all that is in the arrays: by what differs most first, since the rest is the same for thousands of figures.
    const string FoldSql = $"""
        WITH recent AS (DELETE FROM analytics_recent WHERE $1 IS NULL OR slice = ANY($1) RETURNING *)
        INSERT INTO {Live} AS old ({KeyColumns}, value)
        SELECT {KeyColumns}, amount FROM (
            SELECT {KeyColumns}, sum(amount) AS amount
            FROM (SELECT {FiguresOfRecent} FROM recent r, {Figures}) AS figures
            GROUP BY key, measure, channel, brand_id, kitchen, at OFFSET 0) AS sums
        ORDER BY {KeyColumns}
        ON CONFLICT ({KeyColumns}) DO UPDATE SET value = old.value + excluded.value
        """;

    public static Task CreateRecomputed(NpgsqlConnection connection, CancellationToken cancel) =>
        Run(connection, CreateRecomputedSql, cancel);

    public static Task DropRecomputed(NpgsqlConnection connection, CancellationToken cancel) =>
        Run(connection, $"DROP TABLE IF EXISTS {Recomputed}", cancel);

    /// <summary>Writes down what is to be added to the live sums; it counts from now on.</summary>
    public static async Task Append(NpgsqlConnection connection, Facts facts, CancellationToken cancel)
    {
        await using var rows = await connection.BeginBinaryImportAsync(
            """
            COPY analytics_recent (at, kitchen, brand_id, channel, measures, keys, amounts, slice)
                FROM STDIN (FORMAT BINARY)
            """, cancel);
        foreach (var (cell, sums) in facts.Cells)
        {
            await rows.StartRowAsync(cancel);
            await rows.WriteAsync(cell.At.UtcDateTime, NpgsqlDbType.TimestampTz, cancel);
            await rows.WriteAsync(cell.Kitchen, NpgsqlDbType.Text, cancel);
            await rows.WriteAsync(cell.Brand, NpgsqlDbType.Text, cancel);
            await rows.WriteAsync(cell.Channel, NpgsqlDbType.Text, cancel);
            await rows.WriteAsync(Each(sums, sum => (short)sum.Key.Measure), array | NpgsqlDbType.Smallint, cancel);
            await rows.WriteAsync(Each(sums, sum => sum.Key.Key), array | NpgsqlDbType.Text, cancel);
            await rows.WriteAsync(Each(sums, sum => sum.Value), array | NpgsqlDbType.Bigint, cancel);
            await rows.WriteAsync(Folding.SliceOf(cell), NpgsqlDbType.Smallint, cancel);
        }
        await rows.CompleteAsync(cancel);
    }

    const NpgsqlDbType array = NpgsqlDbType.Array;

    static T[] Each<T>(Dictionary<Figure, long> sums, Func<KeyValuePair<Figure, long>, T> pick) =>
        [.. sums.Select(pick)];

    /// <summary>Adds to the live sums what was counted beside them, in some slices or in all.</summary>
    public static Task Fold(NpgsqlConnection connection, short[]? slices, CancellationToken cancel) =>
        Run(connection, FoldSql, cancel, P(slices));

    /// <summary>Adds to the sums that are summed up anew.</summary>
    public static async Task Recompute(NpgsqlConnection connection, Facts facts, CancellationToken cancel)
    {
        if (facts.Count == 0) return;
        var figures = facts.Cells.SelectMany(cell => cell.Value, (cell, sum) => (Cell: cell.Key, sum.Key, sum.Value))
            .ToArray();
        await Run(connection, $"""
            INSERT INTO {Recomputed} AS old ({KeyColumns}, value)
            SELECT * FROM unnest($1::smallint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[],
                $7::bigint[])
            ON CONFLICT ({KeyColumns}) DO UPDATE SET value = old.value + excluded.value
            """, cancel,
            P(Array.ConvertAll(figures, figure => (short)figure.Key.Measure)),
            P(Array.ConvertAll(figures, figure => figure.Cell.At.UtcDateTime)),
            P(Array.ConvertAll(figures, figure => figure.Cell.Kitchen)),
            P(Array.ConvertAll(figures, figure => figure.Cell.Brand)),
            P(Array.ConvertAll(figures, figure => figure.Cell.Channel)),
            P(Array.ConvertAll(figures, figure => figure.Key.Key)),
            P(Array.ConvertAll(figures, figure => figure.Value)));
    }

    /// <summary>How far the live sums have come; locked, nobody adds to them until the transaction ends.</summary>
    public static async Task<long> Checkpoint(NpgsqlConnection connection, bool locked, CancellationToken cancel)
    {
        await using var command = Command(connection,
            "SELECT position FROM subscribers WHERE name = $1" + (locked ? " FOR UPDATE" : ""),
            P(AnalyticsSubscriber.SubscriberName));
        return await command.ExecuteScalarAsync(cancel) is long position ? position : 0;
    }
}
