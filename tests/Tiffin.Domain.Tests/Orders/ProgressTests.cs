using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Orders;

public sealed class ProgressTests
{
    const string Placed = "order 1 #1 of 03-02 for 36750, Sold ghee-20, Sold potato-50, Sold rice-300";
    const string FirstStarted = "Preparing v3 implied; 0 Waiting>Started v4";

    [Fact]
    public void Lines_are_started_and_done_and_a_repeated_call_changes_nothing() => Accepted()
        .Do(To(LineState.Started, 0, 2) with { Station = "tandoor" },
            "Preparing v3 implied; 0 Waiting>Started, 2 Waiting>Started v4 at tandoor")
        .Do(To(LineState.Started, 2, 0), "unchanged: order 1")
        .Do(To(LineState.Started, 0, 1), "1 Waiting>Started v5")
        .Do(To(LineState.Done, 1), "1 Started>Done v6")
        .Do(To(LineState.Done, 0, 1, 2), "0 Started>Done, 2 Started>Done v7")
        .Do(To(LineState.Done, 0, 1, 2), "unchanged: order 1");

    [Fact]
    public void The_order_keeps_the_progress_of_all_lines_and_the_station_that_was_named_last()
    {
        var rows = new Rows();
        rows.Run([.. Puts, Stocked, Order], Noon);
        rows.Orders[OrderOf(1)].Details.Progress.ShouldBeNull();
        rows.Run([To(LineState.Started, 0, 1) with { Station = "tandoor" }, To(LineState.Done, 0)], Noon);
        rows.Orders[OrderOf(1)].Details.Progress.ShouldBe(
        [
            new(LineState.Done, "tandoor"), new(LineState.Started, "tandoor"), new(LineState.Waiting),
        ]);

        rows.Run([To(LineState.Waiting, 1) with { Station = "pass" }], Noon);
        rows.Orders[OrderOf(1)].Details.Progress![1].ShouldBe(new(LineState.Waiting, "pass"));
    }

    [Fact]
    public void A_line_is_recalled_while_the_order_is_prepared() => Accepted()
        .Do(To(LineState.Done, 0), "Preparing v3 implied; 0 Waiting>Done v4")
        .Do(To(LineState.Started, 0), "0 Done>Started v5")
        .Do(To(LineState.Waiting, 0), "0 Started>Waiting v6")
        .Do(Status(OrderStatus.Ready), "Ready v7");

    [Fact]
    public void A_late_start_does_not_reopen_a_done_line() => Accepted()
        .Do(To(LineState.Done, 0, 1), "Preparing v3 implied; 0 Waiting>Done, 1 Waiting>Done v4")
        .Do(To(LineState.Started, 0, 1, 2) with { From = LineState.Waiting }, "2 Waiting>Started v5")
        .Do(To(LineState.Started, 0, 1, 2) with { From = LineState.Waiting }, "unchanged: order 1")
        .Do(To(LineState.Started, 0, 1, 2), "0 Done>Started, 1 Done>Started v6");

    [Fact]
    public void The_first_progress_accepts_an_order() => new Story()
        .Do(Kitchen("k1") with { Acceptance = Acceptance.Manual }, "kitchen k1")
        .Do(Order, Placed)
        .Do(To(LineState.Waiting, 0, 1, 2), "unchanged: order 1")
        .Do(To(LineState.Started, 0), "Accepted v2 implied; Preparing v3 implied; 0 Waiting>Started v4");

    [Fact]
    public void Starting_an_order_resets_the_count_of_timeouts() => new Story()
        .Do(Kitchen("k1") with { Acceptance = Acceptance.Manual }, "kitchen k1")
        .Do(Place(2, "k1", Line("water")), "order 2 #1 of 03-02 for 2100")
        .At("2026-03-02 06:32")
        .Do(new FireOrderTimer(OrderOf(2)) { Caller = Caller.System }, "Acceptance overdue since 06:31:30 v2")
        .At("2026-03-02 06:39")
        .Do(new FireOrderTimer(OrderOf(2)) { Caller = Caller.System },
            "Cancelled v3 not_accepted_in_time; k1 1 timeouts")
        .Do(Order, Placed.Replace("#1", "#2", StringComparison.Ordinal))
        .Do(To(LineState.Started, 0),
            "Accepted v2 implied; Preparing v3 implied; k1 0 timeouts; 0 Waiting>Started v4");

