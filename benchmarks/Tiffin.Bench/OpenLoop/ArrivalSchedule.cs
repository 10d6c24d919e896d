namespace Tiffin.Bench.OpenLoop;

/// <summary>
/// When requests come: at random like people who do not know of each other, so many a second on average, and whether
/// or not the earlier ones have been answered. One seed, one schedule.
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

    /// <summary>The next arrival, if it is due by now; takes it.</summary>
    public bool TryTake(TimeSpan now, out TimeSpan due)
    {
        due = TimeSpan.FromSeconds(next);
        if (IsOver || due > now) return false;
        next += Gap();
        return true;
    }

    double Gap() => -Math.Log(1 - random.NextDouble()) / perSecond;
}
