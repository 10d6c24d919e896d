namespace Tiffin.Engine.Commit;

/// <summary>
/// Batch bisection: splits a batch that PostgreSQL rejected to isolate the failing commands, larger parts first. When
/// many parts are rejected in a row and none succeeds, the commands are not the cause. Does no I/O.
/// </summary>
sealed class CulpritSearch
{
    // 1 + 2 + 4 + 8: the batch, its halves, quarters and eighths.
    const int RefusalsMax = 15;

    readonly Queue<BatchTries> parts = [];
    int refusals;
    bool hasSucceeded;

    public CulpritSearch(IReadOnlyList<Pending> commands, CancellationToken graceIsOver) =>
        parts.Enqueue(new BatchTries(commands, this, graceIsOver));

    /// <summary>Every part so far was rejected: the remaining parts would be too.</summary>
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
