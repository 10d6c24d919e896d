namespace Tiffin.Features.Analytics;

/// <summary>
/// A distribution of times as counts in buckets that grow by a constant ratio, so that every quantile is right within
/// 1 %. Histograms are merged by adding their counts: a sum of rows is one.
/// </summary>
// The mapping is DDSketch's: Masson, Rim, Lee, "DDSketch: a fast and fully-mergeable quantile sketch", VLDB 2019.
static class Histogram
{
    const double Error = 0.01;
    const double Ratio = (1 + Error) / (1 - Error);

    /// <summary>Below every logarithm: no time at all.</summary>
    const int Zero = -1;

    static readonly double logRatio = Math.Log(Ratio);

    /// <summary>The bucket of a time in whole milliseconds.</summary>
    public static int BucketOf(long milliseconds) =>
        milliseconds <= 0 ? Zero : (int)Math.Ceiling(Math.Log(milliseconds) / logRatio);

    /// <summary>The value in milliseconds that is within 1 % of everything in the bucket.</summary>
    public static double ValueOf(int bucket) => bucket == Zero ? 0 : 2 * Math.Pow(Ratio, bucket) / (Ratio + 1);

    /// <summary>The value that a share of the counted times does not exceed (nearest rank); null of none.</summary>
    /// <param name="counts">Counts by bucket, in the buckets' order.</param>
    /// <param name="share">More than 0, at most 1.</param>
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
