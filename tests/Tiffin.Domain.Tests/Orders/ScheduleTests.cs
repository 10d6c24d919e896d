using System.Globalization;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Orders;

/// <summary>
/// Stories begin on 2026-03-02 at 06:30 UTC, 12:00 in k1, whose business day starts at 18:30 UTC. An order takes
/// 20 minutes to prepare; a delivery takes 25 at most.
/// </summary>
public sealed class ScheduleTests
{
    const string Placed = "order 1 #1 of 03-03 for 9450; Accepted v2";

    static readonly KitchenTimes times = new() { PrepMinutes = 20, DeliveryMinutes = new MinuteRange(10, 25) };

    [Theory]
    [InlineData("2026-03-02 06:49:59", "/fulfilment/at too soon until 03-02 06:51")]
    [InlineData("2026-03-02 06:50", "order 1 #1 of 03-02 for 9450, Sold rice-100; Accepted v2")]
    [InlineData("2026-03-09 06:30:01", "/fulfilment/at too far ahead until 03-09 06:30")]
    [InlineData("2026-03-09 06:30", "order 1 #1 of 03-09 for 9450; Accepted v2")]
    [InlineData("0001-01-01 00:00", "/fulfilment/at too soon until 03-02 06:51")]
    [InlineData("9999-12-31 23:59:59", "/fulfilment/at too far ahead until 03-09 06:30")]
    public void An_order_is_scheduled_between_the_earliest_time_and_a_week_ahead(string time, string answer) =>
        Open().Do(Order(1, time), answer);

    [Fact]
    public void A_delivery_and_a_busy_kitchen_need_a_longer_notice() => Open()
        .Do(Order(1, "2026-03-02 07:14:59").Delivered(),
            "/fulfilment/at too soon until 03-02 07:16")
        .Do(new SetKitchenMode("k1", KitchenMode.Busy, At("2026-03-02 07:00"), 15) { Caller = As(Role.Manager) },
            "k1 Busy until 03-02 07:00")
        .Do(Order(1, "2026-03-02 06:59:59"), "/fulfilment/at too soon until 03-02 07:06")
        .Do(Order(1, "2026-03-02 07:00"), "order 1 #1 of 03-02 for 9450, Sold rice-100; Accepted v2");

    [Fact]
    public void The_kitchen_must_be_open_at_the_start_but_not_now() => Open()
        .Do(Hours("12:30", "23:00"), "kitchen k1")
        .Do(Order(1, "2026-03-02 07:19:59"), "/fulfilment/at closed then until 03-02 07:00 earliest 03-02 07:20")
        .Do(Order(1, "2026-03-02 17:50"), "/fulfilment/at closed then until 03-03 07:00 earliest 03-03 07:20")
        .Do(Order(1, "2026-03-02 07:20"), "order 1 #1 of 03-02 for 9450, Sold rice-100; Accepted v2")
        .Do(Order(2, "2026-03-02 17:49:59"), "order 2 #2 of 03-02 for 9450, Sold rice-100; Accepted v2");

    [Fact]
    public void A_pause_counts_if_it_lasts_until_the_start() => Open()
        .Do(new SetKitchenMode("k1", KitchenMode.Paused, At("2026-03-02 08:00"), 0) { Caller = As(Role.Manager) },
            "k1 Paused until 03-02 08:00")
        .Do(Order(1, "2026-03-02 07:59:59"), "paused until 03-02 08:00")
        .Do(Order(1, "2026-03-02 08:00"), "order 1 #1 of 03-02 for 9450, Sold rice-100; Accepted v2");

