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
    public async Task Run(IReadOnlyList<Pending> commands, CancellationToken graceExpired)
    {
        var bisection = new BatchBisection(graceExpired);
        bisection.Add(commands);
        while (bisection.Next() is { } part)
            while (!part.IsDone) await Attempt(part);
    }

    public ValueTask DisposeAsync() => Session.DisposeAsync();

    // If the COMMIT of the last attempt went unanswered, its outcome is resolved first.
    async Task Attempt(BatchPart part)
    {
        part.DropExpired();
        if (part.IsDone) return;
        if (part.Bisection.GraceExpired.IsCancellationRequested)
        {
            part.Answer(part.IsOutcomeUnknown ? Unavailability.Unknown : Unavailability.ShuttingDown);
            return;
        }
        var isResolving = part.IsOutcomeUnknown;
        try
        {
            var connection = await Session.Open();
            await (isResolving ? ResolveOutcome(part, connection) : Commit(part, connection));
        }
        // After an ERROR PostgreSQL has rolled back, even if the driver closed the session because of it.
        catch (PostgresException rejection)
            when (!isResolving && (Session.IsOpen || rejection.InvariantSeverity == BatchPolicy.ErrorSeverity))
        {
            await HandleRejection(part, rejection);
        }
        catch (Exception broken) when (broken is NpgsqlException or IOException or TimeoutException
            or ObjectDisposedException or InvalidOperationException { Source: "Npgsql" })
        {
            await HandleLostSession(part, broken);
        }
        catch (Exception defect)
        {
            await HandleDefect(part, defect, isResolving);
        }
    }

    async Task Commit(BatchPart part, NpgsqlConnection connection)
    {
        using var span = CommitTrace.Start(part.Commands.Select(pending => pending.Origin));
        var batch = part.LastAttempt = new CommitBatch(part.Commands, database.Clock.Now, catalogue, Session.Cache);
        var started = Stopwatch.GetTimestamp();
        using (Session.BeginRoundTrip()) await batch.Load(connection, options.PrefetchTimeout);
        var loaded = Stopwatch.GetTimestamp();
        batch.Decide();
        var decided = Stopwatch.GetTimestamp();
        await Write(batch, connection);
        if (Session.IsUnreplicated) throw new NpgsqlException("The commit was not replicated.");
        batch.UpdateCache();
        Answer(part, batch);
        metrics.RecordBatch(batch.Count, started, loaded, decided, Stopwatch.GetTimestamp());
        if (batch.Events.Count > 0) Committed?.Invoke(batch.Predecessor, batch.Events);
    }

    async Task Write(CommitBatch batch, NpgsqlConnection connection)
    {
        if (batch.HasWrites)
        {
            using (Session.BeginRoundTrip()) batch.Write(connection);
        }
        // The rows that these outcomes are read from may not be on a standby yet: another node's wait for replication
        // may have been cancelled, or interrupted by a crash.
        else if (batch.ReportsEarlierState || Session.State == WriterState.Unreplicated)
            await Session.CommitUnchanged();
        else await Session.Rollback();
    }

    // Finds out whether a batch whose COMMIT went unanswered is in the log. If it is, its commands are answered once a
    // standby has it; if it is not, it can no longer appear.
    async Task ResolveOutcome(BatchPart part, NpgsqlConnection connection)
    {
        var sent = part.LastAttempt!;
        bool isCommitted;
        using (Session.BeginRoundTrip()) isCommitted = await sent.IsCommitted(connection, options.PrefetchTimeout);
        if (isCommitted) await Session.CommitUnchanged();
        else await Session.Rollback();
        if (Session.IsUnreplicated) throw new NpgsqlException("The commit was not replicated.");
        CommitMessages.Resolved(log, isCommitted);
        if (isCommitted)
        {
            Answer(part, sent);
            Committed?.Invoke(sent.Predecessor, sent.Events);
            return;
        }
        part.LastAttempt = null;
        if (part.Defect is { } defect) Bisect(part, defect, "defect");
    }

    void Answer(BatchPart part, CommitBatch batch)
    {
        catalogue = batch.Catalogue;
        Session.MarkHealthy();
        part.Bisection.Succeeded();
        part.Answer(batch);
    }

    // PostgreSQL rejected a statement and rolled the transaction back.
    async Task HandleRejection(BatchPart part, PostgresException rejection)
    {
        part.LastAttempt = null;
        if (Session.IsOpen) await Session.Rollback();
        else await Session.Drop(rejection);
        // Another session, such as that of a node that waits for a standby, holds the log's lock: nothing can be
        // committed.
        if (rejection.SqlState == PostgresErrorCodes.LockNotAvailable) Session.MarkAway();
        var (retries, jitter) = (part.Rejections++, Random.Shared.NextDouble());
        switch (BatchPolicy.For(rejection.SqlState, retries, rejection.ConstraintName))
        {
            case Remedy.Retry:
                await Delay(part, BatchPolicy.RetryDelay(part.Rejections, jitter));
                break;
            case Remedy.Reconnect:
                await Session.Drop(rejection);
                await Delay(part, BatchPolicy.ReconnectDelay(part.Rejections, jitter));
                break;
            case Remedy.GiveUp:
                GiveUp(part, rejection);
                break;
            default:
                Bisect(part, rejection, rejection.SqlState);
                break;
        }
    }

    // The session is lost, possibly together with the response to a COMMIT.
    async Task HandleLostSession(BatchPart part, Exception reason)
    {
        var isUnreplicated = Session.IsUnreplicated;
        await Session.Drop(reason);
        if (isUnreplicated) part.Answer(Unavailability.Unknown);
        else if (!part.IsOutcomeUnknown && reason is PostgresException { SqlState: var code } rejection
            && BatchPolicy.IsInsufficientResources(code)) GiveUp(part, rejection);
        else await Delay(part, BatchPolicy.ReconnectDelay(++part.SessionLosses, Random.Shared.NextDouble()));
    }

    // A defect in this program: bisected like a rejected command, but only after the outcome of the COMMIT is known.
    async Task HandleDefect(BatchPart part, Exception defect, bool isResolving)
    {
        if (!part.IsOutcomeUnknown)
        {
            await Session.Rollback();
            Bisect(part, defect, "defect");
            return;
        }
        part.Defect = defect;
        await Session.Drop(defect);
        if (isResolving) part.Answer(Unavailability.Unknown);
    }

    // Bisects until the failing command is isolated, or until the failures show that no single command is the cause.
    void Bisect(BatchPart part, Exception reason, string code)
    {
        var rejection = reason as PostgresException;
        part.Bisection.Rejected();
        if (part.Bisection.ShouldGiveUp && rejection is not null)
        {
            GiveUp(part, rejection);
            while (part.Bisection.Next() is { } rest) GiveUp(rest, rejection);
        }
        else if (part.Commands.Count > 1)
        {
            CommitMessages.Bisecting(log, code, part.Commands.Count);
            part.Split();
        }
        else if (rejection is not null && BatchPolicy.IsInsufficientResources(code)) GiveUp(part, rejection);
        else
        {
            CommitMessages.CommandFailed(log, reason, part.Commands[0].Command.GetType().Name, code);
            part.Answer(Unavailability.Failed);
        }
    }

    void GiveUp(BatchPart part, PostgresException rejection)
    {
        CommitMessages.GaveUp(log, rejection.SqlState, rejection.MessageText, part.Commands.Count);
        part.Answer(Unavailability.DatabaseAway);
    }

    // When the shutdown grace period ends, the next attempt answers the commands.
    async Task Delay(BatchPart part, TimeSpan delay) => await Task.Delay(delay, clock, part.Bisection.GraceExpired)
        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
}
