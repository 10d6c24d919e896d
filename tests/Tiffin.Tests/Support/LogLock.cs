using Npgsql;

namespace Tiffin.Tests.Support;

/// <summary>
/// Holds a lock that every batch needs: the next batch waits in its prefetch, and later commands queue behind it.
/// </summary>
public sealed class LogLock : IAsyncDisposable
{
    readonly NpgsqlConnection session;

    LogLock(NpgsqlConnection session) => this.session = session;

    public static Task<LogLock> Take(string connectionString) => Take(connectionString, "SELECT FROM log FOR UPDATE");

    /// <summary>Lets a batch take the write lock, and blocks it at its next read.</summary>
    public static Task<LogLock> TakeStock(string connectionString) =>
        Take(connectionString, "LOCK TABLE stock IN ACCESS EXCLUSIVE MODE");

    /// <summary>Lets a subscriber read, and blocks it before it has any effect.</summary>
    public static Task<LogLock> TakeCheckpoint(string connectionString, string subscriber) =>
        Take(connectionString, $"SELECT FROM subscribers WHERE name = '{subscriber}' FOR UPDATE");

    /// <summary>Blocks leases and changes of webhook endpoints.</summary>
    public static Task<LogLock> TakeWebhooks(string connectionString) =>
        Take(connectionString, "SELECT FROM webhook_endpoints FOR UPDATE");

    static async Task<LogLock> Take(string connectionString, string sql)
    {
        var session = await Session.Open(connectionString);
        await using var command = new NpgsqlCommand($"BEGIN; {sql}", session);
        await command.ExecuteNonQueryAsync();
        return new LogLock(session);
    }

    /// <summary>Waits until a server's batch is blocked; returns its PostgreSQL process and its start time.</summary>
    public static async Task<(int Process, DateTime Began)> Waiter(string connectionString, DateTime after = default)
    {
        await using var watch = await Session.Open(connectionString);
        (int, DateTime)? found = null;
        await Eventually.Holds(async () =>
        {
            await using var command = new NpgsqlCommand("""
                SELECT pid, xact_start FROM pg_stat_activity WHERE datname = current_database()
                    AND application_name = 'tiffin write' AND wait_event_type = 'Lock' AND xact_start > $1
                """, watch);
            command.Parameters.Add(new NpgsqlParameter<DateTime>
            {
                TypedValue = DateTime.SpecifyKind(after, DateTimeKind.Utc),
            });
            await using var row = await command.ExecuteReaderAsync();
            if (await row.ReadAsync()) found = (row.GetInt32(0), row.GetDateTime(1));
            return found is not null;
        }, "a batch waiting for the lock");
        return found!.Value;
    }

    public ValueTask Release() => session.DisposeAsync();

    public ValueTask DisposeAsync() => session.DisposeAsync();
}