    [Fact]
    public void An_order_of_today_takes_its_stock_at_once_and_is_released_on_time() => Open()
        .Do(Order(1, "2026-03-02 08:00"), "order 1 #1 of 03-02 for 9450, Sold rice-100; Accepted v2")
        .Has("k1", "rice", 900)
        .Do(To(1, OrderStatus.Preparing), "not released until 03-02 07:40")
        .Do(new ChangePromise(OrderOf(1), null, null, 20, null) { Caller = As(Role.Kitchen) },
            "not released until 03-02 07:40")
        .At("2026-03-02 07:39:59").Do(Fire(1), "unchanged: order 1")
        .At("2026-03-02 07:40").Do(Fire(1), "released v3").Do(Fire(1), "unchanged: order 1")
        .Do(To(1, OrderStatus.Preparing), "Preparing v4")
        .At("2026-03-02 08:05").Do(Fire(1), "Readiness overdue since 08:05:00 v5");

    [Fact]
    public void A_delivery_is_released_early_enough_to_arrive_on_time() => Open()
        .Do(Order(1, "2026-03-02 08:00").Delivered(),
            "order 1 #1 of 03-02 for 9450, Sold rice-100; Accepted v2")
        .At("2026-03-02 07:14:59").Do(Fire(1), "unchanged: order 1")
        .At("2026-03-02 07:15").Do(Fire(1), "released v3")
        .At("2026-03-02 07:39:59").Do(Fire(1), "unchanged: order 1")
        .At("2026-03-02 07:40").Do(Fire(1), "Readiness overdue since 07:40:00 v4")
        .At("2026-03-02 08:00").Do(Fire(1), "Delivery overdue since 08:00:00 v5");

    [Fact]
    public void A_scheduled_order_that_is_ready_early_is_not_collected_early() => Open()
        .Do(Order(1, "2026-03-02 08:00"), "order 1 #1 of 03-02 for 9450, Sold rice-100; Accepted v2")
        .Do(Release(1), "released v3")
        .Do(To(1, OrderStatus.Preparing), "Preparing v4").Do(To(1, OrderStatus.Ready), "Ready v5")
        .At("2026-03-02 08:09:59").Do(Fire(1), "unchanged: order 1")
        .At("2026-03-02 08:10").Do(Fire(1), "Collection overdue since 08:10:00 v6");

    [Fact]
    public void A_paused_kitchen_releases_all_the_same() => Open()
        .Do(Order(1, "2026-03-02 08:00"), "order 1 #1 of 03-02 for 9450, Sold rice-100; Accepted v2")
        .Do(new SetKitchenMode("k1", KitchenMode.Paused, null, 0) { Caller = As(Role.Manager) }, "k1 Paused")
        .At("2026-03-02 07:40").Do(Fire(1), "released v3");

    [Fact]
    public void An_order_for_a_later_day_gets_that_days_number_and_takes_stock_when_it_starts() => Open()
        .Do(Place(2, "k1", Line("plain")), "order 2 #1 of 03-02 for 9450, Sold rice-100; Accepted v2")
        .Do(Order(1, "2026-03-03 07:00"), Placed)
        .Do(Order(3, "2026-03-05 07:00"), "order 3 #1 of 03-05 for 9450; Accepted v2")
        .Do(Order(4, "2026-03-05 08:00"), "order 4 #2 of 03-05 for 9450; Accepted v2")
        .Has("k1", "rice", 900)
        .At("2026-03-02 18:29:59").Do(Fire(1), "unchanged: order 1")
        .At("2026-03-02 18:30:01").Do(Fire(1), "stock taken v3, Sold rice-100").Do(Fire(1), "unchanged: order 1")
        .Has("k1", "rice", 800)
        .Do(Place(5, "k1", Line("plain")), "order 5 #2 of 03-03 for 9450, Sold rice-100; Accepted v2")
        .At("2026-03-03 06:40").Do(Fire(1), "released v4");

