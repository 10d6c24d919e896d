using System.Globalization;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Orders;

/// <summary>It is 12:00 (06:30 UTC) in k1, where an order takes 20 minutes and its delivery at most 25.</summary>
public sealed class AdjustReleaseTests
{
    static readonly KitchenTimes times = new() { PrepMinutes = 20, DeliveryMinutes = new MinuteRange(10, 25) };

    [Fact]
    public void The_release_follows_the_preparation_time_of_the_kitchen() => Scheduled()
        .Do(Adjust, "unchanged: order 1")
        .Do(Site(times with { PrepMinutes = 40 }), "kitchen k1")
        .Do(Adjust, "for 03-02 09:00:00, released 07:55 v3").Do(Adjust, "unchanged: order 1")
        .Do(Site(times with { PrepMinutes = 10 }), "kitchen k1")
        .Do(Adjust, "for 03-02 09:00:00, released 08:25 v4")
        .At("2026-03-02 08:15").Do(Fire, "unchanged: order 1")
        .At("2026-03-02 08:25").Do(Fire, "released v5").Do(Adjust, "unchanged: order 1");

    [Fact]
    public void The_release_and_the_promise_follow_the_delivery_time() => Scheduled()
        .Do(Site(times with { DeliveryMinutes = new MinuteRange(20, 45) }), "kitchen k1")
        .Do(Adjust, "for 03-02 09:00:00, released 07:55 v3")
        .At("2026-03-02 07:55").Do(Fire, "released v4")
        .At("2026-03-02 08:19:59").Do(Fire, "unchanged: order 1")
        .At("2026-03-02 08:20").Do(Fire, "Readiness overdue since 08:20:00 v5");

    [Fact]
    public void The_release_follows_the_preparation_time_of_an_item() => Scheduled()
        .Do(Item("water", 2000) with { PrepMinutes = 50 }, "item water")
        .Do(Adjust, "for 03-02 09:00:00, released 07:45 v3");

    [Theory]
    [InlineData("2026-03-02 09:00", "unchanged: order 1")]
    [InlineData("2026-03-02 09:01", "for 03-02 09:00:00, released 08:00 v3")]
    public void The_release_follows_the_delay_of_a_kitchen_that_will_be_busy(string until, string answer) => Scheduled()
        .Do(new SetKitchenMode("k1", KitchenMode.Busy, At(until), 15) { Caller = As(Role.Manager) },
            $"k1 Busy until 03-02 {until[11..]}")
        .Do(Adjust, answer);

    [Theory]
    [InlineData(5, 25, "unchanged: order 1")]
    [InlineData(5, 15, "unchanged: order 1")]
    [InlineData(5, 26, "for 03-02 09:00:00, released 08:09 v3")]
    [InlineData(0, 21, "for 03-02 09:00:00, released 08:14 v3")]
    public void A_change_within_the_tolerance_moves_nothing(int tolerance, int minutes, string answer) => Scheduled()
        .Do(Site(times with { PrepMinutes = minutes, ReleaseToleranceMinutes = tolerance }), "kitchen k1")
        .Do(Adjust, answer);

    [Fact]
    public void A_release_that_would_have_been_in_the_past_happens_at_once() => Scheduled()
        .At("2026-03-02 08:10").Do(Site(times with { PrepMinutes = 60 }), "kitchen k1")
        .Do(Adjust, "for 03-02 09:00:00, released 07:35 v3").Do(Fire, "released v4");

    [Fact]
    public void The_preparation_minutes_that_the_kitchen_gave_are_kept() => new Story()
        .Do(Site(times) with { Acceptance = Acceptance.Manual }, "kitchen k1")
        .Do(Order("2026-03-02 09:00"), "order 1 #1 of 03-02 for 2100")
        .Do(new ChangeStatus(OrderOf(1), OrderStatus.Accepted, null, null)
        {
            PrepMinutes = 35, Caller = As(Role.Kitchen),
        }, "Accepted v2")
        .Do(Site(times with { PrepMinutes = 60 }), "kitchen k1").Do(Adjust, "unchanged: order 1")
        .Do(new RescheduleOrder(OrderOf(1), null, At("2026-03-02 10:00")) { Caller = As(Role.Manager) },
            "for 03-02 10:00:00, released 09:00 v3");

    [Fact]
    public void A_reschedule_uses_the_current_preparation_times() => Scheduled()
        .Do(Site(times with { PrepMinutes = 60 }), "kitchen k1")
        .Do(new RescheduleOrder(OrderOf(1), null, At("2026-03-02 10:00")) { Caller = As(Role.Manager) },
            "for 03-02 10:00:00, released 08:35 v3");

    [Fact]
    public void Stock_is_taken_before_a_release_that_was_moved_earlier() => new Story()
        .Do(Site(times), "kitchen k1")
        .Do(Order("2026-03-02 19:30") with { Lines = [Line("plain")] }, "order 1 #1 of 03-03 for 9450; Accepted v2")
        .Do(Site(times with { PrepMinutes = 120 }), "kitchen k1")
        .Do(Adjust, "for 03-02 19:30:00, released 17:05 v3")
        .At("2026-03-02 17:05").Do(Fire, "stock taken v4, Sold rice-100").Do(Fire, "released v5");

    [Fact]
    public void Stock_is_taken_when_the_day_starts_if_the_release_moves_back() => new Story()
        .Do(Site(times), "kitchen k1")
        .Do(Order("2026-03-02 19:30") with { Lines = [Line("plain")] }, "order 1 #1 of 03-03 for 9450; Accepted v2")
        .Do(Site(times with { PrepMinutes = 120 }), "kitchen k1")
        .Do(Adjust, "for 03-02 19:30:00, released 17:05 v3")
        .Do(Site(times), "kitchen k1")
        .Do(Adjust, "for 03-02 19:30:00, released 18:45 v4")
        .At("2026-03-02 18:29:59").Do(Fire, "unchanged: order 1")
        .At("2026-03-02 18:30:01").Do(Fire, "stock taken v5, Sold rice-100");

    [Fact]
    public void Only_an_open_order_that_is_not_released_has_a_release_to_move() => new Story()
        .Do(Site(times), "kitchen k1")
        .Do(Adjust, "no such order")
        .Do(Place(1, "k1", Line("water")), "order 1 #1 of 03-02 for 2100; Accepted v2")
        .Do(Adjust, "unchanged: order 1");

    static Story Scheduled() => new Story()
        .Do(Site(times), "kitchen k1")
        .Do(Order("2026-03-02 09:00"), "order 1 #1 of 03-02 for 2100; Accepted v2");

    static AdjustRelease Adjust => new(OrderOf(1)) { Caller = Caller.System };

    static FireOrderTimer Fire => new(OrderOf(1)) { Caller = Caller.System };

    static PutKitchen Site(KitchenTimes times) => Kitchen("k1") with { Times = times };

    static PlaceOrder Order(string wanted) => Place(1, "k1", Line("water")).Delivered() with { At = At(wanted) };

    static DateTimeOffset At(string time) =>
        DateTimeOffset.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
