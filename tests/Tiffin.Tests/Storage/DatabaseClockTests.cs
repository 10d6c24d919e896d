using Tiffin.Engine.Storage;
using Tiffin.Tests.EventLog;

namespace Tiffin.Tests.Storage;

public sealed class DatabaseClockTests
{
    [Theory]
    [InlineData(900, 0.01, 900)]
    [InlineData(-900, 0.01, -900)]
    [InlineData(0.05, 0.001, 0)]
    [InlineData(-1.5, 2, 0)]
    public void A_difference_counts_as_skew_only_beyond_the_round_trip_and_a_tolerance(
        double measured, double took, double skew)
    {
        var manual = new ManualClock();
        var clock = new DatabaseClock(manual);

        clock.SetSkew(TimeSpan.FromSeconds(measured), TimeSpan.FromSeconds(took));

        clock.Skew.ShouldBe(TimeSpan.FromSeconds(skew));
        clock.Now.ShouldBe(manual.GetUtcNow() - TimeSpan.FromSeconds(skew));
    }
}
