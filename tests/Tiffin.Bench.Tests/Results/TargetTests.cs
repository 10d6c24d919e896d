using Tiffin.Bench.Results;

namespace Tiffin.Bench.Tests.Results;

public sealed class TargetTests
{
    [Fact]
    public void A_ratio_compares_medians_so_that_one_bad_round_has_no_effect()
    {
        var medians = new Medians(
            [Placed(100), Placed(7_000), Placed(7_100), Run("place-single", 1_000), Run("place-single", 1_000)]);

        medians.Ratio("place", "place-single").ShouldBe(7);
    }

    [Fact]
    public void The_median_of_two_rounds_is_their_mean() =>
        new Medians([Placed(10), Placed(20)]).PerSecond("place").ShouldBe(15);

    [Fact]
    public void A_target_without_a_measurement_is_omitted()
    {
        Report.Targets([Placed(7_000)]).ShouldNotContain("place-single");
        new Medians([Placed(1)]).P99("place").ShouldBeNull();
    }

    [Theory]
    [InlineData(6_000, "| reached |")]
    [InlineData(5_900, "| **not reached** |")]
    public void A_row_shows_whether_its_target_was_reached(double perSecond, string verdict) =>
        Report.Targets([Placed(perSecond), Run("place-single", 1_000)])
            .ShouldContain($"| `place` | relative to place-single | {perSecond / 1_000} | ≥ 6 {verdict}");

    [Fact]
    public void An_error_in_a_single_round_counts()
    {
        var bad = Run("steady-500", 500) with { Errors = new Dictionary<string, long> { ["503"] = 1 } };

        var medians = new Medians([Run("steady-500", 500), bad, Run("steady-500", 500)]);

        medians.Errors("steady-500").ShouldBe(1);
        Report.Targets([bad]).ShouldContain("| `steady` | 500/s: errors | 1 | 0 | **not reached** |");
    }

    [Fact]
    public void Fairness_is_measured_at_the_node_with_the_largest_deviation()
    {
        var run = Run("nodes-2", 1_000) with
        {
            Figures = new Dictionary<string, double> { ["node 1 /s"] = 600, ["node 2 /s"] = 400 },
        };

        Report.Targets([run]).ShouldContain(
            "| largest deviation from a fair share, 2 nodes | 0.2 | ≤ 0.1 | **not reached** |");
    }

    static Measurement Placed(double perSecond) => Run("place", perSecond);

    static Measurement Run(string name, double perSecond) => new(name) { PerSecond = perSecond };
}