    [Fact]
    public void Business_days_change_at_the_kitchens_midnight() => Open()
        .Do(Order(1, "2026-03-02 18:29:59"), "order 1 #1 of 03-02 for 9450, Sold rice-100; Accepted v2")
        .Do(Order(2, "2026-03-02 18:30"), "order 2 #1 of 03-03 for 9450; Accepted v2")
        .At("2026-03-02 18:09:59").Do(Fire(2), "unchanged: order 2")
        .At("2026-03-02 18:10").Do(Fire(2), "stock taken v3, Sold rice-100").Do(Fire(2), "released v4");

    [Theory]
    [InlineData("2026-03-28 12:00", "2026-03-29 00:59", "2026-03-28 23:00", "2026-03-29 00:39")]
    [InlineData("2026-03-28 12:00", "2026-03-29 10:00", "2026-03-28 23:00", "2026-03-29 09:40")]
    [InlineData("2026-10-24 12:00", "2026-10-25 01:30", "2026-10-24 22:00", "2026-10-25 01:10")]
    [InlineData("2026-10-25 12:00", "2026-10-26 10:00", "2026-10-25 23:00", "2026-10-26 09:40")]
    public void Days_around_a_clock_change_start_at_local_midnight(
        string placed, string wanted, string stock, string release) => Open("berlin").At(placed)
        .Do(Order(1, wanted, "berlin"), $"order 1 #1 of {wanted[5..10]} for 9450; Accepted v2")
        .At(Second(stock, -1)).Do(Fire(1, 3), "unchanged: order 1")
        .At(Second(stock, 2)).Do(Fire(1, 3), "stock taken v3, Sold rice-100")
        .At(Second(release, -1)).Do(Fire(1, 3), "unchanged: order 1")
        .At(release).Do(Fire(1, 3), "released v4");

    [Fact]
    public void Opening_hours_use_the_local_time_of_the_wanted_day() => Open("berlin")
        .At("2026-03-28 12:00")
        .Do(Hours("11:00", "23:00", "berlin"), "kitchen berlin")
        .Do(Order(1, "2026-03-28 21:59", "berlin"), "order 1 #1 of 03-28 for 9450, Sold rice-100; Accepted v2")
        .Do(Order(2, "2026-03-29 09:19", "berlin"),
            "/fulfilment/at closed then until 03-29 09:00 earliest 03-29 09:20")
        .Do(Order(2, "2026-03-29 09:20", "berlin"), "order 2 #1 of 03-29 for 9450; Accepted v2");

    [Fact]
    public void Orders_of_a_day_take_stock_in_the_order_of_their_times()
    {
        DateTimeOffset Due(string wanted) => OrderTimers.Next(Scheduled(wanted), theKitchen)!.Value;

        Due("2026-03-03 07:00:00").ShouldBeLessThan(Due("2026-03-03 07:00:01"));
        Due("2026-03-03 18:29:59").ShouldBeLessThan(At("2026-03-02 18:30:01"));
        Due("2026-03-03 07:00:00").ShouldBeGreaterThan(At("2026-03-02 18:30"));
    }

    [Fact]
    public void A_short_order_is_reported_once_and_cancelled_at_its_release() => Open().Holds("k1", ("rice", 50))
        .Do(Order(1, "2026-03-03 07:00"), Placed)
        .At("2026-03-02 18:30:01").Do(Fire(1), "short v3").Do(Fire(1), "unchanged: order 1")
        .Do(Release(1), "/release rice 100 of 50")
        .At("2026-03-03 06:39:59").Do(Fire(1), "unchanged: order 1")
        .At("2026-03-03 06:40").Do(Fire(1), "Cancelled v4 out_of_stock")
        .Has("k1", "rice", 50).Do(Fire(1), "unchanged: order 1");

    [Fact]
    public void A_short_order_takes_stock_that_arrives_before_its_release() => Open().Holds("k1", ("rice", 50))
        .Do(Order(1, "2026-03-03 07:00"), Placed)
        .At("2026-03-02 18:30:01").Do(Fire(1), "short v3")
        .Holds("k1", ("rice", 120))
        .At("2026-03-03 06:40").Do(Fire(1), "stock taken v4, Sold rice-100; rice out at 20")
        .Do(Fire(1), "released v5").Has("k1", "rice", 20);

