using System.Data;
using System.Net.Sockets;
using Npgsql;
using Tiffin.Diagnostics;
using Tiffin.Storage;

namespace Tiffin.Commit;

/// <summary>What is known of the way to the database; readiness depends on it.</summary>
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

/// <summary>The two ends of the writer's session: PostgreSQL's backend and this process's socket.</summary>
sealed record WriterLink(BackendId Backend, Socket Socket);

/// <summary>The one session that writes: opened when it is needed, dropped when it cannot be trusted.</summary>
sealed class WriterSession(Database database, TimeProvider clock, ILogger log) : IAsyncDisposable
{
    const long Idle = long.MinValue;

    NpgsqlConnection? connection;
    volatile WriterLink? link;
    volatile WriterState state;
    volatile bool isOver;
    long askedAt = Idle;

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
        link = new WriterLink(
            await BackendActivity.Own(connection, CancellationToken.None), ConnectionSocket.Of(connection));
        if (isOver) Abort();
        return connection;
    }

    public void Succeeded() => state = WriterState.Healthy;

    /// <summary>Statements are under way from now on, until they are <see cref="Answered"/>.</summary>
    public void Asks() => Volatile.Write(ref askedAt, clock.GetTimestamp());

    public void Answered() => Volatile.Write(ref askedAt, Idle);

    /// <summary>The session, if it has waited for an answer for longer than <paramref name="budget"/>.</summary>
    public WriterLink? Overdue(TimeSpan budget) =>
        Volatile.Read(ref askedAt) is not Idle and var since && clock.GetElapsedTime(since) >= budget ? link : null;

    /// <summary>Ends the session for good, also in the middle of a wait. Any thread may call this.</summary>
    public void Abort()
    {
        isOver = true;
        link?.Socket.Abort();
    }

    /// <summary>
    /// Ends a transaction that changed nothing by a commit that waits for the standby as any other does, so that what
    /// it has read is on the standby too. Its lock on the log has given it a transaction id, without which PostgreSQL
    /// would not wait. Without synchronous replication it waits for nothing.
    /// </summary>
    public async Task CommitNothing()
    {
        await using var command = new NpgsqlCommand("""
            SELECT set_config('synchronous_commit', 'off', true)
            WHERE current_setting('synchronous_standby_names') = '';
            COMMIT
            """, connection) { CommandTimeout = 0 };
        Asks();
        await command.ExecuteNonQueryAsync(CancellationToken.None);
        Answered();
    }

    /// <summary>Ends the transaction and with it the lock. A session that cannot even do that is dropped.</summary>
    public async Task Rollback()
    {
        if (connection is null) return;
        try
        {
            await using var command = new NpgsqlCommand("ROLLBACK", connection) { CommandTimeout = 5 };
            Asks();
            await command.ExecuteNonQueryAsync(CancellationToken.None);
            Answered();
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
        Answered();
        var broken = connection;
        (connection, link) = (null, null);
        Cache = new WriterCache();
        IsUnreplicated = false;
        if (broken is not null) await broken.DisposeAsync();
    }

    void Hear(PostgresNotice notice)
    {
        if (!Replication.IsMissing(notice)) return;
        IsUnreplicated = true;
        state = WriterState.Unreplicated;
        CommitLog.NotReplicated(log, notice.MessageText);
    }
}
