using Tiffin.Bench.OpenLoop;

namespace Tiffin.Bench.Tests.OpenLoop;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Percentiles_of_any_latencies_are_right_within_a_hundredth()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var histogram = new LatencyHistogram();
        // From some microseconds to minutes.
        var all = Enumerable.Range(0, 20_000).Select(_ => TimeSpan.FromMicroseconds(Math.Exp(random.NextDouble() * 18)))
            .ToArray();
        foreach (var latency in all) histogram.Record(latency);
        Array.Sort(all);

        foreach (var percent in (double[])[50, 95, 99, 99.9])
        {
            var exact = all[(int)Math.Ceiling(percent / 100 * all.Length) - 1].TotalMicroseconds;
            var found = histogram.Percentile(percent).TotalMicroseconds;
            found.ShouldBeInRange(Math.Floor(exact), exact * 1.01 + 1, $"seed {seed}, {percent} %");
        }
        histogram.Percentile(100).ShouldBe(all[^1]);
        histogram.Count.ShouldBe(all.Length);
    }

    [Fact]
    public void Two_add_up_to_what_one_would_have_counted()
    {
        var (one, other) = (new LatencyHistogram(), new LatencyHistogram());
        for (var i = 1; i <= 100; i++) (i % 2 == 0 ? one : other).Record(TimeSpan.FromMilliseconds(i));
        one.Add(other);

        one.Count.ShouldBe(100);
        one.Max.ShouldBe(TimeSpan.FromMilliseconds(100));
        one.Percentile(50).TotalMilliseconds.ShouldBeInRange(50, 50.5);
    }

    [Fact]
    public void Nothing_has_no_latency() => new LatencyHistogram().Percentile(99).ShouldBe(TimeSpan.Zero);
}