    [Fact]
    public void Taking_stock_reports_its_level() => Open()
        .Do(new SetThreshold("k1", "rice", 950) { Caller = As(Role.Manager) }, "rice threshold 950")
        .Do(Order(1, "2026-03-03 07:00"), Placed)
        .At("2026-03-02 18:30:01").Do(Fire(1), "stock taken v3, Sold rice-100; rice low at 900");

    [Fact]
    public void An_early_release_by_staff_takes_the_stock() => Open()
        .Do(Order(1, "2026-03-03 07:00"), Placed)
        .Do(Release(1), "stock taken v3, Sold rice-100; released v4")
        .Do(Release(1), "unchanged: order 1")
        .Do(To(1, OrderStatus.Preparing), "Preparing v5").Has("k1", "rice", 900);

    [Fact]
    public void An_order_cancelled_before_taking_stock_returns_nothing() => Open()
        .Do(Order(1, "2026-03-03 07:00"), Placed)
        .Do(Cancel(1) with { Stock = StockDisposition.Waste }, "Cancelled v3 unspecified").Has("k1", "rice", 1000)
        .At("2026-03-02 18:30:01").Do(Fire(1), "unchanged: order 1")
        .Do(Release(1), "finished, is Cancelled")
        .Do(Reschedule(1, "2026-03-03 08:00"), "finished, is Cancelled");

    [Fact]
    public void An_order_cancelled_after_taking_stock_returns_it() => Open()
        .Do(Order(1, "2026-03-03 07:00"), Placed)
        .At("2026-03-02 18:30:01").Do(Fire(1), "stock taken v3, Sold rice-100")
        .Do(Cancel(1), "Cancelled v4 unspecified, Returned rice+100").Has("k1", "rice", 1000);

    [Fact]
    public void An_order_without_ingredients_takes_no_stock() => Open()
        .Do(Place(1, "k1", Line("water")) with { At = At("2026-03-03 07:00") },
            "order 1 #1 of 03-03 for 2100; Accepted v2")
        .At("2026-03-02 19:00").Do(Fire(1), "unchanged: order 1");

    [Fact]
    public void A_rescheduled_order_is_released_for_its_new_time() => Open()
        .Do(Order(1, "2026-03-03 07:00"), Placed)
        .Do(Reschedule(1, "2026-03-03 08:00"), "for 03-03 08:00:00, released 07:40 v3")
        .Do(Reschedule(1, "2026-03-03 08:00"), "unchanged: order 1")
        .At("2026-03-02 18:30:01").Do(Fire(1), "stock taken v4, Sold rice-100")
        .At("2026-03-03 07:39:59").Do(Fire(1), "unchanged: order 1")
        .At("2026-03-03 07:40").Do(Fire(1), "released v5")
        .Do(Reschedule(1, "2026-03-03 09:00"), "already released");

    [Fact]
    public void An_order_is_not_moved_to_a_time_for_which_it_could_not_be_placed() => Open()
        .Do(Order(1, "2026-03-02 12:00"), "order 1 #1 of 03-02 for 9450, Sold rice-100; Accepted v2")
        .Do(new SetKitchenMode("k1", KitchenMode.Paused, At("2026-03-02 10:00"), 0) { Caller = As(Role.Manager) },
            "k1 Paused until 03-02 10:00")
        .Do(Reschedule(1, "2026-03-02 09:59"), "paused until 03-02 10:00")
        .Do(Reschedule(1, "2026-03-02 10:00"), "for 03-02 10:00:00, released 09:40 v3")
        .Do(new SetAvailability("k1", "plain", false, At("2026-03-02 11:00")) { Caller = As(Role.Manager) },
            "plain off until 03-02 11:00")
        .Do(Reschedule(1, "2026-03-02 10:30"), "/lines/0/itemId plain off until 03-02 11:00")
        .Do(Reschedule(1, "2026-03-02 11:00"), "for 03-02 11:00:00, released 10:40 v4");

