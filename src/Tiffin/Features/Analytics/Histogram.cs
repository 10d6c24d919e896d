namespace Tiffin.Features.Analytics;

/// <summary>
/// A mergeable histogram of durations with exponential buckets: the relative error of every quantile is at most 1 %.
/// Merging adds the counts per bucket, which SQL does with sum().
/// </summary>
// The mapping is DDSketch's: Masson, Rim, Lee, "DDSketch: a fast and fully-mergeable quantile sketch", VLDB 2019.
static class Histogram
{
    const double Error = 0.01;
    const double Ratio = (1 + Error) / (1 - Error);

    /// <summary>The bucket of 0 ms, below all logarithmic ones.</summary>
    public const int Zero = -1;

    static readonly double logRatio = Math.Log(Ratio);

    public static int BucketOf(long milliseconds) =>
        milliseconds <= 0 ? Zero : (int)Math.Ceiling(Math.Log(milliseconds) / logRatio);

    /// <summary>Milliseconds, within 1 % of every value in the bucket.</summary>
    public static double ValueOf(int bucket) => bucket == Zero ? 0 : 2 * Math.Pow(Ratio, bucket) / (Ratio + 1);

    /// <summary>Quantile in milliseconds (nearest rank); null if there are no counts.</summary>
    /// <param name="counts">In ascending order of buckets.</param>
    /// <param name="share">Above 0, at most 1.</param>
    public static double? Quantile(IReadOnlyList<(int Bucket, long Count)> counts, double share)
    {
        var rank = (long)Math.Ceiling(counts.Sum(part => part.Count) * share);
        foreach (var (bucket, count) in counts)
        {
            rank -= count;
            if (rank <= 0) return ValueOf(bucket);
        }
        return null;
    }
}
