using System.Diagnostics;
using Npgsql;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Faults;

/// <summary>The synchronous standby that commits wait for. A standby that does not exist never confirms.</summary>
static class Standby
{
    /// <summary>Returns when new commits wait for the standby; an empty name means that they wait for none.</summary>
    public static async Task Require(string database, string name)
    {
        await Session.Run(database, $"ALTER SYSTEM SET synchronous_standby_names = '{name}'");
        await Session.Run(database, "SELECT pg_reload_conf()");
        await Eventually.Holds(async () =>
            await Session.Ask<string>(database, "SHOW synchronous_standby_names") == name, "the new setting");
    }

    /// <summary>The process of a batch whose COMMIT waits for the standby; readers' commits wait as well.</summary>
    public static async Task<int> Waiter(string database)
    {
        var process = 0;
        await Eventually.Holds(async () =>
        {
            process = await Session.Ask<int>(database, """
                SELECT coalesce(min(pid), 0) FROM pg_stat_activity JOIN pg_locks USING (pid)
                WHERE datname = current_database() AND wait_event = 'SyncRep' AND relation = 'log'::regclass
                """);
            return process > 0;
        }, "a commit waiting for its standby");
        return process;
    }

    /// <summary>
    /// Kills the waiting process, after which PostgreSQL ends all others without notice and recovers. An immediate stop
    /// would notify clients first. Returns when PostgreSQL accepts connections again.
    /// </summary>
    public static async Task CrashWaiter(string database)
    {
        using (var backend = Process.GetProcessById(await Waiter(database)))
        {
            backend.Kill();
            await backend.WaitForExitAsync();
        }
        var last = "";
        await Eventually.Holds(async () =>
        {
            try
            {
                return await Session.Ask<int>(database, "SELECT 1") == 1;
            }
            catch (NpgsqlException recovering)
            {
                last = recovering.Message;
                return false;
            }
        }, () => $"PostgreSQL does not take connections after a crash: {last}");
    }

    /// <summary>Cancels the wait, as an unaware operator might.</summary>
    public static async Task CancelWait(string database) =>
        await Session.Run(database, $"SELECT pg_cancel_backend({await Waiter(database)})");
}
