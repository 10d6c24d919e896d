using Npgsql;
using Tiffin.Domain;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

/// <summary>
/// The first outcome of an idempotency key: an order at a version, or the response as JSON, which is empty if there is
/// nothing to return.
/// </summary>
sealed record RequestRow(RequestKey Key, Guid Fingerprint, Guid? OrderId, int? Version, byte[]? Answer)
{
    /// <summary>Set for a row to insert.</summary>
    public DateTimeOffset At { get; init; }
}

static class RequestTable
{
    static readonly RowSet<RequestRow> inserted = new RowSet<RequestRow>()
        .Column("key", row => row.Key.Hash)
        .Column("fingerprint", row => row.Fingerprint)
        .Column("order_id", row => row.OrderId)
        .Column("version", row => row.Version)
        .Column("answer", row => row.Answer)
        .Column("at", row => row.At.UtcDateTime);

    static readonly string insertSql = inserted.InsertInto("requests");

    public static NpgsqlBatchCommand Load(IReadOnlyCollection<RequestKey> keys) => BatchCommand(
        "SELECT key, fingerprint, order_id, version, answer FROM requests WHERE key = ANY($1)",
        P(keys.Select(key => key.Hash).ToArray()));

    public static RequestRow Read(NpgsqlDataReader row) => new(
        new RequestKey(row.GetGuid(0)), row.GetGuid(1), row.Nullable<Guid>(2), row.Nullable<int>(3),
        row.NullableBytes(4));

    public static NpgsqlBatchCommand Insert(IReadOnlyList<RequestRow> rows) => inserted.BatchCommand(insertSql, rows);

    /// <summary>How long an idempotency key is guaranteed to be known.</summary>
    public const string RetentionSql = "interval '3 days'";

    const string DeleteExpiredSql = $"""
        WITH gone AS (
            DELETE FROM requests WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM requests WHERE at < now() - {RetentionSql} AND ($1::timestamptz IS NULL OR at >= $1)
                ORDER BY at LIMIT $2))
            RETURNING at)
        SELECT count(*)::int, max(at) FROM gone
        """;

    /// <summary>
    /// Deletes at most <paramref name="max"/> keys older than <see cref="RetentionSql"/>, oldest first, starting at
    /// <paramref name="from"/>. Returns their number and the time of the newest deleted key.
    /// </summary>
    public static Task<(int Count, DateTime? Until)> DeleteExpired(
        NpgsqlConnection connection, DateTime? from, int max, CancellationToken cancel) =>
        SingleRow(connection, DeleteExpiredSql, row => (row.GetInt32(0), row.Nullable<DateTime>(1)), cancel, P(from),
            P(max));
}
