using Tiffin.Bench.OpenLoop;

namespace Tiffin.Bench.Tests.OpenLoop;

public sealed class LatencyHistogramTests
{
    readonly LatencyHistogram histogram = new();

    [Fact]
    public void Of_a_hundred_different_latencies_the_percentile_is_the_rank()
    {
        for (var i = 1; i <= 100; i++) histogram.Record(TimeSpan.FromMicroseconds(i));

        histogram.Percentile(50).ShouldBe(TimeSpan.FromMicroseconds(50));
        histogram.Percentile(99).ShouldBe(TimeSpan.FromMicroseconds(99));
        histogram.Percentile(99.9).ShouldBe(TimeSpan.FromMicroseconds(100));
        histogram.Percentile(0).ShouldBe(TimeSpan.FromMicroseconds(1));
    }

    [Fact]
    public void Without_latencies_there_is_none()
    {
        histogram.Percentile(99).ShouldBe(TimeSpan.Zero);
        histogram.Count.ShouldBe(0);
    }

    [Fact]
    public void No_figure_flatters_and_none_is_off_by_more_than_it_says()
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
    public void Where_buckets_become_wider_none_is_lost(int micros)
    {
        histogram.Record(TimeSpan.FromMicroseconds(micros));
        histogram.Record(TimeSpan.FromMicroseconds(micros * 4));

        histogram.Percentile(50).TotalMicroseconds.ShouldBeInRange(micros, micros * 1.008);
    }

    [Fact]
    public void The_longest_is_kept_as_it_was()
    {
        histogram.Record(TimeSpan.FromTicks(123_456_789));

        histogram.Max.ShouldBe(TimeSpan.FromTicks(123_456_789));
        histogram.Percentile(99.9).ShouldBe(TimeSpan.FromTicks(123_456_789));
    }

    [Fact]
    public void What_lies_beyond_all_buckets_and_before_the_clock_counts_too()
    {
        histogram.Record(TimeSpan.FromMilliseconds(-1));
        histogram.Record(TimeSpan.FromDays(30));

        histogram.Count.ShouldBe(2);
        histogram.Percentile(1).ShouldBe(TimeSpan.Zero);
        histogram.Max.ShouldBe(TimeSpan.FromDays(30));
    }

    [Fact]
    public void Two_added_up_are_as_one()
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