    [Fact]
    public void An_order_stays_on_its_day_because_of_its_number() => Open()
        .Do(Order(1, "2026-03-03 07:00"), Placed)
        .Do(Reschedule(1, "2026-03-04 07:00"), "/for other_business_day")
        .Do(Reschedule(1, "2026-03-02 08:00"), "/for other_business_day")
        .Do(Reschedule(1, "2026-03-02 06:00"), "/for too soon until 03-02 06:51")
        .Do(Hours("11:00", "14:00"), "kitchen k1")
        .Do(Reschedule(1, "2026-03-03 08:50"), "/for closed then until 03-04 05:30 earliest 03-04 05:50");

    [Fact]
    public void A_customer_reschedules_until_an_hour_before_the_release() => Open()
        .Do(Order(1, "2026-03-03 07:00"), Placed)
        .At("2026-03-03 05:40").Do(Fire(1), "stock taken v3, Sold rice-100")
        .Do(Reschedule(1, "2026-03-03 07:10") with { Caller = As(Role.Customer) },
            "for 03-03 07:10:00, released 06:50 v4")
        .At("2026-03-03 05:50:01")
        .Do(Reschedule(1, "2026-03-03 07:20") with { Caller = As(Role.Customer) },
            "too late to reschedule, since 03-03 05:50")
        .Do(Reschedule(1, "2026-03-03 07:20") with { Caller = As(Role.Channel) },
            "for 03-03 07:20:00, released 07:00 v5");

    [Fact]
    public void Kitchens_cannot_reschedule_and_customers_and_channels_cannot_release() => Open()
        .Do(Order(1, "2026-03-03 07:00"), Placed)
        .Do(Reschedule(1, "2026-03-03 08:00") with { Caller = As(Role.Kitchen) }, "/for not_yours")
        .Do(Release(1) with { Caller = As(Role.Customer) }, "/release not_yours")
        .Do(Release(1) with { Caller = As(Role.Channel) }, "/release not_yours")
        .Do(Release(1) with { IfVersion = new([1]) }, "stale, is v2")
        .Do(Reschedule(1, "2026-03-03 08:00") with { IfVersion = new([1]) }, "stale, is v2")
        .Do(Release(9), "no such order").Do(Reschedule(9, "2026-03-03 08:00"), "no such order");

    [Fact]
    public void An_immediate_order_has_no_schedule() => Open()
        .Do(Place(1, "k1", Line("plain")), "order 1 #1 of 03-02 for 9450, Sold rice-100; Accepted v2")
        .Do(Release(1), "not scheduled")
        .Do(Reschedule(1, "2026-03-03 08:00"), "not scheduled");

    [Fact]
    public void The_kitchen_accepts_a_scheduled_order_when_placed_and_sets_its_minutes() => ByHand()
        .Do(Order(1, "2026-03-02 08:00"), "order 1 #1 of 03-02 for 9450, Sold rice-100")
        .Do(To(1, OrderStatus.Preparing), "not released until 03-02 07:40")
        .Do(To(1, OrderStatus.Accepted) with { PrepMinutes = 45 }, "Accepted v2")
        .At("2026-03-02 07:14:59").Do(Fire(1), "unchanged: order 1")
        .At("2026-03-02 07:15").Do(Fire(1), "released v3")
        .At("2026-03-02 08:05").Do(Fire(1), "Readiness overdue since 08:05:00 v4");

