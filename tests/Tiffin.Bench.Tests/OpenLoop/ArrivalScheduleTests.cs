using Tiffin.Bench.OpenLoop;

namespace Tiffin.Bench.Tests.OpenLoop;

public sealed class ArrivalScheduleTests
{
    [Fact]
    public void As_many_arrive_as_were_asked_for_however_late_they_are_looked_at()
    {
        var schedule = new ArrivalSchedule(1_000, TimeSpan.FromSeconds(10), seed: 7);
        var due = new List<TimeSpan>();
        // One look in all: whoever drives it was held up for ten seconds.
        while (schedule.TryTake(TimeSpan.FromSeconds(10), out var next)) due.Add(next);

        due.Count.ShouldBeInRange(9_500, 10_500);
        due.ShouldBe(due.Order());
        due[^1].ShouldBeLessThan(TimeSpan.FromSeconds(10));
        schedule.IsOver.ShouldBeTrue();
    }

    [Fact]
    public void Nobody_comes_early()
    {
        var schedule = new ArrivalSchedule(10, TimeSpan.FromSeconds(10), seed: 7);
        schedule.TryTake(TimeSpan.Zero, out var first).ShouldBeFalse();
        schedule.TryTake(first - TimeSpan.FromMicroseconds(1), out _).ShouldBeFalse();
        schedule.TryTake(first, out var taken).ShouldBeTrue();
        taken.ShouldBe(first);
    }
}
