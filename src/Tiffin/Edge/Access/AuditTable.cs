using Npgsql;
using Tiffin.Domain;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Edge.Access;

/// <summary>An audit entry: a rejected request, or one that requires elevated permissions.</summary>
/// <param name="Caller">The key, the token's subject, or <c>anonymous</c>.</param>
/// <param name="Operation">Method and route, such as <c>PUT /v1/brands/{id}</c>.</param>
/// <param name="Unwritten">Preceding rejections of the same caller or address that were not written as rows.</param>
public sealed record AuditRow(
    Guid Id, DateTimeOffset At, string Caller, Role? Role, string? Subject, string? Address, string Operation,
    string Path, int Status, string? TraceId, int Unwritten);

static class AuditTable
{
    public static Task<int> Insert(
        NpgsqlConnection connection, IReadOnlyList<AuditRow> rows, CancellationToken cancel)
    {
        T[] Each<T>(Func<AuditRow, T> pick) => [.. rows.Select(pick)];
        // A batch is retried when the response to its insert was lost.
        return Run(connection, """
            INSERT INTO audit (id, at, caller, role, subject, address, operation, path, status, trace_id,
                unwritten)
            SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::smallint[], $5::text[], $6::text[],
                $7::text[], $8::text[], $9::int[], $10::text[], $11::int[])
            ON CONFLICT DO NOTHING
            """, cancel, P(Each(r => r.Id)), P(Each(r => r.At.UtcDateTime)), P(Each(r => r.Caller)),
            P(Each(r => (short?)r.Role)), P(Each(r => r.Subject)), P(Each(r => r.Address)), P(Each(r => r.Operation)),
            P(Each(r => r.Path)), P(Each(r => r.Status)), P(Each(r => r.TraceId)), P(Each(r => r.Unwritten)));
    }

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
