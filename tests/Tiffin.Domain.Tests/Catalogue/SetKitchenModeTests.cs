using Tiffin.Domain.Catalogue;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Catalogue;

public sealed class SetKitchenModeTests
{
    [Fact]
    public void A_mode_holds_until_its_time_or_further_notice() => new Story()
        .Do(Set("k1", KitchenMode.Online), "unchanged")
        .Do(Set("k1", KitchenMode.Busy, Noon.AddHours(1)) with { DelayMinutes = 20 }, "k1 Busy until 03-02 07:30")
        .Do(Set("k1", KitchenMode.Busy, Noon.AddHours(1)) with { DelayMinutes = 20 }, "unchanged")
        .Do(Set("k1", KitchenMode.Busy, Noon.AddHours(1)) with { DelayMinutes = 30 }, "k1 Busy until 03-02 07:30")
        .Do(Set("k1", KitchenMode.Paused), "k1 Paused")
        .Do(Set("k1", KitchenMode.Paused, Noon), "/until in_the_past")
        .Do(Set("k1", KitchenMode.Paused, Noon.AddTicks(1)), "k1 Paused until 03-02 06:30")
        .Do(Set("k9", KitchenMode.Paused), "no kitchen k9");

    [Fact]
    public void Extending_a_mode_keeps_its_start()
    {
        var rows = new Rows();
        rows.Run([.. Puts, Set("k1", KitchenMode.Paused, Noon.AddHours(1))], Noon);
        rows.Run([Set("k1", KitchenMode.Paused, Noon.AddHours(2))], Noon.AddMinutes(30));
        Since().ShouldBe(Noon);

        rows.Run([Set("k1", KitchenMode.Paused, Noon.AddHours(4))], Noon.AddHours(3));
        Since().ShouldBe(Noon.AddHours(3));
        rows.Run([Set("k1", KitchenMode.Busy) with { DelayMinutes = 10 }], Noon.AddHours(3.5));
        Since().ShouldBe(Noon.AddHours(3.5));
        rows.Run([Set("k1", KitchenMode.Online)], Noon.AddHours(3.6));
        Since().ShouldBeNull();

        DateTimeOffset? Since() => rows.Catalogue.Kitchens["k1"].Mode.Since;
    }

    [Theory]
    [InlineData(KitchenMode.Busy, 0, false, "")]
    [InlineData(KitchenMode.Busy, 240, true, "")]
    [InlineData(KitchenMode.Busy, 241, false, "/delayMinutes out_of_range")]
    [InlineData(KitchenMode.Busy, -1, false, "/delayMinutes out_of_range")]
    [InlineData(KitchenMode.Paused, 1, true, "/delayMinutes only_when_busy")]
    [InlineData(KitchenMode.Online, 0, true, "/until only_when_not_online")]
    public void Only_settings_of_the_mode_may_be_set(KitchenMode mode, int delay, bool hasEnd, string faults) =>
        Limits.Faults(Set("k1", mode, hasEnd ? Noon : null) with { DelayMinutes = delay }).ShouldBe(faults);

    [Fact]
    public void Kitchen_staff_set_busy_for_at_most_a_day_and_go_online_again() => new Story()
        .Do(AsStaff(Set("k1", KitchenMode.Busy, Noon.AddHours(24))), "k1 Busy until 03-03 06:30")
        .Do(AsStaff(Set("k1", KitchenMode.Busy, Noon.AddHours(24).AddTicks(1))), "/until too_far_ahead")
        .Do(AsStaff(Set("k1", KitchenMode.Online)), "k1 Online")
        .Do(Set("k1", KitchenMode.Busy, Noon.AddHours(25)), "k1 Busy until 03-03 07:30");

    [Fact]
    public void Kitchen_staff_do_not_end_a_pause_that_a_manager_set() => new Story()
        .Do(Set("k1", KitchenMode.Paused, Noon.AddHours(1)), "k1 Paused until 03-02 07:30")
        .Do(AsStaff(Set("k1", KitchenMode.Online)), "/mode not_yours")
        .Do(AsStaff(Set("k1", KitchenMode.Busy, Noon.AddHours(2))), "/mode not_yours")
        .At("2026-03-02 07:30")
        .Do(AsStaff(Set("k1", KitchenMode.Busy, Noon.AddHours(2))), "k1 Busy until 03-02 08:30");

    [Fact]
    public void Kitchen_staff_end_the_pause_of_a_kitchen_that_did_not_answer() => new Story()
        .Do(Set("k1", KitchenMode.Paused) with { Reason = ModeSetting.NotAnswering }, "k1 Paused not_answering")
        .Do(AsStaff(Set("k1", KitchenMode.Online)), "k1 Online");

    [Theory]
    [InlineData(KitchenMode.Busy, true, "")]
    [InlineData(KitchenMode.Busy, false, "/until required")]
    [InlineData(KitchenMode.Paused, true, "/mode not_yours")]
    [InlineData(KitchenMode.Online, false, "")]
    public void Kitchen_staff_set_busy_for_a_time_and_never_pause(KitchenMode mode, bool hasEnd, string faults) =>
        Limits.Faults(AsStaff(Set("k1", mode, hasEnd ? Noon : null))).ShouldBe(faults);

    static SetKitchenMode AsStaff(SetKitchenMode command) => command with { Caller = As(Role.Kitchen) };

    static SetKitchenMode Set(string kitchen, KitchenMode mode, DateTimeOffset? until = null) =>
        new(kitchen, mode, until, 0) { Caller = As(Role.Manager) };
}
