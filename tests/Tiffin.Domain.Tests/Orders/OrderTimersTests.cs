using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Orders;

public sealed class OrderTimersTests
{
    static readonly KitchenTimes times = new() { PrepMinutes = 20, DeliveryMinutes = new MinuteRange(10, 25) };

    [Fact]
    public void An_order_that_is_not_accepted_is_overdue_once_and_then_cancelled() => Placed(1)
        .At("2026-03-02 06:31:29").Do(Fire(1), "unchanged: order 1")
        .At("2026-03-02 06:31:30").Do(Fire(1), "Acceptance overdue since 06:31:30 v2").Do(Fire(1), "unchanged: order 1")
        .At("2026-03-02 06:37:59").Do(Fire(1), "unchanged: order 1")
        .At("2026-03-02 06:38:00").Do(Fire(1), "Cancelled v3 not_accepted_in_time; k2 1 timeouts")
        .Do(Fire(1), "unchanged: order 1");

    [Fact]
    public void In_the_second_of_the_timeout_the_first_command_wins() => Placed(1)
        .At("2026-03-02 06:31:30").Do(Fire(1), "Acceptance overdue since 06:31:30 v2")
        .At("2026-03-02 06:38:00")
        .Do(To(1, OrderStatus.Accepted), "Accepted v3")
        .Do(Fire(1), "unchanged: order 1");

    [Fact]
    public void In_the_second_of_the_timeout_an_acceptance_that_comes_second_is_refused() => Placed(1)
        .At("2026-03-02 06:38:00").Do(Fire(1), "Acceptance overdue since 06:31:30 v2")
        .Do(Fire(1), "Cancelled v3 not_accepted_in_time; k2 1 timeouts")
        .Do(To(1, OrderStatus.Accepted), "not from Cancelled to Accepted, but to:");

    [Fact]
    public void A_kitchen_pauses_itself_after_three_timeouts_in_a_row()
    {
        var story = Placed(1, 2, 3, 4).At("2026-03-02 06:38:00");
        foreach (var n in new[] { 1, 2, 3, 4 }) story.Do(Fire(n), "Acceptance overdue since 06:31:30 v2");
        story.Do(Fire(1), "Cancelled v3 not_accepted_in_time; k2 1 timeouts")
            .Do(Fire(2), "Cancelled v3 not_accepted_in_time; k2 2 timeouts")
            .Do(Fire(3), "Cancelled v3 not_accepted_in_time; k2 Paused not_answering")
            .Do(Fire(4), "Cancelled v3 not_accepted_in_time; k2 4 timeouts")
            .Do(Order(5), "paused")
            .Do(new SetKitchenMode("k2", KitchenMode.Online, null, 0) { Caller = As(Role.Manager) }, "k2 Online")
            .Do(Order(5), "order 5 #5 of 03-02 for 6100");
    }

    [Fact]
    public void An_acceptance_resets_the_count_of_timeouts()
    {
        var story = Placed(1, 2, 3).At("2026-03-02 06:38:00");
        foreach (var n in new[] { 1, 2 }) story.Do(Fire(n), "Acceptance overdue since 06:31:30 v2");
        story.Do(Fire(1), "Cancelled v3 not_accepted_in_time; k2 1 timeouts")
            .Do(To(3, OrderStatus.Accepted), "Accepted v2; k2 0 timeouts")
            .Do(Fire(2), "Cancelled v3 not_accepted_in_time; k2 1 timeouts");
    }

    [Theory]
    [InlineData(Role.Kitchen, "; k2 0 timeouts", 1)]
    [InlineData(Role.Channel, "", 2)]
    [InlineData(Role.Customer, "", 2)]
    public void A_rejection_by_staff_resets_the_count_and_a_cancellation_by_others_does_not(
        Role role, string answered, int timeouts)
    {
        var story = Placed(1, 2, 3).At("2026-03-02 06:38:00");
        foreach (var n in new[] { 1, 2 }) story.Do(Fire(n), "Acceptance overdue since 06:31:30 v2");
        story.Do(Fire(1), "Cancelled v3 not_accepted_in_time; k2 1 timeouts")
            .Do(new CancelOrder(OrderOf(3, 2), null, null, null) { Caller = As(role) },
                $"Cancelled v2 unspecified{answered}")
            .Do(Fire(2), $"Cancelled v3 not_accepted_in_time; k2 {timeouts} timeouts");
    }

    [Fact]
    public void Automatic_acceptance_has_no_deadline() => Placed(1)
        .Do(Kitchen("k2") with { Acceptance = Acceptance.Automatic, Times = times }, "kitchen k2")
        .At("2026-03-02 06:50:00").Do(Fire(1), "unchanged: order 1");

    [Fact]
    public void An_order_is_overdue_when_it_is_not_ready_then_not_collected_then_not_delivered() => Placed(1)
        .Do(To(1, OrderStatus.Preparing), "Accepted v2 implied; Preparing v3")
        .At("2026-03-02 06:54:59").Do(Fire(1), "unchanged: order 1")
        .At("2026-03-02 06:55:00").Do(Fire(1), "Readiness overdue since 06:55:00 v4").Do(Fire(1), "unchanged: order 1")
        .Do(To(1, OrderStatus.Ready), "Ready v5")
        .At("2026-03-02 07:05:00").Do(Fire(1), "Collection overdue since 07:05:00 v6")
        .At("2026-03-02 07:15:00").Do(Fire(1), "Delivery overdue since 07:15:00 v7")
        .Do(To(1, OrderStatus.OutForDelivery), "OutForDelivery v8")
        .Do(Fire(1), "unchanged: order 1");

    [Fact]
    public void A_moved_promise_is_a_new_deadline() => Placed(1)
        .Do(To(1, OrderStatus.Preparing), "Accepted v2 implied; Preparing v3")
        .At("2026-03-02 06:55:00").Do(Fire(1), "Readiness overdue since 06:55:00 v4")
        .Do(new ChangePromise(OrderOf(1, 2), null, null, 10, null) { Caller = As(Role.Kitchen) },
            "ready 07:05, moved 1 v5")
        .At("2026-03-02 07:09:59").Do(Fire(1), "unchanged: order 1")
        .At("2026-03-02 07:10:00").Do(Fire(1), "Readiness overdue since 07:10:00 v6");

    [Fact]
    public void A_finished_order_has_no_deadline() => Placed(1)
        .Do(To(1, OrderStatus.Preparing), "Accepted v2 implied; Preparing v3")
        .Do(new CancelOrder(OrderOf(1, 2), null, null, null) { Caller = As(Role.Admin) }, "Cancelled v4 unspecified")
        .At("2026-03-03 00:00").Do(Fire(1), "unchanged: order 1");

    static Story Placed(params int[] orders)
    {
        var story = new Story()
            .Do(Kitchen("k2") with
            {
                Acceptance = Acceptance.Manual, Fees = new Fees(3000, 1000), Times = times,
            }, "kitchen k2");
        foreach (var n in orders) story.Do(Order(n), $"order {n} #{n} of 03-02 for 6100");
        return story;
    }

    static PlaceOrder Order(int n) => Place(n, "k2", Line("water")).Delivered();

    static FireOrderTimer Fire(int n) => new(OrderOf(n, 2)) { Caller = Caller.System };

    static ChangeStatus To(int n, OrderStatus status) =>
        new(OrderOf(n, 2), status, null, null) { Caller = As(Role.Admin) };
}
