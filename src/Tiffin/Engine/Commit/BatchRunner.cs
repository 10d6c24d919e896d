using System.Diagnostics;
using Npgsql;
using Tiffin.Domain.Catalogue;
using Tiffin.Engine.Storage;

namespace Tiffin.Engine.Commit;

/// <summary>
/// Runs a batch until every command has an outcome, over as many sessions as that takes, even across a failover. Not
/// thread-safe: only the pipeline's loop may call it.
/// </summary>
sealed class BatchRunner(
    Database database, CommitOptions options, TimeProvider clock, CommitMetrics metrics, ILogger log) : IAsyncDisposable
{
    volatile CatalogueSnapshot catalogue = CatalogueSnapshot.Empty;

    public WriterSession Session { get; } = new(database, clock, log);
    public CatalogueSnapshot Catalogue => catalogue;

    public event Action<Guid, IReadOnlyList<StoredEvent>>? Committed;

    /// <summary>Returns when every command of the batch has an outcome.</summary>
    public async Task Run(IReadOnlyList<Pending> commands, CancellationToken graceIsOver)
    {
        var search = new CulpritSearch(commands, graceIsOver);
        while (search.Next() is { } part)
            while (!await Try(part)) { }
    }

    public ValueTask DisposeAsync() => Session.DisposeAsync();

    // False when another attempt is needed. If the COMMIT of the last attempt went unanswered, that is settled first.
    async Task<bool> Try(BatchTries tries)
    {
        tries.DropExpired();
        if (tries.Commands.Count == 0) return true;
        if (tries.GraceIsOver.IsCancellationRequested) return TellShutdown(tries);
        var settles = tries.IsUnsettled;
        try
        {
            var connection = await Session.Open();
            return settles ? await Settle(tries, connection) : await Commit(tries, connection);
        }
        // After an ERROR PostgreSQL has rolled back, even if the driver closed the session because of it.
        catch (PostgresException refusal)
            when (!settles && (Session.IsOpen || refusal.InvariantSeverity == BatchPolicy.RolledBack))
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
        var batch = tries.Last = new CommitBatch(tries.Commands, database.Clock.Now, catalogue, Session.Cache);
        var started = Stopwatch.GetTimestamp();
        Session.Asks();
        await batch.Load(connection, options.PrefetchTimeout);
        Session.Answered();
        var loaded = Stopwatch.GetTimestamp();
        batch.Decide();
        var decided = Stopwatch.GetTimestamp();
        await Write(batch, connection);
        if (Session.IsUnreplicated) throw new NpgsqlException("The commit was not replicated.");
        batch.Remember();
        Answer(tries, batch);
        metrics.Batch(batch.Count, started, loaded, decided, Stopwatch.GetTimestamp());
        if (batch.Events.Count > 0) Committed?.Invoke(batch.Predecessor, batch.Events);
        return true;
    }

    async Task Write(CommitBatch batch, NpgsqlConnection connection)
    {
        if (batch.ChangesAnything)
        {
            Session.Asks();
            batch.Write(connection);
            Session.Answered();
        }
        // The rows that these outcomes are read from may not be on a standby yet: another node's wait for replication
        // may have been cancelled, or interrupted by a crash.
        else if (batch.AnswersFromRows || Session.State == WriterState.Unreplicated) await Session.CommitNothing();
        else await Session.Rollback();
    }

    // Finds out whether a batch whose COMMIT went unanswered is in the log. If it is, its commands are answered once a
    // standby has it; if it is not, it can no longer appear.
    async Task<bool> Settle(BatchTries tries, NpgsqlConnection connection)
    {
        var sent = tries.Last!;
        Session.Asks();
        var isIn = await sent.IsIn(connection, options.PrefetchTimeout);
        Session.Answered();
        if (isIn) await Session.CommitNothing();
        else await Session.Rollback();
        if (Session.IsUnreplicated) throw new NpgsqlException("The commit was not replicated.");
        CommitMessages.Resolved(log, isIn);
        if (!isIn)
        {
            tries.Last = null;
            return tries.Defect is { } defect && Halved(tries, defect, "defect");
        }
        Answer(tries, sent);
        Committed?.Invoke(sent.Predecessor, sent.Events);
        return true;
    }

    void Answer(BatchTries tries, CommitBatch batch)
    {
        catalogue = batch.Catalogue;
        Session.Succeeded();
        tries.Search.Succeeded();
        batch.Answer();
    }

    // PostgreSQL rejected a statement and rolled the transaction back.
    async Task<bool> Refused(BatchTries tries, PostgresException refusal)
    {
        tries.Last = null;
        if (Session.IsOpen) await Session.Rollback();
        else await Session.Drop(refusal);
        // Another session, such as that of a node that waits for a standby, holds the log's lock: nothing can be
        // committed.
        if (refusal.SqlState == PostgresErrorCodes.LockNotAvailable) Session.Failed();
        var (retries, jitter) = (tries.Refusals++, Random.Shared.NextDouble());
        switch (BatchPolicy.For(refusal.SqlState, retries, refusal.ConstraintName))
        {
            case Remedy.Retry:
                return !await Pause(tries, BatchPolicy.RetryDelay(tries.Refusals, jitter));
            case Remedy.Reconnect:
                await Session.Drop(refusal);
                return !await Pause(tries, BatchPolicy.ReconnectDelay(tries.Refusals, jitter));
            case Remedy.GiveUp:
                return GiveUp(tries, refusal);
            default:
                return Halved(tries, refusal, refusal.SqlState);
        }
    }

    // The session is lost, possibly together with the response to a COMMIT.
    async Task<bool> Broken(BatchTries tries, Exception reason)
    {
        var isUnreplicated = Session.IsUnreplicated;
        await Session.Drop(reason);
        if (isUnreplicated) return Tell(tries, Unavailability.Unknown);
        if (!tries.IsUnsettled && reason is PostgresException { SqlState: var code } full
            && BatchPolicy.IsShortOfResources(code)) return GiveUp(tries, full);
        return !await Pause(tries, BatchPolicy.ReconnectDelay(++tries.Breaks, Random.Shared.NextDouble()));
    }

    // A defect in this program: bisected like a rejected command, but only after the outcome of the COMMIT is known.
    async Task<bool> Failed(BatchTries tries, Exception defect, bool settles)
    {
        if (!tries.IsUnsettled)
        {
            await Session.Rollback();
            return Halved(tries, defect, "defect");
        }
        tries.Defect = defect;
        await Session.Drop(defect);
        return settles && Tell(tries, Unavailability.Unknown);
    }

    // Bisects until the failing command is isolated, or until the failures show that no single command is the cause.
    bool Halved(BatchTries tries, Exception reason, string code)
    {
        var refusal = reason as PostgresException;
        tries.Search.Refused(tries);
        if (tries.Search.IsHopeless && refusal is not null)
        {
            while (tries.Search.Next() is { } rest) GiveUp(rest, refusal);
            // If there are several commands, their halves were among the rest.
            return tries.Commands.Count > 1 || GiveUp(tries, refusal);
        }
        if (tries.Commands.Count > 1)
        {
            CommitMessages.Splitting(log, code, tries.Commands.Count);
            return true;
        }
        if (refusal is not null && BatchPolicy.IsShortOfResources(code)) return GiveUp(tries, refusal);
        CommitMessages.Culprit(log, reason, tries.Commands[0].Command.GetType().Name, code);
        return Tell(tries, Unavailability.Failed);
    }

    bool GiveUp(BatchTries tries, PostgresException refusal)
    {
        CommitMessages.GaveUp(log, refusal.SqlState, refusal.MessageText, tries.Commands.Count);
        return Tell(tries, Unavailability.DatabaseAway);
    }

    // False when the shutdown grace period ended during the delay; the commands have then been answered.
    async Task<bool> Pause(BatchTries tries, TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, clock, tries.GraceIsOver);
            return true;
        }
        catch (OperationCanceledException)
        {
            TellShutdown(tries);
            return false;
        }
    }

    static bool TellShutdown(BatchTries tries) =>
        Tell(tries, tries.IsUnsettled ? Unavailability.Unknown : Unavailability.ShuttingDown);

    static bool Tell(BatchTries tries, Unavailability why)
    {
        tries.Answer(why);
        return true;
    }
}
