namespace Tiffin.Commit;

/// <summary>
/// Finds the commands for which PostgreSQL refuses a batch: each refused part is halved, the larger parts first. When
/// part after part is refused and none goes through, the fault is not in the commands. Does no I/O.
/// </summary>
sealed class CulpritSearch
{
    /// <summary>A batch, its halves, quarters and eighths.</summary>
    const int RefusalsMax = 15;

    readonly Queue<BatchTries> parts = [];
    int refusals;
    bool hasSucceeded;

    public CulpritSearch(IReadOnlyList<Pending> commands, CancellationToken graceIsOver) =>
        parts.Enqueue(new BatchTries(commands, this, graceIsOver));

    /// <summary>Every part was refused: what is left would be, too.</summary>
    public bool IsHopeless => !hasSucceeded && refusals >= RefusalsMax;

    public BatchTries? Next() => parts.TryDequeue(out var next) ? next : null;

    public void Succeeded() => hasSucceeded = true;

    public void Refused(BatchTries tries)
    {
        refusals++;
        var commands = tries.Commands;
        if (commands.Count == 1) return;
        var half = commands.Count / 2;
        parts.Enqueue(new BatchTries([.. commands.Take(half)], this, tries.GraceIsOver));
        parts.Enqueue(new BatchTries([.. commands.Skip(half)], this, tries.GraceIsOver));
    }
}
