using Tiffin.Bench.OpenLoop;

namespace Tiffin.Bench.Tests.OpenLoop;

public sealed class ArrivalScheduleTests
{
    static readonly TimeSpan minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void The_number_of_arrivals_matches_the_rate()
    {
        var arrivals = All(new ArrivalSchedule(1_000, minute, seed: 1));

        // Five standard deviations of a Poisson process.
        ((double)arrivals.Count).ShouldBe(60_000, 5 * Math.Sqrt(60_000));
    }

    [Fact]
    public void Gaps_between_arrivals_are_exponentially_distributed()
    {
        var arrivals = All(new ArrivalSchedule(1_000, minute, seed: 1));
        var gaps = arrivals.Zip(arrivals.Skip(1), (a, b) => (b - a).TotalSeconds).ToList();

        // Exponential gaps: the deviation is the average, and 39 % are shorter than half the average.
        var scatter = Math.Sqrt(gaps.Average(gap => Math.Pow(gap - 0.001, 2)));
        scatter.ShouldBe(0.001, 0.0001);
        (gaps.Count(gap => gap < 0.0005) / (double)gaps.Count).ShouldBe(1 - Math.Exp(-0.5), 0.02);
    }

    [Fact]
    public void The_same_seed_gives_the_same_schedule() =>
        All(new ArrivalSchedule(100, minute, seed: 7)).ShouldBe(All(new ArrivalSchedule(100, minute, seed: 7)));

    [Fact]
    public void No_arrival_is_early_and_all_missed_arrivals_come_at_once()
    {
        var schedule = new ArrivalSchedule(1_000, minute, seed: 1);
        schedule.TryTake(TimeSpan.Zero, out _).ShouldBeFalse();

        // A stall of a second: arrivals during it are still due at their own times.
        var missed = new List<TimeSpan>();
        while (schedule.TryTake(TimeSpan.FromSeconds(1), out var due)) missed.Add(due);

        missed.Count.ShouldBeInRange(800, 1_200);
        missed.ShouldBeInOrder();
        missed[0].ShouldBeLessThan(TimeSpan.FromSeconds(0.1));
        missed[^1].ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void No_arrival_comes_after_the_end()
    {
        var schedule = new ArrivalSchedule(1_000, TimeSpan.FromSeconds(1), seed: 1);

        All(schedule)[^1].ShouldBeLessThan(TimeSpan.FromSeconds(1));

        schedule.IsOver.ShouldBeTrue();
        schedule.TryTake(minute, out _).ShouldBeFalse();
    }

    static List<TimeSpan> All(ArrivalSchedule schedule)
    {
        var all = new List<TimeSpan>();
        while (schedule.TryTake(TimeSpan.MaxValue, out var due)) all.Add(due);
        return all;
    }
}
