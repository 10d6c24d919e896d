namespace Tiffin.Features.Analytics;

/// <summary>
/// Decides when to merge increments into the sums: rarely, so that a sum is written once for many events. Does no I/O.
/// </summary>
sealed class CompactionPolicy(TimeProvider clock)
{
    /// <summary>Maximum unmerged increments: queries add them up and must stay fast.</summary>
    public const int PendingMax = 100_000;

    static readonly TimeSpan interval = TimeSpan.FromSeconds(30);

    int pending;
    long? mergedAt;

    /// <summary>Whether to merge in the transaction that appends the increments.</summary>
    public CompactionPlan Plan(Increments increments)
    {
        var count = pending + increments.Count;
        var isDue = count > PendingMax || mergedAt is not { } at || clock.GetElapsedTime(at) > interval;
        return new CompactionPlan(isDue, isDue ? 0 : count);
    }

    /// <summary>Records that the plan was carried out. Not called if the transaction failed.</summary>
    public void OnCommitted(CompactionPlan plan)
    {
        pending = plan.Pending;
        if (plan.IsDue) mergedAt = clock.GetTimestamp();
    }
}

/// <summary><paramref name="Pending"/>: the unmerged increments after the plan.</summary>
readonly record struct CompactionPlan(bool IsDue, int Pending);
