using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Orders;

/// <summary>k2 makes a line in 20 minutes, three at a time; "plain" takes 40 minutes, "ghee-extra" 90.</summary>
public sealed class KitchenQueueTests
{
    readonly Rows rows = new();

    public KitchenQueueTests() => rows.Run(
    [
        .. Puts, Item("plain", 9000) with { PrepMinutes = 40, Modifiers = ["ghee-extra"] },
        Item("ghee-extra", 1500) with { Kind = ItemKind.Modifier, PrepMinutes = 90 }, Site(3),
    ], Noon);

    [Fact]
    public void An_order_waits_for_the_lines_before_it_that_are_not_started()
    {
        MinutesOf(Order(1, "water")).ShouldBe(20);
        MinutesOf(Order(2, "water", "water")).ShouldBe(20 + 7, "20 minutes of work, three lines at a time, rounded up");
        MinutesOf(Order(3, "water")).ShouldBe(20 + 20, "60 minutes of work");
        Run(Status(2, OrderStatus.Accepted));
        MinutesOf(Order(4, "water")).ShouldBe(20 + 27, "an accepted order has not started");
        Run(Status(2, OrderStatus.Preparing));
        MinutesOf(Order(5, "water")).ShouldBe(20 + 20, "a started order is no longer in the queue");
        Run(new CancelOrder(OrderOf(1, 2), null, null, null) { Caller = As(Role.Admin) });
        Run(Status(3, OrderStatus.Preparing), Status(3, OrderStatus.Ready));
        MinutesOf(Order(6, "water")).ShouldBe(20 + 14, "a cancelled order is not in the queue");
    }

    [Fact]
    public void Orders_of_one_batch_wait_for_each_other()
    {
        Run(Order(1, "water"), Order(2, "water"), Status(1, OrderStatus.Preparing), Order(3, "water", "water"));
        (Minutes(1), Minutes(2), Minutes(3)).ShouldBe((20, 27, 27));
    }

    [Fact]
    public void A_line_counts_once_with_its_items_time_without_modifiers()
    {
        Run(Place(1, "k2", Line("plain", 3, ("ghee-extra", 1))));
        MinutesOf(Order(2, "water")).ShouldBe(20 + 14);
    }

    [Fact]
    public void The_delay_of_a_busy_kitchen_is_added()
    {
        Run(Order(1, "water"), new SetKitchenMode("k2", KitchenMode.Busy, null, 15) { Caller = As(Role.Manager) });
        MinutesOf(Order(2, "water")).ShouldBe(20 + 15 + 7);
    }

    [Fact]
    public void A_queue_is_not_longer_than_four_hours()
    {
        Run(Site(1));
        for (var n = 1; n <= 13; n++) Run(Order(n, "water"));
        (Minutes(12), Minutes(13)).ShouldBe((20 + 220, 20 + 240));
        MinutesOf(Order(14, "water")).ShouldBe(20 + 240);
    }

    [Fact]
    public void A_kitchen_has_a_queue_as_soon_as_its_parallel_lines_are_set()
    {
        Run(Site(null), Order(1, "water"), Order(2, "water"));
        Minutes(2).ShouldBe(20);
        Run(Site(3), Order(3, "water"));
        MinutesOf(Order(4, "water")).ShouldBe(20 + 7, "orders placed without a queue are not in it");
        Run(Status(1, OrderStatus.Preparing));
        MinutesOf(Order(5, "water")).ShouldBe(20 + 14);
    }

    [Fact]
    public void A_scheduled_order_is_in_the_queue_from_its_release_on()
    {
        Run(Order(1, "water") with { At = Noon.AddHours(2) });
        MinutesOf(Order(2, "water")).ShouldBe(20);
        Run(new ReleaseOrder(OrderOf(1, 2), null) { Caller = As(Role.Kitchen) });
        MinutesOf(Order(3, "water")).ShouldBe(20 + 14);
    }

    [Fact]
    public void A_schedule_does_not_overtake_the_queue()
    {
        Run(Order(1, "water"), Order(2, "water"), Order(3, "water"));
        Run(Order(4, "water") with { At = Noon.AddMinutes(39) }).ShouldBe("/fulfilment/at too soon until 03-02 07:11");
        Run(Order(4, "water") with { At = Noon.AddMinutes(40) }).ShouldBe("order 4 #4 of 03-02 for 2100");
    }

    [Fact]
    public void A_rescheduled_order_does_not_overtake_the_queue()
    {
        Run(Order(1, "water") with { At = Noon.AddHours(2) }, Order(2, "water"), Order(3, "water"), Order(4, "water"));
        var reschedule = new RescheduleOrder(OrderOf(1, 2), null, Noon.AddMinutes(39)) { Caller = As(Role.Channel) };
        Run(reschedule).ShouldBe("/for too soon until 03-02 07:11");
        Run(reschedule with { For = Noon.AddMinutes(40) }).ShouldBe("for 03-02 07:10:00, released 06:50 v2");
    }

    [Theory]
    [InlineData(0, "/times/parallelLines out_of_range")]
    [InlineData(1001, "/times/parallelLines out_of_range")]
    [InlineData(1000, "")]
    public void The_number_of_lines_is_bounded(int lines, string faults) =>
        Limits.Faults(Site(lines)).ShouldBe(faults);

    int MinutesOf(PlaceOrder order)
    {
        Run(order);
        return Minutes(Answer.NumberOf(order.Seed));
    }

    int Minutes(int n) => (int)(rows.Orders[OrderOf(n, 2)].Details.Promise!.ReadyAt - Noon).TotalMinutes;

    string Run(params Command[] batch) => rows.Run(batch, Noon)[^1].Answer;

    static PlaceOrder Order(int n, params string[] items) => Place(n, "k2", [.. items.Select(item => Line(item))]);

    static ChangeStatus Status(int n, OrderStatus status) =>
        new(OrderOf(n, 2), status, null, null) { Caller = As(Role.Admin) };

    static PutKitchen Site(int? parallelLines) => Kitchen("k2") with
    {
        Acceptance = Acceptance.Manual, Times = new() { PrepMinutes = 20, ParallelLines = parallelLines },
    };
}
