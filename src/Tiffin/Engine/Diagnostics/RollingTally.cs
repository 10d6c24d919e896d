namespace Tiffin.Engine.Diagnostics;

/// <summary>Number of good events and of all events.</summary>
readonly record struct Tally(long Good, long Total)
{
    /// <summary>Null when the total is zero.</summary>
    public double? Share => Total == 0 ? null : (double)Good / Total;

    public static Tally operator -(Tally later, Tally earlier) =>
        new(later.Good - earlier.Good, later.Total - earlier.Total);
}

/// <summary>Cumulative counts, sampled every minute for a day; a window is the difference of two samples.</summary>
sealed class RollingTally
{
    public static readonly TimeSpan Retention = TimeSpan.FromDays(1);
    static readonly TimeSpan step = TimeSpan.FromMinutes(1);

    readonly TimeProvider clock;
    readonly Queue<(long At, Tally Tally)> samples = [];
    readonly Lock gate = new();
    long? sampledAt;
    Tally latest;

    public RollingTally(TimeProvider clock)
    {
        this.clock = clock;
        TakeSample();
    }

    /// <summary>Sets the cumulative counts.</summary>
    public void Record(Tally all)
    {
        lock (gate)
        {
            latest = all;
            if (sampledAt is not { } at || clock.GetElapsedTime(at) >= step) TakeSample();
            while (clock.GetElapsedTime(samples.Peek().At) > Retention + step) samples.Dequeue();
        }
    }

    /// <summary>Adds one event.</summary>
    public void Add(bool isGood)
    {
        lock (gate) Record(new Tally(latest.Good + (isGood ? 1 : 0), latest.Total + 1));
    }

    /// <summary>Counts in the window, with a resolution of a minute; since the start if that is later.</summary>
    public Tally Over(TimeSpan window)
    {
        lock (gate)
        {
            var before = samples.Peek().Tally;
            foreach (var mark in samples)
            {
                if (clock.GetElapsedTime(mark.At) < window) break;
                before = mark.Tally;
            }
            return latest - before;
        }
    }

    void TakeSample()
    {
        var now = clock.GetTimestamp();
        sampledAt = now;
        samples.Enqueue((now, latest));
    }
}