    [Fact]
    public void Only_those_who_may_prepare_an_order_start_it() => Accepted()
        .Do(To(LineState.Started, 0) with { Caller = As(Role.Channel) },
            "not from Accepted to Preparing, but to: Cancelled")
        .Do(To(LineState.Started, 0) with { Caller = As(Role.Manager) }, FirstStarted);

    [Fact]
    public void A_ready_order_is_frozen_but_a_repeated_call_is_answered() => Accepted()
        .Do(To(LineState.Done, 0), "Preparing v3 implied; 0 Waiting>Done v4")
        .Do(Status(OrderStatus.Ready), "Ready v5")
        .Do(To(LineState.Done, 0), "unchanged: order 1")
        .Do(To(LineState.Done, 0, 1), "finished, is Ready")
        .Do(To(LineState.Waiting, 0), "finished, is Ready")
        .Do(Status(OrderStatus.Delivered), "Delivered v6")
        .Do(To(LineState.Done, 1), "finished, is Delivered");

    [Fact]
    public void A_cancelled_order_makes_no_progress() => Accepted()
        .Do(Cancel, "Cancelled v3 unspecified, Returned ghee+20, Returned potato+50, Returned rice+300")
        .Do(To(LineState.Started, 0), "finished, is Cancelled");

    [Fact]
    public void An_unknown_line_changes_nothing() => Accepted()
        .Do(To(LineState.Started, 0, 3, -1), "/lines/1 unknown_line, /lines/2 unknown_line")
        .Do(To(LineState.Started, 0), FirstStarted);

    [Fact]
    public void Another_version_or_kitchen_s_order_makes_no_progress() => Accepted()
        .Do(To(LineState.Started, 0) with { IfVersion = new([1]) }, "stale, is v2")
        .Do(To(LineState.Started, 0) with
        {
            Caller = As(Role.Kitchen) with { Kitchens = new HashSet<string> { "k2" } },
        }, "no such order")
        .Do(To(LineState.Started, 0) with { IfVersion = new([2]) }, FirstStarted);

    [Fact]
    public void A_kitchen_may_want_its_orders_ready_when_all_lines_are_done() => new Story()
        .Do(Kitchen("k1") with { Times = new() { ReadyWhenDone = true, PrepMinutes = 20 } }, "kitchen k1")
        .Do(Order, Placed + "; Accepted v2")
        .Do(To(LineState.Done, 0, 1), "Preparing v3 implied; 0 Waiting>Done, 1 Waiting>Done v4")
        .Do(To(LineState.Started, 2), "2 Waiting>Started v5")
        .Do(To(LineState.Done, 2), "2 Started>Done v6; Ready v7 implied")
        .Do(To(LineState.Done, 2), "unchanged: order 1")
        .Do(To(LineState.Waiting, 2), "finished, is Ready");

    [Fact]
    public void Ready_when_done_keeps_the_progress_and_sets_the_deadline_for_collection()
    {
        var rows = new Rows();
        var times = new KitchenTimes { ReadyWhenDone = true, PrepMinutes = 20 };
        rows.Run([.. Puts, Stocked, Kitchen("k1") with { Times = times }, Order, To(LineState.Done, 0, 1, 2)], Noon);

        var order = rows.Orders[OrderOf(1)];
        (order.Status, order.Version).ShouldBe((OrderStatus.Ready, 5));
        order.Details.Progress!.ShouldAllBe(line => line.State == LineState.Done);
        order.Details.CollectBy.ShouldBe(Noon.AddMinutes(10));
    }

