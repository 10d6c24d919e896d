using Npgsql;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

/// <summary>
/// The lease of a subscriber. It expires by the database's clock; <paramref name="Fence"/> is its fencing token.
/// </summary>
sealed record Lease(string Name, Guid Owner, long Fence, long Position);

/// <summary>Checkpoint and lag of a subscriber, and its last failure.</summary>
sealed record SubscriberState(
    string Name, long Position, long LagEvents, double LagSeconds, bool HasLeader, int Failures, string? Failure);

static class SubscriberTable
{
    public const string RegisterSql = "INSERT INTO subscribers (name) VALUES ($1) ON CONFLICT DO NOTHING";

    // Leases expire by the database's clock, because the nodes' clocks may differ. An owner that failed to release its
    // lease can acquire it again before it expires.
    const string AcquireSql = """
        UPDATE subscribers SET owner = $2, fence = fence + 1, leased_until = clock_timestamp() + $3
        WHERE name = $1 AND (leased_until < clock_timestamp() OR owner = $2)
        RETURNING fence, position
        """;

    const string RenewSql = """
        UPDATE subscribers SET leased_until = clock_timestamp() + $4 WHERE name = $1 AND owner = $2 AND fence = $3
        """;

    // Requires that the event is still in the log: one that a failover lost must not count as read. The partition's
    // start is a literal for the reason given at LogTable.Last. Committed with synchronous_commit=off: a crash can undo
    // the checkpoint, but only together with the effect in the same transaction.
    static string AdvanceSql(long position) => $"""
        UPDATE subscribers SET position = $5, leased_until = clock_timestamp() + $7, failures = 0, failure = NULL,
            updated_at = clock_timestamp()
        WHERE name = $1 AND owner = $2 AND fence = $3 AND position = $4
            AND EXISTS (SELECT FROM events e
                WHERE e.position >= {LogTable.PartitionStart(position)} AND e.position = $5 AND e.id = $6)
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

    public static Task<Lease?> Acquire(
        NpgsqlConnection connection, string name, Guid owner, TimeSpan length, CancellationToken cancel) =>
        FirstRow(connection, AcquireSql, row => new Lease(name, owner, row.GetInt64(0), row.GetInt64(1)), cancel,
            P(name), P(owner), P(length));

    public static async Task<bool> Renew(
        NpgsqlConnection connection, Lease lease, TimeSpan length, CancellationToken cancel) =>
        await Run(connection, RenewSql, cancel, P(lease.Name), P(lease.Owner), P(lease.Fence), P(length)) == 1;

    /// <summary>
    /// Advances the checkpoint, within the caller's transaction if there is one. False when another owner holds the
    /// lease, or when the log does not contain the event.
    /// </summary>
    public static async Task<bool> Advance(
        NpgsqlConnection connection, Lease lease, long position, Guid id, TimeSpan length,
        CancellationToken cancel) =>
        await Run(connection, AdvanceSql(position), cancel, P(lease.Name), P(lease.Owner), P(lease.Fence),
            P(lease.Position), P(position), P(id), P(length)) == 1;

    /// <summary>Releases the lease, and stores the failure that caused it, if any.</summary>
    public static Task Release(NpgsqlConnection connection, Lease lease, string? failure, CancellationToken cancel) =>
        Run(connection, ReleaseSql, cancel, P(lease.Name), P(lease.Owner), P(lease.Fence), P(failure));

    public static async Task<List<SubscriberState>> States(NpgsqlConnection connection, CancellationToken cancel) =>
        (await States(connection, 0, cancel))!;

    /// <summary>
    /// Reads only the log from <paramref name="from"/> on, the start of a partition. Null when that is not sufficient:
    /// a subscriber is further behind, or the log ends before it.
    /// </summary>
    public static async Task<List<SubscriberState>?> States(
        NpgsqlConnection connection, long from, CancellationToken cancel)
    {
        var states = await Rows(connection, StatesSql(from), row => (Seconds: row.Nullable<double>(3),
            State: new SubscriberState(row.GetString(0), row.GetInt64(1), row.GetInt64(2),
                row.Nullable<double>(3) ?? 0, row.GetBoolean(4), row.GetInt32(5), row.NullableText(6))), cancel);
        return from > 0 && states.Exists(one => one.State.LagEvents != 0 && one.Seconds is null)
            ? null
            : states.ConvertAll(one => one.State);
    }
}
