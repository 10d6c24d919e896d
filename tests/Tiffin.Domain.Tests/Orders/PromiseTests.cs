using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Orders;

public sealed class PromiseTests
{
    static readonly DateTimeOffset noon = Noon.AddMilliseconds(750);

    [Fact]
    public void Without_preparation_times_there_is_no_promise() =>
        Promise.Default(Site(new KitchenTimes()), FulfilmentType.Pickup, [null, null], noon).ShouldBeNull();

    [Theory]
    [InlineData(20, null, 20)]
    [InlineData(20, 15, 20)]
    [InlineData(20, 35, 35)]
    [InlineData(null, 35, 35)]
    public void The_longest_preparation_time_counts(int? kitchen, int? item, int minutes) =>
        Promise.Default(Site(new() { PrepMinutes = kitchen }), FulfilmentType.Pickup, [null, item, 3], noon)!
            .ReadyAt.ShouldBe(Noon.AddMinutes(minutes));

    [Fact]
    public void A_busy_kitchen_promises_later_until_its_mode_ends()
    {
        var busy = Site(new() { PrepMinutes = 20 }) with
        {
            Mode = new ModeSetting(KitchenMode.Busy, Noon.AddMinutes(30), DelayMinutes: 15),
        };
        Promise.Default(busy, FulfilmentType.Pickup, [], noon)!.ReadyAt.ShouldBe(Noon.AddMinutes(35));
        Promise.Default(busy, FulfilmentType.Pickup, [], Noon.AddMinutes(30))!.ReadyAt.ShouldBe(Noon.AddMinutes(50));
    }

    [Fact]
    public void A_delivery_has_a_range_and_a_pickup_has_none()
    {
        var site = Site(new() { PrepMinutes = 20, DeliveryMinutes = new MinuteRange(10, 25) });
        Promise.Default(site, FulfilmentType.Delivery, [], noon).ShouldBe(new Promise(
            Noon.AddMinutes(20), Noon.AddMinutes(30), Noon.AddMinutes(45), Noon.AddMinutes(20), Moved: 0));
        Promise.Default(site, FulfilmentType.Pickup, [], noon)!.DeliverTo.ShouldBeNull();
    }

    [Fact]
    public void A_promise_is_moved_earlier_at_will_and_later_three_times() => Promised()
        .Do(Minutes(25), "ready 06:55, moved 1 v2")
        .Do(Minutes(25), "unchanged: order 1")
        .Do(Minutes(10), "ready 06:40, moved 1 v3")
        .Do(Minutes(15), "ready 06:45, moved 2 v4")
        .Do(Minutes(30), "ready 07:00, moved 3 v5")
        .Do(Minutes(31), "moved 3 times already")
        .Do(Minutes(5), "ready 06:35, moved 3 v6");

    [Fact]
    public void A_repeated_request_in_minutes_does_not_move_the_promise() => Promised()
        .Do(Minutes(25), "ready 06:55, moved 1 v2")
        .At("2026-03-02 06:30:59").Do(Minutes(25), "unchanged: order 1")
        .At("2026-03-02 06:31:00").Do(Minutes(25), "ready 06:56, moved 2 v3");

    [Fact]
    public void A_promise_beyond_the_limit_can_still_be_moved_earlier() => Promised()
        .Do(ReadyAt(Noon.AddMinutes(70)), "ready 07:40, moved 1 v2")
        .Do(Kitchen("k2") with
        {
            Acceptance = Acceptance.Manual, Times = new() { PrepMinutes = 20, PromiseDelayMinutesMax = 10 },
        }, "kitchen k2")
        .Do(ReadyAt(Noon.AddMinutes(60)), "ready 07:30, moved 1 v3")
        .Do(ReadyAt(Noon.AddMinutes(61)), "/readyAt out_of_range");

    [Fact]
    public void A_promise_is_moved_at_most_an_hour_past_the_first_one() => Promised()
        .Do(Minutes(81), "/prepMinutes out_of_range")
        .Do(ReadyAt(Noon.AddMinutes(80).AddSeconds(1)), "/readyAt out_of_range")
        .Do(ReadyAt(Noon.AddMinutes(80)), "ready 07:50, moved 1 v2")
        .Do(ReadyAt(Noon.AddSeconds(-1)), "/readyAt in_the_past");

    [Fact]
    public void A_ready_or_ended_order_has_no_promise_to_move() => Promised()
        .Do(To(OrderStatus.Preparing), "Accepted v2 implied; Preparing v3")
        .Do(Minutes(25), "ready 06:55, moved 1 v4")
        .Do(To(OrderStatus.Ready), "Ready v5")
        .Do(Minutes(30), "finished, is Ready")
        .Do(To(OrderStatus.Delivered), "Delivered v6")
        .Do(Minutes(30), "finished, is Delivered");

    [Fact]
    public void Accepting_promises_a_time_and_keeps_the_first_one() => Promised()
        .Do(To(OrderStatus.Accepted) with { PrepMinutes = 40 }, "Accepted v2")
        .Do(Minutes(80), "ready 07:50, moved 1 v3")
        .Do(Minutes(81), "/prepMinutes out_of_range");

    [Fact]
    public void An_order_without_a_promise_gets_one() => new Story()
        .Do(Place(1, "k1", Line("water")), "order 1 #1 of 03-02 for 2100; Accepted v2")
        .Do(Move(1) with { PrepMinutes = 240 }, "ready 10:30, moved 0 v3");

    [Fact]
    public void A_promise_is_not_moved_with_a_stale_version_or_by_another_kitchen() => Promised()
        .Do(Minutes(25) with { IfVersion = new([2]) }, "stale, is v1")
        .Do(Minutes(25) with { Caller = As(Role.Kitchen) with { Kitchens = new HashSet<string> { "k1" } } },
            "no such order");

    [Theory]
    [InlineData(null, null, "", "/readyAt one_of")]
    [InlineData(5, "2026-03-02T07:00Z", "", "/readyAt one_of")]
    [InlineData(0, null, "", "/prepMinutes out_of_range")]
    [InlineData(241, null, "", "/prepMinutes out_of_range")]
    [InlineData(240, null, "Busy", "/reason not_a_code")]
    [InlineData(1, null, "busy", "")]
    public void A_request_names_one_time(int? minutes, string? at, string reason, string faults) =>
        Limits.Faults(new ChangePromise(OrderOf(1, 2), null, at is null ? null : DateTimeOffset.Parse(at, null),
            minutes, reason.Length == 0 ? null : reason) { Caller = As(Role.Kitchen) }).ShouldBe(faults);

    static Story Promised() => new Story()
        .Do(Kitchen("k2") with { Acceptance = Acceptance.Manual, Times = new() { PrepMinutes = 20 } }, "kitchen k2")
        .Do(Place(1, "k2", Line("water")), "order 1 #1 of 03-02 for 2100");

    static ChangePromise Minutes(int minutes) => Move(2) with { PrepMinutes = minutes };

    static ChangePromise ReadyAt(DateTimeOffset time) => Move(2) with { ReadyAt = time };

    static ChangePromise Move(int kitchen) => new(OrderOf(1, kitchen), null, null, null, null)
    {
        Caller = As(Role.Kitchen),
    };

    static ChangeStatus To(OrderStatus status) => new(OrderOf(1, 2), status, null, null) { Caller = As(Role.Admin) };

    static Kitchen Site(KitchenTimes times) => new(
        1, "k", "k", null, TimeZoneInfo.Utc, "INR", [], Acceptance.Manual, 8, new Fees(0, 0), ModeSetting.Online)
    {
        Times = times,
    };
}
