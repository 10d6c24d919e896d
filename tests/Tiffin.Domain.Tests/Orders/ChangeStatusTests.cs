using Tiffin.Domain.Orders;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Orders;

public sealed class ChangeStatusTests
{
    const string Placed = "order 1 #1 of 03-02 for 3100";

    [Fact]
    public void A_delivery_goes_step_by_step_to_the_door() => new Story()
        .Do(Delivery, "order 1 #1 of 03-02 for 6100")
        .Do(To(OrderStatus.Accepted, Role.Kitchen), "Accepted v2")
        .Do(To(OrderStatus.Preparing, Role.Kitchen), "Preparing v3")
        .Do(To(OrderStatus.Ready, Role.Kitchen), "Ready v4")
        .Do(To(OrderStatus.OutForDelivery, Role.Courier), "OutForDelivery v5")
        .Do(To(OrderStatus.Delivered, Role.Courier), "Delivered v6")
        .Do(To(OrderStatus.Delivered, Role.Courier), "unchanged: order 1")
        .Do(To(OrderStatus.Preparing, Role.Admin), "not from Delivered to Preparing, but to:");

    [Fact]
    public void Accepted_and_ready_may_be_skipped() => new Story()
        .Do(Delivery, "order 1 #1 of 03-02 for 6100")
        .Do(To(OrderStatus.Preparing), "Accepted v2 implied; Preparing v3")
        .Do(To(OrderStatus.OutForDelivery), "Ready v4 implied; OutForDelivery v5")
        .Do(To(OrderStatus.Delivered), "Delivered v6");

    [Fact]
    public void A_change_may_name_the_status_that_it_was_decided_on() => new Story()
        .Do(Delivery, "order 1 #1 of 03-02 for 6100")
        .Do(To(OrderStatus.Preparing) with { IfStatus = OrderStatus.Accepted },
            "not from Placed to Preparing, but to: Accepted Preparing Cancelled, if Accepted")
        .Do(To(OrderStatus.Accepted) with { IfStatus = OrderStatus.Placed }, "Accepted v2")
        .Do(To(OrderStatus.Accepted) with { IfStatus = OrderStatus.Placed }, "unchanged: order 1");

    [Theory]
    [InlineData(1, 200, "manager_saw_it", null, "")]
    [InlineData(240, 1, null, true, "")]
    [InlineData(0, 201, "No code", null,
        "/prepMinutes out_of_range, /override not_a_code, /proof/photo too_long")]
    [InlineData(241, 1, "lost", false, "/prepMinutes out_of_range, /override one_of")]
    public void A_change_is_held_to_its_limits(
        int minutes, int photo, string? reason, bool? isCodeRight, string faults) =>
        Limits.Faults(To(OrderStatus.Delivered) with
        {
            PrepMinutes = minutes, Photo = new string('p', photo), Override = reason, IsCodeRight = isCodeRight,
        }).ShouldBe(faults);

    [Fact]
    public void A_courier_cannot_hand_over_a_pickup() => new Story()
        .Do(Pickup, Placed)
        .Do(To(OrderStatus.Preparing, Role.Kitchen), "Accepted v2 implied; Preparing v3")
        .Do(To(OrderStatus.Ready, Role.Kitchen), "Ready v4")
        .Do(To(OrderStatus.Delivered, Role.Courier), "no such order")
        .Do(To(OrderStatus.Delivered, Role.Channel) with { CourierId = "ravi" }, "no delivery");

    [Fact]
    public void A_pickup_goes_from_ready_to_delivered() => new Story()
        .Do(Pickup, Placed)
        .Do(To(OrderStatus.Preparing, Role.Kitchen), "Accepted v2 implied; Preparing v3")
        .Do(To(OrderStatus.Ready, Role.Kitchen), "Ready v4")
        .Do(To(OrderStatus.OutForDelivery), "not from Ready to OutForDelivery, but to: Delivered Cancelled")
        .Do(To(OrderStatus.Delivered, Role.Kitchen), "Delivered v5");

    [Fact]
    public void A_pickup_may_go_from_preparing_to_delivered() => new Story()
        .Do(Pickup, Placed)
        .Do(To(OrderStatus.Preparing), "Accepted v2 implied; Preparing v3")
        .Do(To(OrderStatus.Delivered), "Ready v4 implied; Delivered v5");

