using Tiffin.Engine.Diagnostics;
using Tiffin.Tests.EventLog;

namespace Tiffin.Tests.Diagnostics;

public sealed class RollingTallyTests
{
    static readonly TimeSpan minute = TimeSpan.FromMinutes(1);
    static readonly TimeSpan hour = TimeSpan.FromHours(1);

    readonly ManualClock clock = new();

    [Fact]
    public void A_window_holds_what_came_within_it()
    {
        var tally = new RollingTally(clock);
        for (var i = 0; i < 120; i++)
        {
            tally.Add(isGood: i >= 60);
            clock.Advance(minute);
        }
        tally.Add(isGood: false);

        tally.Over(5 * minute).ShouldBe(new Tally(4, 5));
        tally.Over(hour).ShouldBe(new Tally(59, 60));
        tally.Over(RollingTally.Retention).ShouldBe(new Tally(60, 121));
    }

    [Fact]
    public void Requests_older_than_a_day_are_discarded()
    {
        var tally = new RollingTally(clock);
        for (var i = 0; i < 3 * 24 * 60; i++)
        {
            tally.Add(isGood: i >= 24 * 60);
            clock.Advance(minute);
        }

        tally.Over(RollingTally.Retention).Share.ShouldBe(1);
        tally.Over(RollingTally.Retention).Total.ShouldBeInRange(24 * 60 - 1, 24 * 60 + 1);
        // A longer window is limited to what is kept.
        tally.Over(3 * RollingTally.Retention).Total.ShouldBeLessThan(24 * 60 + 3);
    }

    [Fact]
    public void Without_requests_there_is_no_share() => new RollingTally(clock).Over(hour).Share.ShouldBeNull();
}
