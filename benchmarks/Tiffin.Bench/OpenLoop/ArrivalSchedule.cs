namespace Tiffin.Bench.OpenLoop;

/// <summary>
/// Poisson arrivals at a fixed average rate, independent of the responses (open loop). Deterministic per seed.
/// </summary>
sealed class ArrivalSchedule
{
    readonly Random random;
    readonly double perSecond;
    readonly TimeSpan end;
    double next;

    public ArrivalSchedule(double perSecond, TimeSpan end, int seed)
    {
        (this.perSecond, this.end, random) = (perSecond, end, new Random(seed));
        next = Gap();
    }

    public bool IsOver => next >= end.TotalSeconds;

    /// <summary>Takes the next arrival if it is due.</summary>
    public bool TryTake(TimeSpan now, out TimeSpan due)
    {
        due = TimeSpan.FromSeconds(next);
        if (IsOver || due > now) return false;
        next += Gap();
        return true;
    }

    double Gap() => -Math.Log(1 - random.NextDouble()) / perSecond;
}
