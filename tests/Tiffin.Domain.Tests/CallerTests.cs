using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain.Tests;

/// <summary>Orders and kitchens of others look the same as ones that do not exist.</summary>
public sealed class CallerTests
{
    static readonly Order order = new(
        Guid.NewGuid(), 1, "dosa", "app", null, "asha", FulfilmentType.Delivery, new DateOnly(2026, 3, 2), 1,
        OrderStatus.Ready, 4, []) { Lines = new([]) };

    [Theory]
    [InlineData(Role.Admin, "", "", "other", true)]
    [InlineData(Role.System, "", "", "system", true)]
    [InlineData(Role.Manager, "k1", "", "m", true)]
    [InlineData(Role.Manager, "k2", "", "m", false)]
    [InlineData(Role.Kitchen, "k1", "", "k", true)]
    [InlineData(Role.Kitchen, "k2", "", "k", false)]
    [InlineData(Role.Kitchen, "", "app", "asha", false)]
    [InlineData(Role.Courier, "k1", "", "c-1", true)]
    [InlineData(Role.Courier, "k2", "", "c-1", false)]
    [InlineData(Role.Channel, "", "app", "a", true)]
    [InlineData(Role.Channel, "k1", "web", "a", false)]
    [InlineData(Role.Customer, "", "", "asha", true)]
    [InlineData(Role.Customer, "k1", "app", "ravi", false)]
    public void A_caller_sees_their_own_orders_only(Role role, string kitchen, string channel, string id, bool sees) =>
        Who(role, id, kitchen, channel).Sees(order, "k1").ShouldBe(sees);

    [Theory]
    [InlineData(OrderStatus.Ready, null, "c-1", true)]
    [InlineData(OrderStatus.OutForDelivery, "c-1", "c-1", true)]
    [InlineData(OrderStatus.OutForDelivery, "c-2", "c-1", false)]
    [InlineData(OrderStatus.Delivered, "c-1", "c-1", true)]
    [InlineData(OrderStatus.Cancelled, null, "c-1", false)]
    public void A_courier_sees_open_unassigned_deliveries_and_their_own(
        OrderStatus status, string? taker, string id, bool sees) =>
        Who(Role.Courier, id, "k1", "").Sees(order with { Status = status, CourierId = taker }, "k1").ShouldBe(sees);

    [Fact]
    public void A_cook_of_another_kitchen_changes_nothing()
    {
        var foreign = Who(Role.Kitchen, "k", "k2", "");
        new Story()
            .Do(SmallChain.Record(1, "k1", SmallChain.Move(MovementKind.Received, "rice", 500)),
                "Received rice+500 = 1500")
            .Do(SmallChain.Record(2, "k1", SmallChain.Move(MovementKind.Wasted, "rice", 1)) with { Caller = foreign },
                "no kitchen k1")
            .Do(new SetThreshold("k1", "rice", 5) { Caller = foreign }, "no kitchen k1")
            .Do(new SetKitchenMode("k1", KitchenMode.Online, null, 0) { Caller = foreign }, "no kitchen k1")
            .Do(new SetAvailability("k1", "masala", true, null) { Caller = foreign }, "no kitchen k1");
    }

    [Fact]
    public void A_channel_orders_in_its_own_name_and_sees_no_orders_of_others()
    {
        var app = Who(Role.Channel, "a", "", "app");
        var web = Who(Role.Channel, "w", "", "web");
        var water = SmallChain.Place(1, "k1", SmallChain.Line("water")) with
        {
            ExternalReference = "Z-1", Caller = app,
        };
        new Story()
            .Do(water with { Caller = web }, "/channel not_yours")
            .Do(water, "order 1 #1 of 03-02 for 2100; Accepted v2")
            .Do(new CancelOrder(SmallChain.OrderOf(1), null, null, null) { Caller = web }, "no such order")
            .Do(new ChangeStatus(SmallChain.OrderOf(1), OrderStatus.Delivered, null, null) { Caller = web },
                "no such order");
    }

    [Fact]
    public void A_customer_cannot_order_for_another_customer()
    {
        var ravi = Who(Role.Customer, "ravi", "", "");
        new Story()
            .Do(SmallChain.Place(1, "k1", SmallChain.Line("water")) with { Caller = ravi }, "/customer/id not_yours")
            .Do(SmallChain.Place(2, "k1", SmallChain.Line("water")) with { Caller = ravi, CustomerId = "ravi" },
                "order 2 #1 of 03-02 for 2100; Accepted v2");
    }

    static Caller Who(Role role, string id, string kitchen, string channel) => new(role, id)
    {
        Kitchens = kitchen.Length == 0 ? new HashSet<string>() : new HashSet<string> { kitchen },
        Channel = channel.Length == 0 ? null : channel,
    };
}
