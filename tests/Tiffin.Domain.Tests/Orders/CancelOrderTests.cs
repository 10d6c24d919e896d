using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Orders;

public sealed class CancelOrderTests
{
    const string Returned = ", Returned ghee+20, Returned rice+200";
    const string Wasted = ", Returned ghee+20, Wasted ghee-20, Returned rice+200, Wasted rice-200";

    [Theory]
    [InlineData(OrderStatus.Placed, null, "Cancelled v2 unspecified" + Returned)]
    [InlineData(OrderStatus.Accepted, null, "Cancelled v3 unspecified" + Returned)]
    [InlineData(OrderStatus.Preparing, null, "Cancelled v4 unspecified" + Returned)]
    [InlineData(OrderStatus.Ready, null, "Cancelled v5 unspecified" + Wasted)]
    [InlineData(OrderStatus.OutForDelivery, null, "Cancelled v6 unspecified" + Wasted)]
    [InlineData(OrderStatus.Placed, StockDisposition.Waste, "Cancelled v2 unspecified" + Wasted)]
    [InlineData(OrderStatus.Preparing, StockDisposition.Waste, "Cancelled v4 unspecified" + Wasted)]
    [InlineData(OrderStatus.Ready, StockDisposition.Return, "Cancelled v5 unspecified" + Returned)]
    [InlineData(OrderStatus.OutForDelivery, StockDisposition.Return, "Cancelled v6 unspecified" + Returned)]
    public void Stock_is_returned_until_preparing_and_wasted_from_ready_on_by_default(
        OrderStatus from, StockDisposition? stock, string answer) => Bring(from)
        .Do(Cancel with { Stock = stock }, answer)
        .Has("k2", "rice", answer.Contains("Wasted", StringComparison.Ordinal) ? 800 : 1000)
        .Has("k2", "ghee", answer.Contains("Wasted", StringComparison.Ordinal) ? 980 : 1000);

    [Fact]
    public void An_order_is_cancelled_once() => Bring(OrderStatus.Accepted)
        .Do(Cancel, "Cancelled v3 unspecified" + Returned)
        .Do(Cancel, "unchanged: order 1")
        .Do(Cancel with { Stock = StockDisposition.Waste }, "unchanged: order 1")
        .Do(To(OrderStatus.Preparing), "not from Cancelled to Preparing, but to:")
        .Has("k2", "rice", 1000);

    [Fact]
    public void A_delivered_order_stays_delivered() => Bring(OrderStatus.Delivered)
        .Do(Cancel, "not from Delivered to Cancelled, but to:")
        .Has("k2", "rice", 800);

    [Theory]
    [InlineData(Role.Customer, OrderStatus.Placed, true)]
    [InlineData(Role.Customer, OrderStatus.Accepted, true)]
    [InlineData(Role.Customer, OrderStatus.Preparing, false)]
    [InlineData(Role.Customer, OrderStatus.OutForDelivery, false)]
    [InlineData(Role.Courier, OrderStatus.Placed, false)]
    [InlineData(Role.Courier, OrderStatus.OutForDelivery, false)]
    [InlineData(Role.Kitchen, OrderStatus.OutForDelivery, true)]
    [InlineData(Role.Channel, OrderStatus.OutForDelivery, true)]
    [InlineData(Role.Manager, OrderStatus.OutForDelivery, true)]
    [InlineData(Role.Admin, OrderStatus.OutForDelivery, true)]
    [InlineData(Role.System, OrderStatus.Placed, true)]
    public void Couriers_may_not_cancel_and_customers_only_before_preparation(Role role, OrderStatus from, bool may)
    {
        var rows = new Rows();
        rows.Run([.. Puts, Received, Order.Delivered()], Noon);
        if (from != OrderStatus.Placed) rows.Run([.. Way(from)], Noon);

        var decision = rows.Run([Cancel with { Caller = As(role) }], Noon).Single().Decision;

        if (may) decision.ShouldBeOfType<Decision.Accepted>();
        else decision.ShouldBeOfType<Decision.Refused>().Reason.ShouldBeOfType<Refusal.IllegalMove>();
    }

    [Theory]
    [InlineData(Role.Customer, StockDisposition.Waste)]
    [InlineData(Role.Customer, StockDisposition.Return)]
    [InlineData(Role.Channel, StockDisposition.Waste)]
    [InlineData(Role.Channel, StockDisposition.Return)]
    [InlineData(Role.Courier, StockDisposition.Waste)]
    [InlineData(Role.System, StockDisposition.Waste)]
    public void Roles_outside_the_kitchen_cannot_choose_the_stock_disposition(Role role, StockDisposition stock) =>
        Bring(OrderStatus.Accepted)
            .Do(Cancel with { Stock = stock, Caller = As(role) }, "/stock not_yours")
            .Has("k2", "rice", 800);

