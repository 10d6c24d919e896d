using System.Numerics;

namespace Tiffin.Bench.OpenLoop;

/// <summary>
/// A log-linear histogram of latencies from a microsecond to an hour, in a few kilobytes. Values are overestimated by
/// less than 0.8 %.
/// </summary>
sealed class LatencyHistogram
{
    const int Bits = 8;
    const int Half = 1 << Bits;
    const int Magnitudes = 24;

    readonly long[] counts = new long[Half * (Magnitudes + 1)];

    public long Count { get; private set; }

    public TimeSpan Max { get; private set; }

    public void Record(TimeSpan latency)
    {
        if (latency < TimeSpan.Zero) latency = TimeSpan.Zero;
        counts[Math.Min(Bucket((long)latency.TotalMicroseconds), counts.Length - 1)]++;
        Count++;
        if (latency > Max) Max = latency;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < counts.Length; i++) counts[i] += other.counts[i];
        Count += other.Count;
        if (other.Max > Max) Max = other.Max;
    }

    /// <summary>The latency at a percentile; zero without records.</summary>
    public TimeSpan Percentile(double percent)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(percent / 100 * Count));
        var seen = 0L;
        for (var i = 0; i < counts.Length && Count > 0; i++)
        {
            seen += counts[i];
            if (seen < rank) continue;
            var upper = TimeSpan.FromMicroseconds(Upper(i));
            return upper < Max ? upper : Max;
        }
        return Max;
    }

    // The leading bits of the value and their shift: one bucket per value below 256, 128 buckets per doubling above.
    static int Bucket(long microseconds)
    {
        var magnitude = Math.Max(0, BitOperations.Log2((ulong)Math.Max(1, microseconds)) - Bits + 1);
        return magnitude == 0
            ? (int)microseconds
            : (magnitude - 1) * (Half / 2) + Half + (int)((microseconds >> magnitude) - Half / 2);
    }

    static long Upper(int bucket)
    {
        if (bucket < Half) return bucket;
        var magnitude = (bucket - Half) / (Half / 2) + 1;
        var first = (bucket - Half) % (Half / 2) + Half / 2;
        return ((long)(first + 1) << magnitude) - 1;
    }
}
