using Npgsql;
using Tiffin.Domain;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Edge.Access;

/// <summary>An audit entry: a rejected request, or one that requires elevated permissions.</summary>
/// <param name="Caller">The key, the token's subject, or <c>anonymous</c>.</param>
/// <param name="Operation">Method and route, such as <c>PUT /v1/brands/{id}</c>.</param>
/// <param name="Unwritten">Preceding rejections of the same caller or address that were not written as rows.</param>
sealed record AuditRow(
    Guid Id, DateTimeOffset At, string Caller, Role? Role, string? Subject, string? Address, string Operation,
    string Path, int Status, string? TraceId, int Unwritten);

static class AuditTable
{
    static readonly RowSet<AuditRow> inserted = new RowSet<AuditRow>()
        .Column("id", row => row.Id)
        .Column("at", row => row.At.UtcDateTime)
        .Column("caller", row => row.Caller)
        .Column("role", row => (short?)row.Role)
        .Column("subject", row => row.Subject)
        .Column("address", row => row.Address)
        .Column("operation", row => row.Operation)
        .Column("path", row => row.Path)
        .Column("status", row => row.Status)
        .Column("trace_id", row => row.TraceId)
        .Column("unwritten", row => row.Unwritten);

    // A batch is retried when the response to its insert was lost.
    static readonly string insertSql = $"{inserted.InsertInto("audit")} ON CONFLICT DO NOTHING";

    public static Task<int> Insert(
        NpgsqlConnection connection, IReadOnlyList<AuditRow> rows, CancellationToken cancel) =>
        inserted.Run(connection, insertSql, rows, cancel);

    /// <summary>Newest first.</summary>
    public static Task<List<AuditRow>> Before(
        NpgsqlConnection connection, Guid? before, int max, CancellationToken cancel) =>
        Rows(connection, """
            SELECT id, at, caller, role, subject, address, operation, path, status, trace_id, unwritten
            FROM audit WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2
            """, row => new AuditRow(row.GetGuid(0), row.Time(1), row.GetString(2), (Role?)row.Nullable<short>(3),
                row.NullableText(4), row.NullableText(5), row.GetString(6), row.GetString(7), row.GetInt32(8),
                row.NullableText(9), row.GetInt32(10)), cancel, P(before), P(max));
}