    [Theory]
    [InlineData(10, "08:05")]
    [InlineData(90, "08:05")]
    [InlineData(91, "08:06")]
    public void An_order_accepted_after_its_release_keeps_its_time_if_the_minutes_allow(
        int minutes, string overdue) => ByHand()
        .Do(Order(1, "2026-03-02 08:00"), "order 1 #1 of 03-02 for 9450, Sold rice-100")
        .Do(Release(1), "released v2")
        .Do(To(1, OrderStatus.Accepted) with { PrepMinutes = minutes }, "Accepted v3")
        .At("2026-03-02 08:04:59").Do(Fire(1), "unchanged: order 1")
        .At("2026-03-02 08:10").Do(Fire(1), $"Readiness overdue since {overdue}:00 v4");

    [Fact]
    public void A_scheduled_order_that_is_not_accepted_in_time_is_cancelled() => ByHand()
        .Do(Order(1, "2026-03-03 07:00"), "order 1 #1 of 03-03 for 9450")
        .At("2026-03-02 06:31:30").Do(Fire(1), "Acceptance overdue since 06:31:30 v2")
        .At("2026-03-02 06:38").Do(Fire(1), "Cancelled v3 not_accepted_in_time; k1 1 timeouts");

    [Fact]
    public void The_deadline_to_accept_starts_when_a_closed_kitchen_opens() => ByHand()
        .Do(Hours("13:00", "23:00"), "kitchen k1")
        .Do(Order(1, "2026-03-02 08:30"), "order 1 #1 of 03-02 for 9450, Sold rice-100")
        .At("2026-03-02 07:31:29").Do(Fire(1), "unchanged: order 1")
        .At("2026-03-02 07:31:30").Do(Fire(1), "Acceptance overdue since 07:31:30 v2")
        .At("2026-03-02 07:44:59").Do(Fire(1), "unchanged: order 1")
        .At("2026-03-02 07:45").Do(Fire(1),
            "Cancelled v3 not_accepted_in_time, Returned rice+100; k1 1 timeouts");

    static readonly Kitchen theKitchen = TheKitchen();

    static Kitchen TheKitchen()
    {
        var rows = new Rows();
        rows.Run([.. Puts], Noon);
        return rows.Catalogue.Kitchens["k1"];
    }

    static Order Scheduled(string wanted)
    {
        var rows = new Rows();
        rows.Run([.. Puts, Order(1, wanted)], Noon);
        return rows.Orders[OrderOf(1)];
    }

    static Story Open(string kitchen = "k1") => new Story().Do(
        Kitchen(kitchen, kitchen == "berlin" ? "Europe/Berlin" : "Asia/Kolkata") with
        {
            Times = times, Brands = ["dosa"],
        }, $"kitchen {kitchen}");

    static Story ByHand() => new Story().Do(
        Kitchen("k1") with { Times = times, Acceptance = Acceptance.Manual }, "kitchen k1");

    static PlaceOrder Order(int n, string wanted, string kitchen = "k1") =>
        Place(n, kitchen, Line("plain")) with { At = At(wanted) };

    static SetKitchenHours Hours(string from, string to, string kitchen = "k1") =>
        new(kitchen, new OpeningHours([new HoursRange(Enum.GetValues<Weekday>(), from, to)], []))
        {
            Caller = As(Role.Manager),
        };

    static FireOrderTimer Fire(int n, int kitchen = 1) => new(OrderOf(n, kitchen)) { Caller = Caller.System };

    static ReleaseOrder Release(int n) => new(OrderOf(n), null) { Caller = As(Role.Kitchen) };

    static RescheduleOrder Reschedule(int n, string time) =>
        new(OrderOf(n), null, At(time)) { Caller = As(Role.Manager) };

    static CancelOrder Cancel(int n) => new(OrderOf(n), null, null, null) { Caller = As(Role.Admin) };

    static ChangeStatus To(int n, OrderStatus status) =>
        new(OrderOf(n), status, null, null) { Caller = As(Role.Admin) };

    static DateTimeOffset At(string time) =>
        DateTimeOffset.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    static string Second(string time, int seconds) =>
        At(time).AddSeconds(seconds).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
