using System.Diagnostics;
using Npgsql;
using Tiffin.Diagnostics;
using Tiffin.Domain.Catalogue;
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

/// <summary>
/// Brings a batch to its end, whatever happens to the session on the way. Used by one loop, never in parallel.
/// </summary>
sealed class BatchRunner(
    Database database, CommitOptions options, TimeProvider clock, CommitMetrics metrics, ILogger log) : IAsyncDisposable
{
    NpgsqlConnection? session;
    bool notReplicated;
    volatile WriterState state;
    volatile CatalogueSnapshot catalogue = CatalogueSnapshot.Empty;

    public WriterState State => state;
    public CatalogueSnapshot Catalogue => catalogue;

    public event Action<long>? Committed;

    /// <summary>Returns when every command of the batch has its answer.</summary>
    public async Task Run(IReadOnlyList<Pending> commands, CancellationToken graceIsOver)
    {
        CommitBatch? sent = null;
        Exception? defect = null;
        for (int retries = 0, failures = 0; ;)
        {
            if (sent is null) commands = [.. commands.Where(pending => !pending.IsExpired)];
            if (commands.Count == 0) return;
            var batch = default(CommitBatch);
            try
            {
                session ??= await Open();
                if (sent is not null)
                {
                    if (await WasCommitted(sent)) return;
                    sent = null;
                    if (defect is null) continue;
                    await Halved(defect, "defect", commands, graceIsOver);
                    return;
                }
                batch = new CommitBatch(commands, clock.GetUtcNow(), catalogue);
                await Commit(batch);
                return;
            }
            catch (PostgresException refusal) when (session is { FullState: System.Data.ConnectionState.Open })
            {
                sent = null;
                await Rollback();
                if (await Remedied(refusal, commands, retries++, graceIsOver)) return;
            }
            catch (Exception broken) when (broken is NpgsqlException or IOException or TimeoutException
                or ObjectDisposedException or InvalidOperationException { Source: "Npgsql" })
            {
                if (batch is { IsSent: true }) sent = batch;
                await Drop(broken);
                if (notReplicated)
                {
                    Tell(commands, Unavailability.Unknown);
                    return;
                }
                if (!await Wait(BatchPolicy.ReconnectDelay(failures++, Random.Shared.NextDouble()), graceIsOver))
                {
                    Tell(commands, sent is null ? Unavailability.ShuttingDown : Unavailability.Unknown);
                    return;
                }
            }
            catch (Exception thrown)
            {
                // A defect of ours, not the database's: found like a bad row, by halves, once it is known what is in.
                if (batch is { IsSent: true })
                {
                    (sent, defect) = (batch, thrown);
                    await Drop(thrown);
                    continue;
                }
                await Rollback();
                await Halved(thrown, "defect", commands, graceIsOver);
                return;
            }
        }
    }

    async Task Commit(CommitBatch batch)
    {
        var started = Stopwatch.GetTimestamp();
        await batch.Load(session!, options.Prefetch);
        var loaded = Stopwatch.GetTimestamp();
        batch.Decide();
        var decided = Stopwatch.GetTimestamp();
        if (batch.ChangesAnything) await batch.Write(session!);
        else if (state == WriterState.Unreplicated) await CommitNothing();
        else await Rollback();
        if (notReplicated) throw new NpgsqlException("the commit was not replicated");
        catalogue = batch.Catalogue;
        state = WriterState.Healthy;
        batch.Answer();
        metrics.Batch(batch.Count, started, loaded, decided, Stopwatch.GetTimestamp());
        if (batch.ChangesAnything) Committed?.Invoke(batch.LastPosition);
    }

    /// <summary>
    /// Answers a batch whose COMMIT went unanswered, if it is in; else it never will be, and runs again.
    /// </summary>
    async Task<bool> WasCommitted(CommitBatch sent)
    {
        var isIn = await sent.IsIn(session!, options.Prefetch);
        await Rollback();
        CommitLog.Resolved(log, isIn);
        if (!isIn) return false;
        catalogue = sent.Catalogue;
        state = WriterState.Healthy;
        sent.Answer();
        Committed?.Invoke(sent.LastPosition);
        return true;
    }

    /// <summary>False when the batch shall run again as it is.</summary>
    async Task<bool> Remedied(
        PostgresException refusal, IReadOnlyList<Pending> commands, int retries, CancellationToken graceIsOver)
    {
        switch (BatchPolicy.For(refusal.SqlState, retries))
        {
            case Remedy.Retry:
                return !await Wait(BatchPolicy.RetryDelay(retries, Random.Shared.NextDouble()), graceIsOver)
                    && Tell(commands, Unavailability.ShuttingDown);
            case Remedy.Reconnect:
                await Drop(refusal);
                return !await Wait(BatchPolicy.ReconnectDelay(retries, Random.Shared.NextDouble()), graceIsOver)
                    && Tell(commands, Unavailability.ShuttingDown);
            case Remedy.GiveUp:
                CommitLog.GaveUp(log, refusal.SqlState, refusal.MessageText, commands.Count);
                return Tell(commands, Unavailability.DatabaseAway);
            default:
                return await Halved(refusal, refusal.SqlState, commands, graceIsOver);
        }
    }

    async Task<bool> Halved(
        Exception reason, string code, IReadOnlyList<Pending> commands, CancellationToken graceIsOver)
    {
        if (commands.Count == 1)
        {
            CommitLog.Culprit(log, reason, commands[0].Command.GetType().Name, code);
            return Tell(commands, Unavailability.Failed);
        }
        CommitLog.Splitting(log, code, commands.Count);
        await Run([.. commands.Take(commands.Count / 2)], graceIsOver);
        await Run([.. commands.Skip(commands.Count / 2)], graceIsOver);
        return true;
    }

    bool Tell(IEnumerable<Pending> commands, Unavailability why)
    {
        foreach (var pending in commands) pending.Complete(new Outcome.Unavailable(why));
        metrics.Turned(why);
        return true;
    }

    async Task<NpgsqlConnection> Open()
    {
        var opened = await database.OpenWriter(CancellationToken.None);
        notReplicated = false;
        // https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION: a wait that is cancelled
        // ends with a warning and a successful COMMIT, which a fail-over may lose.
        opened.Notice += (_, notice) =>
        {
            if (notice.Notice.SqlState is not ("01000" or "57P01")) return;
            notReplicated = true;
            state = WriterState.Unreplicated;
            CommitLog.NotReplicated(log, notice.Notice.MessageText);
        };
        return opened;
    }

    async Task Drop(Exception reason)
    {
        if (state != WriterState.Unreplicated) state = WriterState.Away;
        CommitLog.SessionLost(log, reason.Message);
        var broken = session;
        session = null;
        if (broken is not null) await broken.DisposeAsync();
    }

    /// <summary>
    /// A commit that waits for the standby as any other does, and so tells whether it is back: without a row, but
    /// with a record in the write-ahead log, or PostgreSQL would not wait for anything.
    /// </summary>
    async Task CommitNothing()
    {
        await using var command = new NpgsqlCommand(
            "SELECT pg_logical_emit_message(true, 'tiffin', ''); COMMIT", session) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>Ends the transaction and with it the lock. A session that cannot even do that is dropped.</summary>
    async Task Rollback()
    {
        if (session is null) return;
        try
        {
            await using var command = new NpgsqlCommand("ROLLBACK", session) { CommandTimeout = 5 };
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception failed) when (failed is NpgsqlException or InvalidOperationException)
        {
            await Drop(failed);
        }
    }

    async Task<bool> Wait(TimeSpan delay, CancellationToken graceIsOver)
    {
        try
        {
            await Task.Delay(delay, clock, graceIsOver);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (session is not null) await session.DisposeAsync();
    }
}
