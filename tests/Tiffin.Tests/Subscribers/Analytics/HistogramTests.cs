using Tiffin.Features.Analytics;
using Xunit.Abstractions;

namespace Tiffin.Tests.Subscribers.Analytics;

public sealed class HistogramTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.95)]
    [InlineData(0.999)]
    [InlineData(1)]
    public void A_quantile_of_merged_histograms_is_within_a_hundredth_of_the_exact_one(double share)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 50; round++)
        {
            var times = Times(random);
            // As the table does it: a histogram per cell, then their sum.
            var cells = times.GroupBy(_ => random.Next(24)).Select(Count);
            var merged = cells.SelectMany(cell => cell).GroupBy(part => part.Bucket)
                .Select(bucket => (bucket.Key, bucket.Sum(part => part.Count))).OrderBy(part => part.Key).ToArray();

            var exact = times.Order().ElementAt((int)Math.Ceiling(times.Length * share) - 1);
            // ShouldBe requires a difference below its tolerance: with a relative tolerance only, 0 would not equal 0.
            Histogram.Quantile(merged, share)!.Value.ShouldBe(exact, exact * 0.01 + 1e-6, $"of {times.Length}");
        }
    }

    [Fact]
    public void No_time_is_counted_as_none_and_nothing_has_no_quantile()
    {
        Histogram.ValueOf(Histogram.BucketOf(0)).ShouldBe(0);
        Histogram.ValueOf(Histogram.BucketOf(1)).ShouldBe(1, 0.01);
        Histogram.Quantile([], 0.5).ShouldBeNull();
        Histogram.Quantile([(Histogram.BucketOf(0), 9), (Histogram.BucketOf(1000), 1)], 0.9).ShouldBe(0);
    }

    static IEnumerable<(int Bucket, long Count)> Count(IEnumerable<long> times) =>
        times.GroupBy(Histogram.BucketOf).Select(bucket => (bucket.Key, (long)bucket.Count()));

    /// <summary>From milliseconds to days: evenly, log-normally, and with two peaks.</summary>
    static long[] Times(Random random)
    {
        var shape = random.Next(3);
        return [.. Enumerable.Range(0, random.Next(1, 5000)).Select(_ => shape switch
        {
            0 => random.NextInt64(0, 200_000_000),
            1 => (long)Math.Exp(13 + 2 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
                * Math.Cos(2 * Math.PI * random.NextDouble())),
            _ => random.Next(10) == 0 ? random.NextInt64(3_000_000, 3_600_000) : random.NextInt64(0, 500),
        })];
    }
}