    [Theory]
    [InlineData(new int[0], null, "/lines count_out_of_range")]
    [InlineData(new[] { 0, 1, 0, 1 }, null, "/lines/2 duplicate, /lines/3 duplicate")]
    [InlineData(new[] { 0 }, "Tandoor 1", "/station not_a_slug")]
    [InlineData(new[] { 0 }, "tandoor-1", "")]
    public void A_request_names_lines_once_and_a_station_by_its_id(int[] lines, string? station, string faults) =>
        Limits.Faults(To(LineState.Started, lines) with { Station = station }).ShouldBe(faults);

    [Theory]
    [InlineData(100, "")]
    [InlineData(101, "/lines count_out_of_range")]
    public void A_request_names_100_lines_at_most(int count, string faults) =>
        Limits.Faults(To(LineState.Started, [.. Enumerable.Range(0, count)])).ShouldBe(faults);

    [Fact]
    public void Waiting_lines_are_returned_and_started_ones_wasted_even_of_a_shared_ingredient() => Accepted()
        .Do(To(LineState.Started, 0), FirstStarted)
        .Do(Cancel, "Cancelled v5 unspecified, Returned ghee+20, Returned potato+50, Wasted potato-50,"
            + " Returned rice+300, Wasted rice-100")
        .Has("k1", "ghee", 1000).Has("k1", "potato", 950).Has("k1", "rice", 900);

    [Fact]
    public void A_done_line_is_wasted_with_its_modifiers() => Accepted()
        .Do(To(LineState.Done, 1), "Preparing v3 implied; 1 Waiting>Done v4")
        .Do(Cancel, "Cancelled v5 unspecified, Returned ghee+20, Wasted ghee-20, Returned potato+50,"
            + " Returned rice+300, Wasted rice-200")
        .Has("k1", "ghee", 980).Has("k1", "potato", 1000).Has("k1", "rice", 800);

    [Theory]
    [InlineData(300, 50, "Wasted potato-50", "Wasted rice-180")]
    [InlineData(10, 50, "Wasted potato-50", "Wasted rice-15")]
    [InlineData(50, 0, "Wasted potato-50", "Wasted rice-60")]
    public void After_a_changed_recipe_the_parts_still_add_up_to_what_was_sold(
        long rice, long potato, string potatoWasted, string riceWasted) => Accepted()
        .Do(To(LineState.Started, 0), FirstStarted)
        .Do(Item("masala", 12000, potato > 0 ? [("rice", rice), ("potato", potato)] : [("rice", rice)]), "item masala")
        .Do(Cancel, "Cancelled v5 unspecified, Returned ghee+20, Returned potato+50, " + potatoWasted
            + ", Returned rice+300, " + riceWasted);

    [Fact]
    public void An_ingredient_that_was_not_sold_does_not_come_back() => Accepted()
        .Do(To(LineState.Started, 2), "Preparing v3 implied; 2 Waiting>Started v4")
        .Do(Item("water", 2000, ("noodle", 5)), "item water")
        .Do(Cancel, "Cancelled v5 unspecified, Returned ghee+20, Returned potato+50, Returned rice+300")
        .Has("k1", "noodle", 1000);

    [Fact]
    public void A_recalled_line_is_returned() => Accepted()
        .Do(To(LineState.Started, 0), FirstStarted)
        .Do(To(LineState.Waiting, 0), "0 Started>Waiting v5")
        .Do(Cancel, "Cancelled v6 unspecified, Returned ghee+20, Returned potato+50, Returned rice+300")
        .Has("k1", "rice", 1000);

    [Fact]
    public void Returned_stock_lifts_the_level_to_its_threshold() => Accepted()
        .Do(new SetThreshold("k1", "rice", 900) { Caller = As(Role.Kitchen) },
            "rice threshold 900; rice low at 700")
        .Do(To(LineState.Started, 0), FirstStarted)
        .Do(Cancel, "Cancelled v5 unspecified, Returned ghee+20, Returned potato+50, Wasted potato-50,"
            + " Returned rice+300, Wasted rice-100; rice recovered at 900");

