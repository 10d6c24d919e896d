using Tiffin.Dev.Simulation;

namespace Tiffin.Tests.Dev.Simulation;

/// <summary>Uses a clock that the test advances: these tests wait for no real time.</summary>
public sealed class ScaledClockTests
{
    readonly HandClock real = new();

    [Fact]
    public void The_speed_is_the_number_of_seconds_per_real_second()
    {
        var clock = new ScaledClock(real, 36_000);
        var (before, started) = (clock.GetTimestamp(), clock.GetUtcNow());

        real.Seconds++;

        clock.GetElapsedTime(before).ShouldBe(TimeSpan.FromHours(10));
        clock.GetUtcNow().ShouldBe(started.AddHours(10));
        clock.LocalTimeZone.ShouldBe(real.LocalTimeZone);
    }

    [Fact]
    public void The_clock_continues_from_the_time_that_it_is_set_to()
    {
        var clock = new ScaledClock(real, 60);
        real.Seconds++;
        var later = clock.GetUtcNow().AddHours(19);

        clock.Set(later);
        real.Seconds++;

        clock.GetUtcNow().ShouldBe(later.AddMinutes(1));
    }

    [Fact]
    public void A_timer_is_due_sooner_by_the_real_clock_also_when_it_is_set_again()
    {
        var clock = new ScaledClock(real, 3600);
        using var timer = clock.CreateTimer(_ => { }, null, TimeSpan.FromHours(1), TimeSpan.FromHours(2));
        timer.Change(TimeSpan.FromHours(3), Timeout.InfiniteTimeSpan);

        real.Timers.ShouldBe([
            (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)),
            (TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan),
        ]);
    }

    [Fact]
    public void A_wait_too_short_for_a_timer_is_a_millisecond_and_not_for_ever()
    {
        using var timer = new ScaledClock(real, 3600)
            .CreateTimer(_ => { }, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

        real.Timers.ShouldBe([(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1))]);
    }

    sealed class HandClock : TimeProvider
    {
        public long Seconds { get; set; }
        public List<(TimeSpan Due, TimeSpan Period)> Timers { get; } = [];

        public override long TimestampFrequency => 1;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(Seconds);

        public override long GetTimestamp() => Seconds;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timers.Add((dueTime, period));
            return new Timer(Timers);
        }

        sealed class Timer(List<(TimeSpan Due, TimeSpan Period)> timers) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                timers.Add((dueTime, period));
                return true;
            }

            public void Dispose() { }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
