using Npgsql;

namespace Tiffin.Storage;

/// <summary>
/// It is not known whether a COMMIT is durable: it was not answered in time, or not replicated. It may still happen.
/// </summary>
public sealed class OutcomeUnknownException(string message, Exception? cause = null) : NpgsqlException(message, cause);

/// <summary>
/// An administrative transaction. Success means that its COMMIT was answered and, with synchronous replication, that a
/// standby has it. The COMMIT has no time-out and no token: Npgsql would report success for a wait that it cancelled.
/// </summary>
public sealed class DurableTransaction : IAsyncDisposable
{
    // Without a write PostgreSQL waits for no standby. A request that finds its effect done already must not answer
    // before that effect is replicated, so it commits a record of its own in the write-ahead log.
    const string ConfirmSql = """
        SELECT CASE WHEN pg_current_xact_id_if_assigned() IS NULL THEN pg_logical_emit_message(true, 'tiffin', '') END;
        """;

    readonly TimeSpan patience;
    bool isCommitting;
    bool isUnreplicated;

    DurableTransaction(NpgsqlConnection connection, TimeSpan patience)
    {
        (Connection, this.patience) = (connection, patience);
        connection.Notice += (_, notice) => isUnreplicated |= Replication.IsMissing(notice.Notice);
    }

    /// <summary>For the statements of the transaction, until <see cref="Commit"/>.</summary>
    public NpgsqlConnection Connection { get; }

    internal static async Task<DurableTransaction> Begin(
        NpgsqlConnection connection, TimeSpan patience, CancellationToken cancel)
    {
        var transaction = new DurableTransaction(connection, patience);
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
    /// Returns when the transaction is durable. A caller that stops waiting leaves the COMMIT running on its session.
    /// </summary>
    /// <param name="confirmsUnchanged">
    /// Whether a transaction that changed nothing waits for the standby too; not for one that is polled.
    /// </param>
    /// <exception cref="OutcomeUnknownException">It may be in, or get in later.</exception>
    public async Task Commit(CancellationToken cancel, bool confirmsUnchanged = true)
    {
        isCommitting = true;
        var commit = End(confirmsUnchanged ? ConfirmSql + "COMMIT" : "COMMIT");
        // Observed, because nothing may be waiting for it any more.
        _ = commit.ContinueWith(
            ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
        try
        {
            await commit.WaitAsync(patience, cancel);
        }
        catch (TimeoutException late)
        {
            throw new OutcomeUnknownException(
                $"The COMMIT was not answered within {patience.TotalSeconds:0.#} s; it goes on.", late);
        }
    }

    /// <summary>Rolls back what was not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!isCommitting) await Connection.DisposeAsync();
    }

    async Task End(string sql)
    {
        await using var session = Connection;
        try
        {
            await using var command = new NpgsqlCommand(sql, session) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (PostgresException) when (session.FullState == System.Data.ConnectionState.Open)
        {
            // PostgreSQL refused and rolled back: this outcome is known.
            throw;
        }
        catch (Exception lost) when (lost is NpgsqlException or IOException or TimeoutException)
        {
            throw new OutcomeUnknownException("The session was lost before its COMMIT was answered.", lost);
        }
        if (isUnreplicated)
            throw new OutcomeUnknownException("The wait for a standby was ended: the COMMIT is not replicated.");
    }
}
