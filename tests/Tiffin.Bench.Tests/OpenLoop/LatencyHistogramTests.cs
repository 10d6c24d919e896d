using Tiffin.Bench.OpenLoop;

namespace Tiffin.Bench.Tests.OpenLoop;

public sealed class LatencyHistogramTests
{
    readonly LatencyHistogram histogram = new();

    [Fact]
    public void The_percentiles_of_a_hundred_different_latencies_are_exact()
    {
        for (var i = 1; i <= 100; i++) histogram.Record(TimeSpan.FromMicroseconds(i));

        histogram.Percentile(50).ShouldBe(TimeSpan.FromMicroseconds(50));
        histogram.Percentile(99).ShouldBe(TimeSpan.FromMicroseconds(99));
        histogram.Percentile(99.9).ShouldBe(TimeSpan.FromMicroseconds(100));
        histogram.Percentile(0).ShouldBe(TimeSpan.FromMicroseconds(1));
    }

    [Fact]
    public void An_empty_histogram_reports_zero()
    {
        histogram.Percentile(99).ShouldBe(TimeSpan.Zero);
        histogram.Count.ShouldBe(0);
    }

    [Fact]
    public void A_percentile_is_never_too_low_and_at_most_0_8_percent_too_high()
    {
        var random = new Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            var micros = (long)Math.Exp(random.NextDouble() * Math.Log(3_600e6));
            var one = new LatencyHistogram();
            one.Record(TimeSpan.FromMicroseconds(micros));
            one.Record(TimeSpan.FromHours(2));

            var told = one.Percentile(50).TotalMicroseconds;

            told.ShouldBeInRange(micros, micros * 1.008, $"{micros} µs");
        }
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(1023)]
    [InlineData(1024)]
    public void No_latency_is_lost_where_buckets_become_wider(int micros)
    {
        histogram.Record(TimeSpan.FromMicroseconds(micros));
        histogram.Record(TimeSpan.FromMicroseconds(micros * 4));

        histogram.Percentile(50).TotalMicroseconds.ShouldBeInRange(micros, micros * 1.008);
    }

    [Fact]
    public void The_longest_latency_is_exact()
    {
        histogram.Record(TimeSpan.FromTicks(123_456_789));

        histogram.Max.ShouldBe(TimeSpan.FromTicks(123_456_789));
        histogram.Percentile(99.9).ShouldBe(TimeSpan.FromTicks(123_456_789));
    }

    [Fact]
    public void Latencies_beyond_the_last_bucket_and_below_zero_are_counted()
    {
        histogram.Record(TimeSpan.FromMilliseconds(-1));
        histogram.Record(TimeSpan.FromDays(30));

        histogram.Count.ShouldBe(2);
        histogram.Percentile(1).ShouldBe(TimeSpan.Zero);
        histogram.Max.ShouldBe(TimeSpan.FromDays(30));
    }

    [Fact]
    public void Two_histograms_can_be_merged()
    {
        var (other, both) = (new LatencyHistogram(), new LatencyHistogram());
        for (var i = 1; i <= 1_000; i++)
        {
            (i % 2 == 0 ? histogram : other).Record(TimeSpan.FromMilliseconds(i));
            both.Record(TimeSpan.FromMilliseconds(i));
        }

        histogram.Add(other);

        histogram.Count.ShouldBe(both.Count);
        histogram.Percentile(95).ShouldBe(both.Percentile(95));
        histogram.Max.ShouldBe(both.Max);
    }
}
