namespace Tiffin.Engine.Commit;

/// <summary>
/// Batch bisection: splits a batch that PostgreSQL rejected to isolate the failing commands, larger parts first. When
/// many parts are rejected in a row and none succeeds, the commands are not the cause. Does no I/O.
/// </summary>
sealed class BatchBisection(CancellationToken graceExpired)
{
    // 1 + 2 + 4 + 8: the batch, its halves, quarters and eighths.
    const int RejectionsMax = 15;

    readonly Queue<BatchPart> parts = [];
    int rejections;
    bool hasSucceeded;

    /// <summary>Cancelled when the grace period of a shutdown ends.</summary>
    public CancellationToken GraceExpired { get; } = graceExpired;

    /// <summary>Every part so far was rejected: the remaining parts would be too.</summary>
    public bool ShouldGiveUp => !hasSucceeded && rejections >= RejectionsMax;

    public BatchPart? Next() => parts.TryDequeue(out var next) ? next : null;

    public void Add(IReadOnlyList<Pending> commands) => parts.Enqueue(new BatchPart(commands, this));

    public void Succeeded() => hasSucceeded = true;

    public void Rejected() => rejections++;
}