    [Theory]
    [InlineData(StockDisposition.Return, "")]
    [InlineData(StockDisposition.Waste, "Wasted")]
    public void The_kitchen_may_choose_another_disposition(StockDisposition stock, string wasted) => Accepted()
        .Do(To(LineState.Started, 0), FirstStarted)
        .Do(Cancel with { Stock = stock }, wasted.Length == 0
            ? "Cancelled v5 unspecified, Returned ghee+20, Returned potato+50, Returned rice+300"
            : "Cancelled v5 unspecified, Returned ghee+20, Wasted ghee-20, Returned potato+50, Wasted potato-50,"
                + " Returned rice+300, Wasted rice-300");

    [Fact]
    public void By_progress_an_order_without_progress_is_returned_until_it_is_ready() => Accepted()
        .Do(Cancel with { Stock = StockDisposition.ByProgress },
            "Cancelled v3 unspecified, Returned ghee+20, Returned potato+50, Returned rice+300");

    [Fact]
    public void By_progress_a_ready_order_is_wasted_regardless_of_recorded_progress() => Accepted()
        .Do(To(LineState.Started, 0), FirstStarted)
        .Do(Status(OrderStatus.Ready), "Ready v5")
        .Do(Cancel with { Stock = StockDisposition.ByProgress },
            "Cancelled v6 unspecified, Returned ghee+20, Wasted ghee-20, Returned potato+50, Wasted potato-50,"
            + " Returned rice+300, Wasted rice-300");

    [Fact]
    public void A_channel_cannot_choose_but_gets_the_same_default() => Accepted()
        .Do(To(LineState.Started, 0), FirstStarted)
        .Do(Cancel with { Stock = StockDisposition.ByProgress, Caller = As(Role.Channel) }, "/stock not_yours")
        .Do(Cancel with { Caller = As(Role.Channel) }, "Cancelled v5 unspecified, Returned ghee+20,"
            + " Returned potato+50, Wasted potato-50, Returned rice+300, Wasted rice-100");

    [Fact]
    public void An_order_at_its_maximum_version_can_still_be_cancelled()
    {
        var rows = new Rows();
        rows.Run([.. Puts, Stocked, Order, To(LineState.Started, 0)], Noon);
        var toggles = Enumerable.Range(0, 1000)
            .Select(i => To(i % 2 == 0 ? LineState.Done : LineState.Started, 0)).ToArray();
        rows.Run(toggles, Noon).Count(result => result.Decision is Decision.Accepted).ShouldBe(496, "from v4 to v500");

        rows.Run([To(LineState.Waiting, 0)], Noon).Single().Answer.ShouldBe("v500 of 500");
        rows.Run([new ChangePromise(OrderOf(1), null, null, 30, null) { Caller = As(Role.Kitchen) }], Noon)
            .Single().Answer.ShouldBe("v500 of 500");
        rows.Run([Cancel], Noon).Single().Answer.ShouldStartWith("Cancelled v501");
    }

    static Story Accepted() => new Story().Do(Order, Placed + "; Accepted v2");

    // Lines 0 and 1 share rice; line 2 needs no ingredients.
    static PlaceOrder Order =>
        Place(1, "k1", Line("masala"), Line("plain", 2, ("ghee-extra", 1)), Line("water"));

    static RecordMovements Stocked => Record(8, "k1",
        [.. new[] { "rice", "potato", "ghee" }.Select(sku => Move(MovementKind.Received, sku, 1000))]);

    static CancelOrder Cancel => new(OrderOf(1), null, null, null) { Caller = As(Role.Kitchen) };

    static ChangeStatus Status(OrderStatus status) =>
        new(OrderOf(1), status, null, null) { Caller = As(Role.Admin) };

    static ChangeProgress To(LineState state, params int[] lines) =>
        new(OrderOf(1), null, lines, state, null) { Caller = As(Role.Kitchen) };
}
