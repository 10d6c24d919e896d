using HdrHistogram;

namespace Tiffin.Bench.OpenLoop;

/// <summary>
/// A log-linear histogram of latencies from a microsecond to an hour. Values are overestimated by less than 0.8 %; the
/// longest is exact.
/// </summary>
sealed class LatencyHistogram
{
    const long HighestMicroseconds = 3_600_000_000;
    const int SignificantDigits = 2;

    readonly LongHistogram microseconds = new(HighestMicroseconds, SignificantDigits);

    public long Count => microseconds.TotalCount;

    public TimeSpan Max { get; private set; }

    public void Record(TimeSpan latency)
    {
        microseconds.RecordValue(Math.Clamp((long)latency.TotalMicroseconds, 0, HighestMicroseconds));
        if (latency > Max) Max = latency;
    }

    public void Add(LatencyHistogram other)
    {
        microseconds.Add(other.microseconds);
        if (other.Max > Max) Max = other.Max;
    }

    /// <summary>The latency at a percentile; zero without records.</summary>
    public TimeSpan Percentile(double percent)
    {
        if (Count == 0) return TimeSpan.Zero;
        var upper = TimeSpan.FromMicroseconds(microseconds.GetValueAtPercentile(percent));
        return upper < Max ? upper : Max;
    }
}
