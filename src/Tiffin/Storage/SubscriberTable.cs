using Npgsql;
using static Tiffin.Storage.Sql;

namespace Tiffin.Storage;

/// <summary>The right to read the log for a subscriber, until the database's clock says otherwise.</summary>
public sealed record Lease(string Name, Guid Owner, long Fence, long Position);

/// <summary>How far a subscriber has come, and what holds it up.</summary>
public sealed record SubscriberState(
    string Name, long Position, long LagEvents, double LagSeconds, bool HasLeader, int Failures, string? Failure);

static class SubscriberTable
{
    public const string RegisterSql = "INSERT INTO subscribers (name) VALUES ($1) ON CONFLICT DO NOTHING";

    // Leases are judged by the database's clock: the nodes' may differ. Who could not give its own back takes it again.
    const string AcquireSql = """
        UPDATE subscribers SET owner = $2, fence = fence + 1, leased_until = clock_timestamp() + $3
        WHERE name = $1 AND (leased_until < clock_timestamp() OR owner = $2)
        RETURNING fence, position
        """;

    const string RenewSql = """
        UPDATE subscribers SET leased_until = clock_timestamp() + $4 WHERE name = $1 AND owner = $2 AND fence = $3
        """;

    // The event is looked for at its position, since what a failover lost must not count as passed; from the start of
    // its partition, for the reason given at LogTable.Last. The checkpoint does not wait for the disk: a crash takes
    // it back together with the effect that shares its transaction.
    static string AdvanceSql(long position) => $"""
        UPDATE subscribers SET position = $5, leased_until = clock_timestamp() + $7, failures = 0, failure = NULL,
            updated_at = clock_timestamp()
        WHERE name = $1 AND owner = $2 AND fence = $3 AND position = $4
            AND EXISTS (SELECT FROM events e
                WHERE e.position >= {LogTable.StartOf(position)} AND e.position = $5 AND e.id = $6)
            AND set_config('synchronous_commit', 'off', true) IS NOT NULL
        """;

    const string ReleaseSql = """
        UPDATE subscribers SET leased_until = '-infinity',
            failures = CASE WHEN $4::text IS NULL THEN failures ELSE failures + 1 END,
            failure = coalesce($4, failure), updated_at = clock_timestamp()
        WHERE name = $1 AND owner = $2 AND fence = $3
        """;

    static string StatesSql(long from) => $"""
        SELECT s.name, s.position, head.position - s.position,
            extract(epoch FROM clock_timestamp() -
                (SELECT at FROM events WHERE position >= {from} AND position = s.position + 1))::float8,
            s.leased_until > clock_timestamp(), s.failures, s.failure
        FROM subscribers s, (SELECT coalesce(max(position), 0) AS position FROM events WHERE position >= {from}) head
        ORDER BY s.name
        """;

    public static Task Register(NpgsqlConnection connection, string name, CancellationToken cancel) =>
        Run(connection, RegisterSql, cancel, P(name));

    public static async Task<Lease?> Acquire(
        NpgsqlConnection connection, string name, Guid owner, TimeSpan length, CancellationToken cancel)
    {
        await using var command = Command(connection, AcquireSql, P(name), P(owner), P(length));
        await using var row = await command.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel) ? new Lease(name, owner, row.GetInt64(0), row.GetInt64(1)) : null;
    }

    public static async Task<bool> Renew(
        NpgsqlConnection connection, Lease lease, TimeSpan length, CancellationToken cancel) =>
        await Run(connection, RenewSql, cancel, P(lease.Name), P(lease.Owner), P(lease.Fence), P(length)) == 1;

    /// <summary>
    /// Moves the checkpoint, within the caller's transaction if there is one; false when the lease has changed hands,
    /// or when the log does not hold the event of that id.
    /// </summary>
    public static async Task<bool> Advance(
        NpgsqlConnection connection, Lease lease, long position, Guid id, TimeSpan length,
        CancellationToken cancel) =>
        await Run(connection, AdvanceSql(position), cancel, P(lease.Name), P(lease.Owner), P(lease.Fence),
            P(lease.Position), P(position), P(id), P(length)) == 1;

    /// <summary>Gives the lease back, with the failure that made it necessary if any.</summary>
    public static Task Release(NpgsqlConnection connection, Lease lease, string? failure, CancellationToken cancel) =>
        Run(connection, ReleaseSql, cancel, P(lease.Name), P(lease.Owner), P(lease.Fence), P(failure));

    public static async Task<List<SubscriberState>> States(NpgsqlConnection connection, CancellationToken cancel) =>
        (await States(connection, 0, cancel))!;

    /// <summary>
    /// Looks at the log from the partition that begins at a position; null when that is not enough: a subscriber is
    /// behind it, or the log ends before it.
    /// </summary>
    public static async Task<List<SubscriberState>?> States(
        NpgsqlConnection connection, long from, CancellationToken cancel)
    {
        await using var command = Command(connection, StatesSql(from));
        await using var row = await command.ExecuteReaderAsync(cancel);
        var states = new List<SubscriberState>();
        while (await row.ReadAsync(cancel))
        {
            var (lag, seconds) = (row.GetInt64(2), row.Nullable<double>(3));
            if (from > 0 && lag != 0 && seconds is null) return null;
            states.Add(new SubscriberState(row.GetString(0), row.GetInt64(1), lag, seconds ?? 0,
                row.GetBoolean(4), row.GetInt32(5), row.NullableText(6)));
        }
        return states;
    }
}
