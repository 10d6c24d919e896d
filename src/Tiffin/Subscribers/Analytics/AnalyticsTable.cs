using Npgsql;
using Tiffin.Storage;
using static Tiffin.Storage.Sql;

namespace Tiffin.Subscribers.Analytics;

/// <summary>
/// The sums, a row each; and a table beside them of the same shape, in which one session sums up anew.
/// </summary>
static class AnalyticsTable
{
    public const string Live = "analytics";
    public const string Recomputed = "pg_temp.analytics_recomputed";

    public const string KeyColumns = "measure, at, kitchen, brand_id, channel, key";

    const string CreateRecomputedSql = $"""
        DROP TABLE IF EXISTS {Recomputed};
        CREATE TEMP TABLE analytics_recomputed (LIKE {Live} INCLUDING ALL)
        """;

    public static Task CreateRecomputed(NpgsqlConnection connection, CancellationToken cancel) =>
        Run(connection, CreateRecomputedSql, cancel);

    public static Task DropRecomputed(NpgsqlConnection connection, CancellationToken cancel) =>
        Run(connection, $"DROP TABLE IF EXISTS {Recomputed}", cancel);

    /// <summary>Adds to the sums of a table, in one statement.</summary>
    public static async Task Add(NpgsqlConnection connection, string table, Facts facts, CancellationToken cancel)
    {
        if (facts.Count == 0) return;
        var figures = facts.Sums.Keys.ToArray();
        await Run(connection, $"""
            INSERT INTO {table} AS old ({KeyColumns}, value)
            SELECT * FROM unnest($1::smallint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[],
                $7::bigint[])
            ON CONFLICT ({KeyColumns}) DO UPDATE SET value = old.value + excluded.value
            """, cancel,
            P(Array.ConvertAll(figures, figure => (short)figure.Measure)),
            P(Array.ConvertAll(figures, figure => figure.Cell.At.UtcDateTime)),
            P(Array.ConvertAll(figures, figure => figure.Cell.Kitchen)),
            P(Array.ConvertAll(figures, figure => figure.Cell.Brand)),
            P(Array.ConvertAll(figures, figure => figure.Cell.Channel)),
            P(Array.ConvertAll(figures, figure => figure.Key)),
            P(Array.ConvertAll(figures, figure => facts.Sums[figure])));
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
