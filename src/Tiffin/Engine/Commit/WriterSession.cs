using System.Data;
using System.Net.Sockets;
using Npgsql;
using Tiffin.Engine.Storage;

namespace Tiffin.Engine.Commit;

/// <summary>State of the writer's database session; readiness depends on it.</summary>
enum WriterState
{
    /// <summary>No batch has succeeded yet.</summary>
    Fresh,
    Healthy,

    /// <summary>The session was lost or got no lock, and no batch has succeeded since.</summary>
    Away,

    /// <summary>A commit may not be on the standby, and no batch has succeeded since.</summary>
    Unreplicated,
}

/// <summary>The writer's session on both sides: the PostgreSQL backend and the local socket.</summary>
sealed record WriterLink(BackendId Backend, Socket Socket);

/// <summary>The writer's only session: opened on demand, dropped after any error that makes it unreliable.</summary>
sealed class WriterSession(Database database, TimeProvider clock, ILogger log) : IAsyncDisposable
{
    const long Idle = long.MinValue;

    NpgsqlConnection? connection;
    volatile WriterLink? link;
    volatile WriterState state;
    volatile bool isAborted;
    long roundTripStartedAt = Idle;

    public WriterState State => state;

    public WriterCache Cache { get; private set; } = new();

    public bool IsOpen => connection is { FullState: ConnectionState.Open };

    /// <summary>A COMMIT of this session succeeded locally, but a failover may lose it.</summary>
    public bool IsUnreplicated { get; private set; }

    public async Task<NpgsqlConnection> Open()
    {
        if (connection is not null) return connection;
        connection = await database.OpenWriter(CancellationToken.None);
        connection.Notice += (_, notice) => OnNotice(notice.Notice);
        link = new WriterLink(
            await BackendActivity.IdOf(connection, CancellationToken.None), ConnectionSocket.Of(connection));
        if (isAborted) Abort();
        return connection;
    }

    public void MarkHealthy() => state = WriterState.Healthy;

    /// <summary>Until a batch succeeds, this node can commit nothing.</summary>
    public void MarkAway()
    {
        if (state != WriterState.Unreplicated) state = WriterState.Away;
    }

    /// <summary>Starts a round trip, which ends when the result is disposed of. The watchdog bounds it.</summary>
    public RoundTrip BeginRoundTrip()
    {
        Volatile.Write(ref roundTripStartedAt, clock.GetTimestamp());
        return new RoundTrip(this);
    }

    /// <summary>The session if its current round trip exceeds <paramref name="budget"/>, else null.</summary>
    public WriterLink? OverdueLink(TimeSpan budget) =>
        Volatile.Read(ref roundTripStartedAt) is not Idle and var start && clock.GetElapsedTime(start) >= budget
            ? link
            : null;

    /// <summary>Closes the session permanently, even during a round trip. Thread-safe.</summary>
    public void Abort()
    {
        isAborted = true;
        link?.Socket.Abort();
    }

    /// <summary>
    /// Commits a transaction that changed nothing and waits for the standby like any other commit, so that the rows it
    /// read are on the standby too. PostgreSQL waits only for transactions with an id; the lock on the log has assigned
    /// one. Without synchronous replication it does not wait.
    /// </summary>
    public async Task CommitUnchanged()
    {
        using (BeginRoundTrip())
            await Sql.Run(connection!, """
                SELECT set_config('synchronous_commit', 'off', true)
                WHERE current_setting('synchronous_standby_names') = '';
                COMMIT
                """, timeoutSeconds: 0, CancellationToken.None);
    }

    /// <summary>Rolls back, which releases the log's lock. Drops the session if that fails.</summary>
    public async Task Rollback()
    {
        if (connection is null) return;
        try
        {
            using (BeginRoundTrip())
                await Sql.Run(connection, "ROLLBACK", timeoutSeconds: 5, CancellationToken.None);
        }
        catch (Exception failed) when (failed is NpgsqlException or InvalidOperationException)
        {
            await Drop(failed);
        }
    }

    public async Task Drop(Exception reason)
    {
        MarkAway();
        CommitMessages.SessionLost(log, reason.Message);
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        var broken = connection;
        (connection, link) = (null, null);
        Cache = new WriterCache();
        IsUnreplicated = false;
        if (broken is not null) await broken.DisposeAsync();
    }

    void OnNotice(PostgresNotice notice)
    {
        if (!Replication.IsUnreplicatedCommit(notice)) return;
        IsUnreplicated = true;
        state = WriterState.Unreplicated;
        CommitMessages.NotReplicated(log, notice.MessageText);
    }

    public readonly struct RoundTrip(WriterSession session) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref session.roundTripStartedAt, Idle);
    }
}
