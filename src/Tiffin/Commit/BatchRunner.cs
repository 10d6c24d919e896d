using System.Diagnostics;
using Npgsql;
using Tiffin.Diagnostics;
using Tiffin.Domain.Catalogue;
using Tiffin.Storage;

namespace Tiffin.Commit;

/// <summary>
/// Brings a batch to its end, whatever happens to the session on the way. Used by one loop, never in parallel.
/// </summary>
sealed class BatchRunner(
    Database database, CommitOptions options, TimeProvider clock, CommitMetrics metrics, ILogger log) : IAsyncDisposable
{
    readonly WriterSession session = new(database, log);
    volatile CatalogueSnapshot catalogue = CatalogueSnapshot.Empty;

    public WriterState State => session.State;
    public CatalogueSnapshot Catalogue => catalogue;

    public event Action<Guid, IReadOnlyList<StoredEvent>>? Committed;

    /// <summary>Returns when every command of the batch has its answer.</summary>
    public async Task Run(IReadOnlyList<Pending> commands, CancellationToken graceIsOver)
    {
        var tries = new BatchTries(commands, graceIsOver);
        while (!await Try(tries)) { }
    }

    public ValueTask DisposeAsync() => session.DisposeAsync();

    /// <summary>False when another is due. A try whose COMMIT went unanswered is settled before that.</summary>
    async Task<bool> Try(BatchTries tries)
    {
        tries.DropExpired();
        if (tries.Commands.Count == 0) return true;
        var settles = tries.IsUnsettled;
        try
        {
            var connection = await session.Open();
            return settles ? await Settle(tries, connection) : await Commit(tries, connection);
        }
        catch (PostgresException refusal) when (!settles && session.IsOpen)
        {
            return await Refused(tries, refusal);
        }
        catch (Exception broken) when (broken is NpgsqlException or IOException or TimeoutException
            or ObjectDisposedException or InvalidOperationException { Source: "Npgsql" })
        {
            return await Broken(tries, broken);
        }
        catch (Exception defect)
        {
            return await Failed(tries, defect, settles);
        }
    }

    async Task<bool> Commit(BatchTries tries, NpgsqlConnection connection)
    {
        using var span = CommitTrace.Start(tries.Commands.Select(pending => pending.Origin));
        var batch = tries.Last = new CommitBatch(tries.Commands, clock.GetUtcNow(), catalogue, session.Cache);
        var started = Stopwatch.GetTimestamp();
        await batch.Load(connection, options.Prefetch);
        var loaded = Stopwatch.GetTimestamp();
        batch.Decide();
        var decided = Stopwatch.GetTimestamp();
        if (batch.ChangesAnything) batch.Write(connection);
        else if (session.State == WriterState.Unreplicated) await session.CommitNothing();
        else await session.Rollback();
        if (session.IsUnreplicated) throw new NpgsqlException("the commit was not replicated");
        batch.Remember();
        Answer(batch);
        metrics.Batch(batch.Count, started, loaded, decided, Stopwatch.GetTimestamp());
        if (batch.ChangesAnything) Committed?.Invoke(batch.Predecessor, batch.Events);
        return true;
    }

    /// <summary>Answers a batch whose COMMIT went unanswered, if it is in; else it never will be.</summary>
    async Task<bool> Settle(BatchTries tries, NpgsqlConnection connection)
    {
        var sent = tries.Last!;
        var isIn = await sent.IsIn(connection, options.Prefetch);
        await session.Rollback();
        CommitLog.Resolved(log, isIn);
        if (!isIn)
        {
            tries.Last = null;
            return tries.Defect is { } defect && await Halved(tries, defect, "defect");
        }
        Answer(sent);
        Committed?.Invoke(sent.Predecessor, sent.Events);
        return true;
    }

    void Answer(CommitBatch batch)
    {
        catalogue = batch.Catalogue;
        session.Succeeded();
        batch.Answer();
    }

    /// <summary>PostgreSQL has refused, and rolled back what was sent.</summary>
    async Task<bool> Refused(BatchTries tries, PostgresException refusal)
    {
        tries.Last = null;
        await session.Rollback();
        var (retries, jitter) = (tries.Refusals++, Random.Shared.NextDouble());
        switch (BatchPolicy.For(refusal.SqlState, retries))
        {
            case Remedy.Retry:
                return !await Pause(tries, BatchPolicy.RetryDelay(retries, jitter));
            case Remedy.Reconnect:
                await session.Drop(refusal);
                return !await Pause(tries, BatchPolicy.ReconnectDelay(retries, jitter));
            case Remedy.GiveUp:
                CommitLog.GaveUp(log, refusal.SqlState, refusal.MessageText, tries.Commands.Count);
                return Tell(tries, Unavailability.DatabaseAway);
            default:
                return await Halved(tries, refusal, refusal.SqlState);
        }
    }

    /// <summary>The session is gone, and with it perhaps the answer to a COMMIT.</summary>
    async Task<bool> Broken(BatchTries tries, Exception reason)
    {
        var isUnreplicated = session.IsUnreplicated;
        await session.Drop(reason);
        if (isUnreplicated) return Tell(tries, Unavailability.Unknown);
        return !await Pause(tries, BatchPolicy.ReconnectDelay(tries.Breaks++, Random.Shared.NextDouble()));
    }

    /// <summary>A defect of ours: found like a bad row, by halves, once it is known what is in.</summary>
    async Task<bool> Failed(BatchTries tries, Exception defect, bool settles)
    {
        if (!tries.IsUnsettled)
        {
            await session.Rollback();
            return await Halved(tries, defect, "defect");
        }
        tries.Defect = defect;
        await session.Drop(defect);
        return settles && Tell(tries, Unavailability.Unknown);
    }

    /// <summary>Each half on its own, until the culprit stands alone.</summary>
    async Task<bool> Halved(BatchTries tries, Exception reason, string code)
    {
        var commands = tries.Commands;
        if (commands.Count == 1)
        {
            CommitLog.Culprit(log, reason, commands[0].Command.GetType().Name, code);
            return Tell(tries, Unavailability.Failed);
        }
        CommitLog.Splitting(log, code, commands.Count);
        await Run([.. commands.Take(commands.Count / 2)], tries.GraceIsOver);
        await Run([.. commands.Skip(commands.Count / 2)], tries.GraceIsOver);
        return true;
    }

    /// <summary>False when the grace time ended meanwhile: there is no other try, and the callers are told.</summary>
    async Task<bool> Pause(BatchTries tries, TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, clock, tries.GraceIsOver);
            return true;
        }
        catch (OperationCanceledException)
        {
            Tell(tries, tries.IsUnsettled ? Unavailability.Unknown : Unavailability.ShuttingDown);
            return false;
        }
    }

    static bool Tell(BatchTries tries, Unavailability why)
    {
        foreach (var pending in tries.Commands) pending.Complete(new Outcome.Unavailable(why));
        return true;
    }
}
