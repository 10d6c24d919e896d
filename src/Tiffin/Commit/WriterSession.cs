using System.Data;
using Npgsql;
using Tiffin.Diagnostics;
using Tiffin.Storage;

namespace Tiffin.Commit;

/// <summary>What is known of the way to the database; readiness stands on it.</summary>
public enum WriterState
{
    /// <summary>No batch has gone through yet.</summary>
    Fresh,
    Healthy,

    /// <summary>The session broke and no other has been had since.</summary>
    Away,

    /// <summary>A commit may not have reached the standby; nothing has been committed since.</summary>
    Unreplicated,
}

/// <summary>The one session that writes: opened when it is needed, dropped when it cannot be trusted.</summary>
sealed class WriterSession(Database database, ILogger log) : IAsyncDisposable
{
    NpgsqlConnection? connection;
    volatile WriterState state;

    public WriterState State => state;

    /// <summary>What this session has seen and written.</summary>
    public WriterCache Cache { get; private set; } = new();

    public bool IsOpen => connection is { FullState: ConnectionState.Open };

    /// <summary>This session's COMMIT succeeded, but may be lost to a fail-over.</summary>
    public bool IsUnreplicated { get; private set; }

    public async Task<NpgsqlConnection> Open()
    {
        if (connection is not null) return connection;
        connection = await database.OpenWriter(CancellationToken.None);
        connection.Notice += (_, notice) => Hear(notice.Notice);
        return connection;
    }

    public void Succeeded() => state = WriterState.Healthy;

    /// <summary>
    /// A commit that waits for the standby as any other does, and so tells whether it is back: without a row, but
    /// with a record in the write-ahead log, or PostgreSQL would not wait for anything.
    /// </summary>
    public async Task CommitNothing()
    {
        await using var command = new NpgsqlCommand(
            "SELECT pg_logical_emit_message(true, 'tiffin', ''); COMMIT", connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>Ends the transaction and with it the lock. A session that cannot even do that is dropped.</summary>
    public async Task Rollback()
    {
        if (connection is null) return;
        try
        {
            await using var command = new NpgsqlCommand("ROLLBACK", connection) { CommandTimeout = 5 };
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception failed) when (failed is NpgsqlException or InvalidOperationException)
        {
            await Drop(failed);
        }
    }

    public async Task Drop(Exception reason)
    {
        if (state != WriterState.Unreplicated) state = WriterState.Away;
        CommitLog.SessionLost(log, reason.Message);
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        var broken = connection;
        connection = null;
        Cache = new WriterCache();
        IsUnreplicated = false;
        if (broken is not null) await broken.DisposeAsync();
    }

    // https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION: a wait that is cancelled
    // ends with a warning and a successful COMMIT, which a fail-over may lose.
    void Hear(PostgresNotice notice)
    {
        if (notice.SqlState is not ("01000" or "57P01")) return;
        IsUnreplicated = true;
        state = WriterState.Unreplicated;
        CommitLog.NotReplicated(log, notice.MessageText);
    }
}
