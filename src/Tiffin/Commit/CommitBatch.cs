using Npgsql;
using Tiffin.Diagnostics;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Storage;
using Tiffin.Wire;

namespace Tiffin.Commit;

/// <summary>
/// One try at committing some commands: prefetch, decide, write. A try that fails is thrown away whole; the next one
/// starts from the rows again.
/// </summary>
sealed class CommitBatch(
    IReadOnlyList<Pending> commands, DateTimeOffset now, CatalogueSnapshot cached, WriterCache cache)
{
    readonly Prefetch found = new(now, cached, cache);
    readonly Outcome[] outcomes = new Outcome[commands.Count];
    Changes? changes;

    /// <summary>From here on, a session that breaks leaves open whether the batch is in.</summary>
    public bool IsSent { get; private set; }

    public bool ChangesAnything => changes?.First is not null;

    /// <summary>Tells a caller what an earlier batch has committed: a replay, or that nothing changes.</summary>
    public bool AnswersFromRows
    {
        get
        {
            for (var i = 0; i < outcomes.Length; i++)
                if (outcomes[i] is not Outcome.Refused && commands[i].Command is not Probe) return true;
            return false;
        }
    }

    public CatalogueSnapshot Catalogue => changes is { ChangesCatalogue: true }
        ? found.Workset.Catalogue with { Version = changes.CatalogueVersion, Id = changes.CatalogueId }
        : found.Workset.Catalogue;

    public int Count => commands.Count;

    /// <summary>What the batch adds to the log.</summary>
    public IReadOnlyList<StoredEvent> Events => changes!.Events;

    /// <summary>The id of the event that the batch's first one follows.</summary>
    public Guid Predecessor => found.LastEvent;

    public Task Load(NpgsqlConnection connection, TimeSpan timeout) =>
        found.Load(connection, [.. commands.Select(pending => pending.Command)], timeout);

    /// <summary>Decides the commands in turn; a later one sees what an earlier one did. No I/O, no waiting.</summary>
    public void Decide()
    {
        changes = new Changes(found);
        for (var i = 0; i < outcomes.Length; i++) outcomes[i] = Decide(commands[i]);
    }

    /// <summary>Writes and commits. Without a token and without a time-out: a COMMIT is never cancelled.</summary>
    public void Write(NpgsqlConnection connection)
    {
        using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        foreach (var statement in changes!.Statements()) batch.BatchCommands.Add(statement);
        IsSent = true;
        batch.ExecuteNonQuery();
    }

    /// <summary>
    /// Whether this batch is in the log. Under the lock, whatever was left of the session that sent it is over, and
    /// positions have no gaps: the event at the batch's first position is its own, or the batch never happened.
    /// </summary>
    public async Task<bool> IsIn(NpgsqlConnection connection, TimeSpan timeout)
    {
        var first = changes!.First!;
        await using var batch = new NpgsqlBatch(connection) { Timeout = (int)timeout.TotalSeconds };
        batch.BatchCommands.Add(new NpgsqlBatchCommand("BEGIN"));
        batch.BatchCommands.Add(LogTable.Lock(cached.Version));
        batch.BatchCommands.Add(LogTable.IdAt(first.Position));
        var isIn = false;
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        await reader.NextResultAsync(CancellationToken.None);
        while (await reader.ReadAsync(CancellationToken.None)) isIn = reader.GetGuid(0) == first.Id;
        return isIn;
    }

    /// <summary>Lets the next batch of this session find in memory what this one has committed.</summary>
    public void Remember() => found.Remember(ChangesAnything ? Events[^1].Id : null);

    public void Answer()
    {
        for (var i = 0; i < outcomes.Length; i++) commands[i].Complete(outcomes[i]);
    }

    Outcome Decide(Pending pending)
    {
        var decision = pending.Command.Decide(found.Workset);
        switch (decision)
        {
            case Decision.Accepted accepted:
                return Accept(pending.Command, accepted, CommitTrace.Header(pending.Origin));
            case Decision.Unchanged unchanged:
                return About(unchanged.Topic, Made.Before);
            case Decision.Replayed replayed:
                var first = found.Requests[replayed.Key];
                return first.OrderId is { } id
                    ? new Outcome.OfOrder(found.Documents[id].AsOf(first.Version!.Value), Made.Replayed)
                    : new Outcome.OfStock(first.Answer!, Made.Replayed);
            case Decision.Refused refused:
                return new Outcome.Refused(refused.Reason);
            default:
                throw new InvalidOperationException($"{decision.GetType()} is no decision");
        }
    }

    Outcome Accept(Command command, Decision.Accepted accepted, string? traceparent)
    {
        var creating = command as CreatingCommand;
        found.Workset.Apply(accepted, creating?.Fingerprint);
        foreach (var happened in accepted.Events) changes!.Add(happened, command.Caller.Role, traceparent);
        var outcome = About(accepted.Topic, Made.Now);
        if (accepted.Key is { } key)
            changes!.Add(key, creating!.Fingerprint, (outcome as Outcome.OfOrder)?.Document.Order.Id,
                (outcome as Outcome.OfStock)?.Json);
        return outcome;
    }

    Outcome About(Topic topic, Made how) => topic switch
    {
        Topic.OfOrder order => new Outcome.OfOrder(found.Documents[order.Id], how),
        Topic.OfLevel level => new Outcome.OfStock(StockJson.Level(LevelOf(level.Key)), how),
        Topic.OfLevels levels => new Outcome.OfStock(StockJson.Levels(levels.Keys.Select(LevelOf)), how),
        Topic.OfWebhook => new Outcome.OfStock("{}"u8.ToArray(), how),
        Topic.OfCatalogue entry => new Outcome.OfEntry(entry.Entry, new CatalogueAt(found.Workset.Catalogue), how),
        _ => throw new InvalidOperationException($"{topic.GetType()} is no topic"),
    };

    StockLevel LevelOf(Domain.Inventory.StockKey key) =>
        StockLevel.Of(found.Workset.StockOf(key), found.Workset.Catalogue);
}
