using Npgsql;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Edge.Access;

/// <summary>Browser sessions that ended before they expired; rows are deleted after the expiry.</summary>
static class EndedSessionTable
{
    public static Task<int> End(
        NpgsqlConnection connection, string nonce, DateTimeOffset expiresAt, CancellationToken cancel) =>
        Run(connection, """
            WITH old AS (DELETE FROM ended_sessions WHERE expires_at < now())
            INSERT INTO ended_sessions (nonce, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING
            """, cancel, P(nonce), P(expiresAt.UtcDateTime));

    public static Task<List<(string Nonce, DateTimeOffset ExpiresAt)>> Ended(
        NpgsqlConnection connection, CancellationToken cancel) =>
        Rows(connection, "SELECT nonce, expires_at FROM ended_sessions WHERE expires_at >= now()",
            row => (row.GetString(0), row.Time(1)), cancel);
}
