using Npgsql;

namespace Tiffin.Engine.Storage;

/// <summary>
/// Unknown outcome: a COMMIT was not answered in time, or is not replicated. It may still become durable.
/// </summary>
sealed class OutcomeUnknownException(string message, Exception? cause = null) : NpgsqlException(message, cause);

/// <summary>
/// An administrative transaction. Success means that its COMMIT was answered and, with synchronous replication, that a
/// standby has it. The COMMIT is never cancelled: Npgsql would report success for a cancelled wait.
/// </summary>
sealed class DurableTransaction : IAsyncDisposable
{
    // PostgreSQL does not wait for a standby unless the transaction has written. A request whose effect is already in
    // place must not succeed before that effect is replicated, so it writes its own record to the write-ahead log.
    const string ConfirmSql = """
        SELECT CASE WHEN pg_current_xact_id_if_assigned() IS NULL THEN pg_logical_emit_message(true, 'tiffin', '') END;
        """;

    readonly TimeSpan commitTimeout;
    bool isCommitting;
    bool isUnreplicated;

    DurableTransaction(NpgsqlConnection connection, TimeSpan commitTimeout)
    {
        (Connection, this.commitTimeout) = (connection, commitTimeout);
        connection.Notice += (_, notice) => isUnreplicated |= Replication.IsUnreplicatedCommit(notice.Notice);
    }

    /// <summary>Runs the transaction's statements; do not use it after <see cref="Commit"/>.</summary>
    public NpgsqlConnection Connection { get; }

    internal static async Task<DurableTransaction> Begin(
        NpgsqlConnection connection, TimeSpan commitTimeout, CancellationToken cancel)
    {
        var transaction = new DurableTransaction(connection, commitTimeout);
        try
        {
            await Sql.Run(connection, "BEGIN", cancel);
            return transaction;
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Returns when the transaction is durable. Cancelling the wait leaves the COMMIT running.
    /// </summary>
    /// <param name="confirmsUnchanged">
    /// Whether a transaction that changed nothing also waits for the standby. Pass false for polling.
    /// </param>
    /// <exception cref="OutcomeUnknownException">It may have been committed, or be committed later.</exception>
    public async Task Commit(CancellationToken cancel, bool confirmsUnchanged = true)
    {
        isCommitting = true;
        var commit = End(confirmsUnchanged ? ConfirmSql + "COMMIT" : "COMMIT");
        // Observes the exception: after a timeout nothing else awaits the task.
        _ = commit.ContinueWith(
            ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
        try
        {
            await commit.WaitAsync(commitTimeout, cancel);
        }
        catch (TimeoutException late)
        {
            throw new OutcomeUnknownException(
                $"The COMMIT was not acknowledged within {commitTimeout.TotalSeconds:0.#} s; it continues.", late);
        }
    }

    /// <summary>Rolls back unless <see cref="Commit"/> was called.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!isCommitting) await Connection.DisposeAsync();
    }

    async Task End(string sql)
    {
        await using var session = Connection;
        try
        {
            await Sql.Run(session, sql, timeoutSeconds: 0, CancellationToken.None);
        }
        catch (PostgresException) when (session.FullState == System.Data.ConnectionState.Open)
        {
            // PostgreSQL reported an error and rolled back: the outcome is known.
            throw;
        }
        catch (Exception lost) when (lost is NpgsqlException or IOException or TimeoutException)
        {
            throw new OutcomeUnknownException("The session was lost before its COMMIT was acknowledged.", lost);
        }
        if (isUnreplicated)
            throw new OutcomeUnknownException("The wait for a standby was interrupted: the COMMIT is not replicated.");
    }
}
