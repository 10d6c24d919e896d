using Tiffin.Bench.Load;

namespace Tiffin.Bench.Tests.Load;

public sealed class WarmUpTests
{
    readonly WarmUp warmUp = new(tolerance: 0.03, windowsMin: 3, windowsMax: 8);

    [Fact]
    public void The_warm_up_ends_when_the_rate_no_longer_rises() =>
        Until(3_000, 6_000, 9_000, 9_100).ShouldBe(4);

    [Fact]
    public void A_slowly_rising_rate_prolongs_the_warm_up() =>
        Until(5_000, 5_500, 6_000, 6_500, 7_000, 7_050).ShouldBe(6);

    [Fact]
    public void A_rate_that_is_level_from_the_start_is_observed_for_the_minimum() =>
        Until(9_000, 9_000, 9_000, 9_000).ShouldBe(3);

    [Fact]
    public void A_recovery_from_a_slow_window_is_not_a_rise() =>
        Until(9_000, 4_000, 9_100).ShouldBe(3);

    [Fact]
    public void The_warm_up_has_a_maximum_duration() =>
        Until(1, 2, 4, 8, 16, 32, 64, 128, 256).ShouldBe(8);

    int Until(params double[] rates)
    {
        for (var i = 0; i < rates.Length; i++)
            if (warmUp.IsDone(rates[i])) return i + 1;
        return int.MaxValue;
    }
}