    [Theory]
    [InlineData(Role.Kitchen)]
    [InlineData(Role.Manager)]
    [InlineData(Role.Admin)]
    public void The_kitchen_and_its_managers_choose_what_becomes_of_the_stock(Role role) => Bring(OrderStatus.Accepted)
        .Do(Cancel with { Stock = StockDisposition.Waste, Caller = As(role) }, "Cancelled v3 unspecified" + Wasted);

    [Fact]
    public void A_channel_that_cancels_after_dispatch_cannot_return_the_stock() => Bring(OrderStatus.OutForDelivery)
        .Do(Cancel with { Stock = StockDisposition.Return, Caller = As(Role.Channel) }, "/stock not_yours")
        .Do(Cancel with { Caller = As(Role.Channel) }, "Cancelled v6 unspecified" + Wasted);

    [Fact]
    public void The_reason_is_kept() => Bring(OrderStatus.Placed)
        .Do(Cancel with { Reason = "out_of_gas" }, "Cancelled v2 out_of_gas" + Returned);

    [Fact]
    public void A_time_out_ends_an_order_that_was_not_accepted() => Bring(OrderStatus.Placed)
        .Do(TimedOut, "Cancelled v2 not_accepted_in_time" + Returned)
        .Do(TimedOut, "unchanged: order 1");

    [Fact]
    public void A_stale_version_cancels_nothing() => Bring(OrderStatus.Accepted)
        .Do(Cancel with { IfVersion = new([1]) }, "stale, is v2")
        .Do(Cancel with { IfVersion = new([2]) }, "Cancelled v3 unspecified" + Returned);

    [Fact]
    public void A_cancellation_decided_on_placed_does_not_cancel_a_dispatched_order() =>
        Bring(OrderStatus.OutForDelivery)
            .Do(Cancel with { IfStatus = OrderStatus.Placed },
                "not from OutForDelivery to Cancelled, but to: Delivered Cancelled, if Placed")
            .Has("k2", "rice", 800)
            .Do(Cancel with { IfStatus = OrderStatus.OutForDelivery }, "Cancelled v6 unspecified" + Wasted)
            .Do(Cancel with { IfStatus = OrderStatus.OutForDelivery }, "unchanged: order 1");

    [Fact]
    public void An_unknown_order_cannot_be_cancelled() => new Story().Do(Cancel, "no such order");

    [Fact]
    public void Stock_returned_above_the_threshold_is_reported_as_recovered() => new Story()
        .Holds("k2", ("rice", 300), ("ghee", 100))
        .Do(new SetThreshold("k2", "rice", 300) { Caller = As(Role.Kitchen) }, "rice threshold 300")
        .Do(Place(2, "k2", Line("plain")), "order 2 #1 of 03-02 for 10450, Sold rice-100; rice low at 200")
        .Do(Order, "order 1 #2 of 03-02 for 23050, Sold ghee-20, Sold rice-200; rice out at 0")
        .Do(Cancel, "Cancelled v2 unspecified, Returned ghee+20, Returned rice+200; rice no longer out at 200")
        .Do(Cancel with { OrderId = OrderOf(2, 2) },
            "Cancelled v2 unspecified, Returned rice+100; rice recovered at 300");

    [Theory]
    [InlineData("a", "")]
    [InlineData("customer_called_2", "")]
    [InlineData("", "/reason not_a_code")]
    [InlineData("Called", "/reason not_a_code")]
    [InlineData("2nd", "/reason not_a_code")]
    [InlineData("no gas", "/reason not_a_code")]
    public void A_reason_is_a_code(string reason, string faults) =>
        Limits.Faults(Cancel with { Reason = reason }).ShouldBe(faults);

    [Theory]
    [InlineData(64, "")]
    [InlineData(65, "/reason not_a_code")]
    public void A_reason_has_64_characters_at_most(int length, string faults) =>
        Limits.Faults(Cancel with { Reason = new string('a', length) }).ShouldBe(faults);

    static CancelOrder Cancel => new(OrderOf(1, 2), null, null, null) { Caller = As(Role.Admin) };

    static CancelOrder TimedOut => Cancel with
    {
        Caller = Caller.System, Reason = CancelOrder.ReasonTimedOut,
    };

    static PlaceOrder Order => Place(1, "k2", Line("plain", 2, ("ghee-extra", 1)));

    static RecordMovements Received => Record(8, "k2",
        Move(MovementKind.Received, "rice", 1000), Move(MovementKind.Received, "ghee", 1000));

    static ChangeStatus To(OrderStatus status) => new(OrderOf(1, 2), status, null, null) { Caller = As(Role.Admin) };

    static IEnumerable<ChangeStatus> Way(OrderStatus to) => Enum.GetValues<OrderStatus>()
        .Where(status => status > OrderStatus.Placed && status <= to).Select(To);

    static Story Bring(OrderStatus to)
    {
        var story = new Story().Holds("k2", ("rice", 1000), ("ghee", 1000))
            .Do(Order.Delivered(), "order 1 #1 of 03-02 for 26050, Sold ghee-20, Sold rice-200");
        foreach (var step in Way(to)) story.Do(step, $"{step.To} v{(int)step.To + 1}");
        return story;
    }
}
