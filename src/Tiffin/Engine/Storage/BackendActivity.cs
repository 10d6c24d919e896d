using Npgsql;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

/// <summary>State of a backend as seen from another session.</summary>
enum BackendState
{
    /// <summary>Executing, or waiting for anything but its client: a lock, the disk, a standby.</summary>
    Busy,

    /// <summary>Ended, either before the check or by it.</summary>
    Gone,
}

/// <summary>Identifies a PostgreSQL backend. Process ids are reused, so the start time is part of the key.</summary>
readonly record struct BackendId(int Process, DateTime Started);

static class BackendActivity
{
    public static async Task<BackendId> IdOf(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = Command(
            connection, "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()");
        command.CommandTimeout = TimeoutSeconds;
        return (await Rows(command, row => new BackendId(row.GetInt32(0), row.GetDateTime(1)), cancel)).Single();
    }

    /// <summary>
    /// Terminates a backend that has waited for its client for longer than <paramref name="silence"/>: a COMMIT that
    /// has not reached it can then no longer take effect. Does not touch a backend that executes, commits or waits for
    /// a standby.
    /// </summary>
    public static async Task<BackendState> TerminateIfSilent(
        NpgsqlConnection connection, BackendId backend, TimeSpan silence, CancellationToken cancel)
    {
        await using var command = Command(connection, """
            SELECT CASE WHEN wait_event = 'ClientRead' AND clock_timestamp() - state_change >= $3
                THEN pg_terminate_backend(pid, 1000) END
            FROM pg_stat_activity WHERE pid = $1 AND backend_start = $2
            """, P(backend.Process), P(backend.Started), P(silence));
        command.CommandTimeout = TimeoutSeconds;
        var found = await Rows(command, row => row.Nullable<bool>(0), cancel);
        return found is [] or [true] ? BackendState.Gone : BackendState.Busy;
    }

    const int TimeoutSeconds = 3;
}
