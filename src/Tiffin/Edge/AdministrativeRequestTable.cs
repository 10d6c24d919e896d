using Npgsql;
using Tiffin.Domain;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Edge;

/// <summary>An idempotency key and its encrypted first response; null while the request is in progress.</summary>
sealed record AdministrativeRequestRow(Guid Fingerprint, int? Status, string? Location, byte[]? Response);

/// <summary>Idempotency keys of administrative requests, and their first responses.</summary>
static class AdministrativeRequestTable
{
    // A request without a response after a minute is abandoned: its node died, or it failed, between the effect and the
    // response.
    const string ClaimSql = """
        INSERT INTO administrative_requests AS known (key, fingerprint) VALUES ($1, $2)
        ON CONFLICT (key) DO UPDATE SET at = clock_timestamp()
            WHERE known.answer IS NULL AND known.fingerprint = $2
                AND known.at < clock_timestamp() - interval '1 minute'
        """;

    /// <summary>
    /// Claims a key; null means success. Waits for a concurrent transaction that has claimed it. A claim is undone if
    /// its transaction is rolled back.
    /// </summary>
    public static async Task<AdministrativeRequestRow?> Claim(
        NpgsqlConnection connection, RequestKey key, Guid fingerprint, CancellationToken cancel) =>
        await Run(connection, ClaimSql, cancel, P(key.Hash), P(fingerprint)) == 1
            ? null
            // Released since the claim failed: the other request is about to end.
            : await Find(connection, key, cancel) ?? new AdministrativeRequestRow(fingerprint, null, null, null);

    public static Task<AdministrativeRequestRow?> Find(
        NpgsqlConnection connection, RequestKey key, CancellationToken cancel) =>
        FirstRow(connection,
            "SELECT fingerprint, status, location, answer FROM administrative_requests WHERE key = $1",
            row => new AdministrativeRequestRow(
                row.GetGuid(0), row.Nullable<short>(1), row.NullableText(2), row.NullableBytes(3)),
            cancel, P(key.Hash));

    public static Task Complete(
        NpgsqlConnection connection, RequestKey key, int status, string? location, byte[] response,
        CancellationToken cancel) => Run(connection, """
            UPDATE administrative_requests SET status = $2, location = $3, answer = $4 WHERE key = $1 AND answer IS NULL
            """, cancel, P(key.Hash), P((short)status), P(location), P(response));

    /// <summary>Releases the key of a rejected request, which had no effect.</summary>
    public static Task Release(NpgsqlConnection connection, RequestKey key, CancellationToken cancel) => Run(
        connection, "DELETE FROM administrative_requests WHERE key = $1 AND answer IS NULL", cancel, P(key.Hash));

    /// <summary>Deletes at most <paramref name="max"/> expired keys; the retention is that of command keys.</summary>
    public static Task<int> DeleteExpired(NpgsqlConnection connection, int max, CancellationToken cancel) =>
        Run(connection, $"""
            DELETE FROM administrative_requests WHERE key IN (
                SELECT key FROM administrative_requests WHERE at < now() - {RequestTable.RetentionSql} LIMIT $1)
            """, cancel, P(max));
}
