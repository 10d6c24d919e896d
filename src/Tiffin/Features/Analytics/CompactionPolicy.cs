namespace Tiffin.Features.Analytics;

/// <summary>
/// Decides when to merge increments into the sums: seldom, so that a sum is written once for many events. Does no I/O.
/// </summary>
sealed class CompactionPolicy(TimeProvider clock)
{
    /// <summary>Maximum unmerged increments: queries add them up and must stay fast.</summary>
    public const int PendingMax = 100_000;

    static readonly TimeSpan interval = TimeSpan.FromSeconds(30);

    int pending;
    long? mergedAt;
    (int Pending, bool IsDue) planned;

    /// <summary>Whether to merge in the transaction that appends the increments.</summary>
    public bool Plan(Increments increments)
    {
        var count = pending + increments.Count;
        var isDue = count > PendingMax || mergedAt is not { } at || clock.GetElapsedTime(at) > interval;
        planned = (isDue ? 0 : count, isDue);
        return isDue;
    }

    /// <summary>Applies the last plan. Not called if the transaction failed, so that the plan is dropped.</summary>
    public void Committed()
    {
        pending = planned.Pending;
        if (planned.IsDue) mergedAt = clock.GetTimestamp();
    }
}
