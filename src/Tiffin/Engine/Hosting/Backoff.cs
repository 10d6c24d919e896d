namespace Tiffin.Engine.Hosting;

/// <summary>
/// Exponential backoff after consecutive failures: <paramref name="first"/>, doubling up to <paramref name="max"/>.
/// Pure.
/// </summary>
sealed class Backoff(TimeSpan first, TimeSpan max)
{
    public int Failures { get; private set; }

    public void Failed() => Failures++;

    public void Reset() => Failures = 0;

    /// <summary>The wait after <paramref name="failures"/> failures (at least one), without jitter.</summary>
    public TimeSpan After(int failures)
    {
        // 2^30 of any wait in use exceeds its maximum; a larger power would overflow.
        var doubled = first.Ticks * Math.Pow(2, Math.Min(failures - 1, 30));
        return doubled < max.Ticks ? TimeSpan.FromTicks((long)doubled) : max;
    }

    /// <summary>
    /// The wait after the last failure, plus or minus a quarter: <paramref name="jitter"/>, 0 to 1, keeps nodes that
    /// failed together from retrying together.
    /// </summary>
    public TimeSpan Delay(double jitter) => Delay(Failures, jitter);

    /// <summary>The same after <paramref name="failures"/> failures, which the caller counts.</summary>
    public TimeSpan Delay(int failures, double jitter) => After(failures) * (0.75 + jitter / 2);
}
