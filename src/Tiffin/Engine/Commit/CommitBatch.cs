using Npgsql;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;

namespace Tiffin.Engine.Commit;

/// <summary>
/// One attempt to commit a set of commands (group commit): prefetch, decide, write. A failed attempt is discarded, and
/// the next one reads its rows again.
/// </summary>
sealed class CommitBatch
{
    readonly IReadOnlyList<Pending> commands;
    readonly CatalogueSnapshot cached;
    readonly Prefetch prefetch;
    readonly Changes changes;
    readonly Outcome[] outcomes;

    public CommitBatch(
        IReadOnlyList<Pending> commands, DateTimeOffset now, CatalogueSnapshot cached, WriterCache cache)
    {
        (this.commands, this.cached) = (commands, cached);
        prefetch = new Prefetch(now, cached, cache);
        changes = new Changes(prefetch);
        outcomes = new Outcome[commands.Count];
    }

    /// <summary>The COMMIT has been sent: if the session is lost from now on, the outcome is unknown.</summary>
    public bool IsSent { get; private set; }

    public bool HasWrites => changes.HasWrites;

    /// <summary>At least one outcome reports state committed by an earlier batch: a replay, or no change.</summary>
    public bool ReportsEarlierState
    {
        get
        {
            for (var i = 0; i < outcomes.Length; i++)
                if (outcomes[i] is not Outcome.Refused && commands[i].Command is not Probe) return true;
            return false;
        }
    }

    public CatalogueSnapshot Catalogue => changes.ChangesCatalogue
        ? prefetch.Workset.Catalogue with { Version = changes.CatalogueVersion, Id = changes.CatalogueId }
        : prefetch.Workset.Catalogue;

    public int Count => commands.Count;

    /// <summary>The events that the batch appends to the log.</summary>
    public IReadOnlyList<StoredEvent> Events => changes.Events;

    /// <summary>Id of the last event in the log before this batch.</summary>
    public Guid Predecessor => prefetch.LastEvent;

    public Task Load(NpgsqlConnection connection, TimeSpan timeout) =>
        prefetch.Load(connection, [.. commands.Select(pending => pending.Command)], timeout);

    /// <summary>Decides the commands in order; each sees the effects of those before it. Does no I/O.</summary>
    public void Decide()
    {
        for (var i = 0; i < outcomes.Length; i++) outcomes[i] = Decide(commands[i]);
    }

    /// <summary>Writes and commits. Has no cancellation token and no timeout: a COMMIT is never cancelled.</summary>
    public void Write(NpgsqlConnection connection)
    {
        using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        foreach (var statement in changes.Statements()) batch.BatchCommands.Add(statement);
        // Without an event, the log cannot show whether the batch succeeded: it is repeated, and at worst counts twice.
        IsSent = changes.First is not null;
        batch.ExecuteNonQuery();
    }

    /// <summary>
    /// Whether this batch is in the log. Holding the log's lock proves that the session that sent the batch has ended.
    /// Positions have no gaps, so either the event at the batch's first position is its own, or it was not committed.
    /// </summary>
    public async Task<bool> IsCommitted(NpgsqlConnection connection, TimeSpan timeout)
    {
        var first = changes.First!;
        await using var batch = Sql.Batch(connection, timeout);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("BEGIN"));
        batch.BatchCommands.Add(LogTable.Lock(cached.Version));
        batch.BatchCommands.Add(LogTable.IdAt(first.Position));
        var isCommitted = false;
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        await reader.NextResultAsync(CancellationToken.None);
        while (await reader.ReadAsync(CancellationToken.None)) isCommitted = reader.GetGuid(0) == first.Id;
        return isCommitted;
    }

    /// <summary>Caches the committed rows for the next batch of this session.</summary>
    public void UpdateCache() => prefetch.UpdateCache(Events.Count > 0 ? Events[^1].Id : null);

    public void Answer()
    {
        for (var i = 0; i < outcomes.Length; i++) commands[i].Complete(outcomes[i]);
    }

    Outcome Decide(Pending pending)
    {
        var decision = pending.Command.Decide(prefetch.Workset);
        switch (decision)
        {
            case Decision.Accepted accepted:
                return Accept(pending.Command, accepted, CommitTrace.Traceparent(pending.Origin));
            case Decision.Unchanged unchanged:
                return OutcomeOf(unchanged.Result, Effect.Unchanged);
            case Decision.Replayed replayed:
                return Replay(prefetch.Requests[replayed.Key]);
            case Decision.RefusedWithEvent counted:
                prefetch.Workset.Apply(counted.Event);
                changes.Add(counted.Event, pending.Command.Caller);
                return new Outcome.Refused(counted.Reason);
            case Decision.Refused refused:
                return new Outcome.Refused(refused.Reason);
            default:
                throw new InvalidOperationException($"{decision.GetType()} is not a known decision");
        }
    }

    Outcome Accept(Command command, Decision.Accepted accepted, string? traceparent)
    {
        prefetch.Workset.Apply(accepted);
        foreach (var domainEvent in accepted.Events) changes.Add(domainEvent, command.Caller, traceparent);
        var outcome = OutcomeOf(accepted.Result, Effect.Applied);
        if (accepted.Request is { } request)
            changes.Add(request, (outcome as Outcome.OfOrder)?.Document.Order, outcome switch
            {
                Outcome.OfJson json => json.Json,
                Outcome.Done => [],
                _ => null,
            });
        return outcome;
    }

    Outcome Replay(RequestRow first)
    {
        if (first.OrderId is { } id)
            return new Outcome.OfOrder(prefetch.Documents[id].AsOf(first.Version!.Value), Effect.Replayed);
        return first.Answer is { Length: > 0 } json
            ? new Outcome.OfJson(json, Effect.Replayed)
            : new Outcome.Done(Effect.Replayed);
    }

    Outcome OutcomeOf(Result result, Effect effect) => result switch
    {
        Result.OfOrder order => new Outcome.OfOrder(prefetch.Documents[order.Id], effect),
        Result.OfLevel level => new Outcome.OfJson(StockJson.Level(LevelOf(level.Key)), effect),
        Result.OfLevels levels => new Outcome.OfJson(StockJson.Levels(levels.Keys.Select(LevelOf)), effect),
        Result.None => new Outcome.Done(effect),
        Result.OfEntry entry => new Outcome.OfEntry(entry.Entry, prefetch.Workset.Catalogue, effect),
        _ => throw new InvalidOperationException($"{result.GetType()} is not a known result"),
    };

    StockLevel LevelOf(Domain.Inventory.StockKey key) =>
        StockLevel.Of(prefetch.Workset.StockOf(key), prefetch.Workset.Catalogue);
}
