using Tiffin.Domain.Inventory;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Inventory;

public sealed class SetThresholdTests
{
    [Fact]
    public void Moving_a_threshold_can_cross_the_level() => new Story()
        .Do(Set(1000), "rice threshold 1000")
        .Do(Set(1000), "unchanged")
        .Do(Set(1001), "rice threshold 1001; rice low at 1000")
        .Do(Set(2000), "rice threshold 2000")
        .Do(Set(1000), "rice threshold 1000; rice recovered at 1000")
        .Do(Set(0), "rice threshold 0");

    [Fact]
    public void An_ingredient_that_was_never_received_may_have_a_threshold() => new Story()
        .Do(Set(10) with { KitchenId = "k2" }, "rice threshold 10; rice low at 0; rice out at 0")
        .Do(Record(1, "k2", Move(MovementKind.Received, "rice", 100)),
            "Received rice+100 = 100; rice recovered at 100");

    [Fact]
    public void A_threshold_of_zero_reports_an_empty_level_as_out() => new Story()
        .Do(Set(0) with { KitchenId = "k2" }, "rice threshold 0; rice out at 0")
        .Do(Set(0) with { KitchenId = "k2" }, "unchanged");

    [Fact]
    public void An_unknown_kitchen_or_ingredient_has_no_threshold() => new Story()
        .Do(Set(1) with { KitchenId = "k9" }, "no kitchen k9")
        .Do(Set(1) with { Sku = "saffron" }, "no ingredient saffron")
        .Do(Set(1) with { KitchenId = "k9", Sku = "saffron" }, "no kitchen k9");

    [Theory]
    [InlineData(-1, "/threshold out_of_range")]
    [InlineData(0, "")]
    [InlineData(Stock.OnHandMax, "")]
    [InlineData(Stock.OnHandMax + 1, "/threshold out_of_range")]
    public void A_threshold_is_held_to_its_limits(long threshold, string faults) =>
        Limits.Faults(Set(threshold)).ShouldBe(faults);

    static SetThreshold Set(long threshold) => new("k1", "rice", threshold) { Caller = As(Role.Kitchen) };
}
