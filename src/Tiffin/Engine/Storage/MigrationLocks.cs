using System.Data;
using System.Diagnostics;
using Npgsql;
using Tiffin.Engine.Hosting;

namespace Tiffin.Engine.Storage;

/// <summary>
/// Acquires the locks for DDL without downtime. While DDL waits for a table's lock, every later statement on the table
/// queues behind it, including those of orders. So it waits for at most half a second, lets the queue drain, and
/// retries.
/// </summary>
sealed class MigrationLocks(string connectionString, TimeSpan blockedMax, Action<string>? report) : IAsyncDisposable
{
    /// <summary>Run this on the migrating session.</summary>
    public const string SetUp = "SET lock_timeout = '500ms'";

    // No row unless the session waits for a lock. A prepared transaction holds locks without a session.
    const string HolderSql = """
        SELECT coalesce(
            (SELECT format('session %s (%s, %s, last statement at %s)', pid,
                coalesce(nullif(application_name, ''), 'unnamed'), coalesce(state, 'unknown'),
                to_char(query_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"'))
             FROM pg_stat_activity WHERE pid = ANY (pids) ORDER BY xact_start LIMIT 1),
            'another session')
        FROM pg_blocking_pids($1) pids WHERE cardinality(pids) > 0
        """;

    static readonly TimeSpan pollInterval = TimeSpan.FromMilliseconds(100);
    static readonly Backoff backoff = new(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(5));

    // Finds the blocking session. Stays open: on a busy server, opening it may take longer than an attempt waits.
    readonly NpgsqlConnection observer = new(connectionString);

    public ValueTask DisposeAsync() => observer.DisposeAsync();

    /// <summary>Repeats <paramref name="attempt"/>, which must be atomic, until it gets its locks.</summary>
    public async Task Run(NpgsqlConnection connection, string what, Func<Task> attempt, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        var failures = 0;
        string? holder = null;
        while (true)
        {
            var attempting = attempt();
            holder = await FindHolder(connection.ProcessID, attempting, cancel) ?? holder;
            try
            {
                await attempting;
                return;
            }
            catch (PostgresException blocked) when (blocked.SqlState
                is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                var waited = Stopwatch.GetElapsedTime(started);
                // Not before the holder has been found, which takes several attempts on a busy server: the operator
                // needs to know whose session to end.
                if (holder is not null && waited > blockedMax)
                    throw new MigrationBlockedException(what, holder, waited, blocked);
                var rest = backoff.After(++failures);
                report?.Invoke($"{what} needs a lock that {holder ?? "another session"} holds; next try in"
                    + $" {rest.TotalSeconds:0.#} s.");
                await Task.Delay(rest, cancel);
            }
        }
    }

    // The session that blocks the attempt; null when none was seen. Returns when the attempt ends.
    async Task<string?> FindHolder(int process, Task attempting, CancellationToken cancel)
    {
        string? holder = null;
        await Task.WhenAny(attempting, Task.Delay(pollInterval, cancel));
        if (attempting.IsCompleted) return null;
        if (observer.State != ConnectionState.Open) await observer.OpenAsync(cancel);
        while (!attempting.IsCompleted)
        {
            await using var command = new NpgsqlCommand(HolderSql, observer);
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = process });
            holder = await command.ExecuteScalarAsync(cancel) as string ?? holder;
            await Task.WhenAny(attempting, Task.Delay(pollInterval, cancel));
        }
        return holder;
    }
}

sealed class MigrationBlockedException(string what, string holder, TimeSpan waited, Exception inner) : Exception(
    $"{what} has waited {waited.TotalSeconds:0} s for a lock that {holder} holds. No part of it was applied. Wait for"
    + " that session or end it (pg_terminate_backend), then run 'tiffin migrate' again.", inner);