    [Fact]
    public void Other_transitions_are_refused_with_the_allowed_ones() => new Story()
        .Do(Delivery, "order 1 #1 of 03-02 for 6100")
        .Do(To(OrderStatus.Ready), "not from Placed to Ready, but to: Accepted Preparing Cancelled")
        .Do(To(OrderStatus.OutForDelivery), "not from Placed to OutForDelivery, but to: Accepted Preparing Cancelled")
        .Do(To(OrderStatus.Delivered), "not from Placed to Delivered, but to: Accepted Preparing Cancelled")
        .Do(To(OrderStatus.Accepted), "Accepted v2")
        .Do(To(OrderStatus.Placed), "not from Accepted to Placed, but to: Preparing Cancelled")
        .Do(To(OrderStatus.Ready), "not from Accepted to Ready, but to: Preparing Cancelled")
        .Do(To(OrderStatus.Preparing), "Preparing v3")
        .Do(To(OrderStatus.Delivered), "not from Preparing to Delivered, but to: Ready OutForDelivery Cancelled")
        .Do(To(OrderStatus.Ready), "Ready v4")
        .Do(To(OrderStatus.Delivered), "not from Ready to Delivered, but to: OutForDelivery Cancelled")
        .Do(To(OrderStatus.OutForDelivery), "OutForDelivery v5")
        .Do(To(OrderStatus.Ready), "not from OutForDelivery to Ready, but to: Delivered Cancelled");

    [Fact]
    public void No_role_makes_a_move_of_another_role() => new Story()
        .Do(Delivery, "order 1 #1 of 03-02 for 6100")
        .Do(To(OrderStatus.Accepted, Role.Customer), "not from Placed to Accepted, but to: Cancelled")
        .Do(To(OrderStatus.Accepted, Role.Courier), "not from Placed to Accepted, but to:")
        .Do(To(OrderStatus.Accepted, Role.Channel), "not from Placed to Accepted, but to: Cancelled")
        .Do(To(OrderStatus.Preparing, Role.System), "not from Placed to Preparing, but to: Accepted Cancelled")
        .Do(To(OrderStatus.Preparing, Role.Manager), "Accepted v2 implied; Preparing v3")
        .Do(To(OrderStatus.OutForDelivery, Role.Customer), "not from Preparing to OutForDelivery, but to:")
        .Do(To(OrderStatus.OutForDelivery, Role.Channel), "Ready v4 implied; OutForDelivery v5")
        .Do(To(OrderStatus.Delivered, Role.Kitchen), "not from OutForDelivery to Delivered, but to: Cancelled")
        .Do(To(OrderStatus.Delivered, Role.Channel), "Delivered v6");

    [Fact]
    public void A_stale_version_is_refused() => new Story()
        .Do(Pickup, Placed)
        .Do(To(OrderStatus.Accepted) with { IfVersion = new([2]) }, "stale, is v1")
        .Do(To(OrderStatus.Accepted) with { IfVersion = new([1]) }, "Accepted v2")
        .Do(To(OrderStatus.Accepted) with { IfVersion = new([1]) }, "stale, is v2")
        .Do(To(OrderStatus.Accepted) with { IfVersion = new([2]) }, "unchanged: order 1");

    [Fact]
    public void An_unknown_order_cannot_move() => new Story()
        .Do(To(OrderStatus.Accepted), "no such order");

    [Fact]
    public void The_courier_is_recorded_with_the_requested_step_only()
    {
        var rows = new Rows();
        rows.Run([.. Puts, Delivery], Noon);
        rows.Run([To(OrderStatus.Preparing)], Noon);

        var results = rows.Run([To(OrderStatus.OutForDelivery) with { CourierId = "c-7" }], Noon);

        var moves = results.Single().Decision.ShouldBeOfType<Decision.Accepted>().Events.Cast<OrderStatusChanged>();
        moves.Select(move => (move.Status, move.CourierId, move.At, move.Actor)).ShouldBe(
            [(OrderStatus.Ready, null, Noon, Role.Admin), (OrderStatus.OutForDelivery, "c-7", Noon, Role.Admin)]);
    }

    [Fact]
    public void A_courier_moves_orders_in_their_own_name_only() => new Story()
        .Do(Delivery, "order 1 #1 of 03-02 for 6100")
        .Do(To(OrderStatus.Preparing, Role.Kitchen), "Accepted v2 implied; Preparing v3")
        .Do(To(OrderStatus.OutForDelivery, Role.Courier) with { CourierId = "another" }, "/courierId not_yours")
        .Do(To(OrderStatus.OutForDelivery, Role.Courier) with { CourierId = As(Role.Courier).Id },
            "Ready v4 implied; OutForDelivery v5");

    [Theory]
    [InlineData(255, "")]
    [InlineData(256, "/courierId too_long")]
    public void A_couriers_id_is_at_most_as_long_as_the_subject_of_a_token(int length, string faults) =>
        Limits.Faults(To(OrderStatus.Ready) with { CourierId = new string('c', length) }).ShouldBe(faults);

    static PlaceOrder Pickup => Place(1, "k2", Line("water"));

    static PlaceOrder Delivery => Pickup.Delivered();

    static ChangeStatus To(OrderStatus status, Role role = Role.Admin) =>
        new(OrderOf(1, 2), status, null, null) { Caller = As(role) };
}
