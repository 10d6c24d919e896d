using Npgsql;
using Tiffin.Domain;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

/// <summary>The first outcome of an idempotency key: an order at a version, or the response as JSON.</summary>
sealed record RequestRow(RequestKey Key, Guid Fingerprint, Guid? OrderId, int? Version, byte[]? Answer);

static class RequestTable
{
    const string InsertSql = """
        INSERT INTO requests (key, fingerprint, order_id, version, answer, at)
        SELECT t.*, $6::timestamptz FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::bytea[]) AS t
        """;

    public static NpgsqlBatchCommand Load(IReadOnlyCollection<RequestKey> keys) => Of(
        "SELECT key, fingerprint, order_id, version, answer FROM requests WHERE key = ANY($1)",
        P(keys.Select(key => key.Hash).ToArray()));

    public static RequestRow Read(NpgsqlDataReader row) => new(
        new RequestKey(row.GetGuid(0)), row.GetGuid(1), row.Nullable<Guid>(2), row.Nullable<int>(3),
        row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4));

    public static NpgsqlBatchCommand Insert(IReadOnlyList<RequestRow> rows, DateTimeOffset at)
    {
        T[] Each<T>(Func<RequestRow, T> pick) => [.. rows.Select(pick)];
        return Of(InsertSql, P(Each(r => r.Key.Hash)), P(Each(r => r.Fingerprint)), P(Each(r => r.OrderId)),
            P(Each(r => r.Version)), P(Each(r => r.Answer)), P(at.UtcDateTime));
    }

    const string ForgetSql = """
        WITH gone AS (
            DELETE FROM requests WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM requests WHERE at < now() - interval '3 days' AND ($1::timestamptz IS NULL OR at >= $1)
                ORDER BY at LIMIT $2))
            RETURNING at)
        SELECT count(*)::int, max(at) FROM gone
        """;

    /// <summary>
    /// Deletes at most <paramref name="max"/> keys older than the guaranteed three days, oldest first, starting at
    /// <paramref name="from"/>. Returns their number and the time of the newest deleted key.
    /// </summary>
    public static async Task<(int Count, DateTime? Until)> Forget(
        NpgsqlConnection connection, DateTime? from, int max, CancellationToken cancel)
    {
        await using var command = Command(connection, ForgetSql, P(from), P(max));
        await using var row = await command.ExecuteReaderAsync(cancel);
        await row.ReadAsync(cancel);
        return (row.GetInt32(0), row.Nullable<DateTime>(1));
    }
}
