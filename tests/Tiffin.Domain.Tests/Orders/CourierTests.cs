using Tiffin.Domain.Orders;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Orders;

public sealed class CourierTests
{
    const string Placed = "order 1 #1 of 03-02 for 2100; Accepted v2";
    const string Early = "is Placed, must be Accepted Preparing Ready";

    [Fact]
    public void The_first_courier_takes_the_order_and_the_next_one_is_refused() => Delivery()
        .Do(Take("ravi"), "ravi assigned v3")
        .Do(Take("ravi"), "unchanged: order 1")
        .Do(Take("meera"), "taken")
        .Do(GiveBack("ravi"), "ravi unassigned v4")
        .Do(GiveBack("ravi"), "unchanged: order 1")
        .Do(Take("meera"), "meera assigned v5")
        .Do(GiveBack("ravi"), "no such order");

    [Fact]
    public void The_first_of_two_couriers_in_one_batch_wins()
    {
        var rows = new Rows();
        rows.Run([.. Puts, Order], Noon);

        rows.Run([Take("ravi"), Take("meera")], Noon).Select(result => result.Answer)
            .ShouldBe(["ravi assigned v3", "taken"]);
        rows.Orders[OrderOf(1)].CourierId.ShouldBe("ravi");
    }

    [Fact]
    public void A_courier_takes_nothing_for_others_and_nothing_of_another_kitchen() => Delivery()
        .Do(Take("ravi") with { CourierId = "meera" }, "/courierId not_yours")
        .Do(Take("ravi") with { Caller = Courier("ravi", "k2") }, "no such order")
        .Do(Take("ravi") with { Caller = Courier("ravi", "k2"), CourierId = "meera" }, "/courierId not_yours")
        .Do(Take("meera"), "meera assigned v3")
        .Do(Take("ravi") with { Caller = Courier("ravi", "k2") }, "no such order");

    [Fact]
    public void Staff_and_the_channel_replace_a_courier() => Delivery()
        .Do(Take("ravi"), "ravi assigned v3")
        .Do(Assign("meera", Role.Kitchen), "meera assigned v4")
        .Do(Assign("anil", Role.Channel), "anil assigned v5")
        .Do(Take("anil"), "unchanged: order 1")
        .Do(Assign("anil", Role.Manager) with { IfVersion = new([4]) }, "stale, is v5");

    [Fact]
    public void A_courier_is_assigned_from_acceptance_until_dispatch() => new Story()
        .Do(Place(1, "k2", Line("water")).Delivered(),
            "order 1 #1 of 03-02 for 6100")
        .Do(Assign("ravi", Role.Admin, 2), Early)
        .Do(To(OrderStatus.Accepted, 2), "Accepted v2")
        .Do(Assign("ravi", Role.Admin, 2), "ravi assigned v3")
        .Do(To(OrderStatus.Preparing, 2), "Preparing v4")
        .Do(To(OrderStatus.OutForDelivery, 2), "Ready v5 implied; OutForDelivery v6")
        .Do(Assign("ravi", Role.Admin, 2), "unchanged: order 1")
        .Do(Assign("meera", Role.Admin, 2), "is OutForDelivery, must be Accepted Preparing Ready")
        .Do(new UnassignCourier(OrderOf(1, 2), null) { Caller = As(Role.Admin) },
            "is OutForDelivery, must be Accepted Preparing Ready");

    [Fact]
    public void A_pickup_order_has_no_courier() => new Story()
        .Do(Place(1, "k1", Line("water")), Placed)
        .Do(Assign("ravi", Role.Kitchen), "no delivery");

    [Fact]
    public void Omitted_fields_are_kept_for_the_same_courier()
    {
        var rows = new Rows();
        rows.Run([.. Puts, Order], Noon);
        var contact = new CourierContact("Ravi Menon", "+919800000001", null);
        rows.Run([Assign("ravi", Role.Kitchen) with { Contact = contact, PickupAt = Noon.AddMinutes(9) }], Noon);

        rows.Run([Take("ravi")], Noon).Single().Answer.ShouldBe("unchanged: order 1");
        rows.Run([Take("ravi") with { Contact = new(null, null, "bicycle") }], Noon).Single().Answer
            .ShouldBe("ravi assigned v4");

        rows.Orders[OrderOf(1)].CourierContact.ShouldBe(contact with { Vehicle = "bicycle" });
        rows.Orders[OrderOf(1)].Details.Courier!.PickupAt.ShouldBe(Noon.AddMinutes(9));
        rows.Run([To(OrderStatus.Preparing), To(OrderStatus.OutForDelivery) with { CourierId = "meera" }], Noon);
        var moved = rows.Orders[OrderOf(1)];
        (moved.CourierId, moved.CourierContact, moved.Details.Courier).ShouldBe(("meera", null, new CourierTimes()));
    }

    [Fact]
    public void A_courier_who_moves_an_order_is_assigned_to_it() => Delivery()
        .Do(To(OrderStatus.Preparing), "Preparing v3")
        .Do(To(OrderStatus.OutForDelivery) with { Caller = Courier("ravi") }, "Ready v4 implied; OutForDelivery v5")
        .Do(Take("ravi"), "unchanged: order 1")
        .Do(Take("meera"), "taken");

    [Fact]
    public void Each_arrival_is_recorded_once_and_in_its_status() => Delivery()
        .Do(Arrive(CourierPlace.Kitchen, "ravi"), "no courier")
        .Do(Take("ravi"), "ravi assigned v3")
        .Do(Arrive(CourierPlace.Kitchen, "meera"), "no such order")
        .Do(Arrive(CourierPlace.Customer, "ravi"), "is Accepted, must be OutForDelivery")
        .Do(Arrive(CourierPlace.Kitchen, "ravi"), "at Kitchen v4")
        .Do(Arrive(CourierPlace.Kitchen, "ravi"), "unchanged: order 1")
        .Do(To(OrderStatus.Preparing), "Preparing v5")
        .Do(To(OrderStatus.OutForDelivery), "Ready v6 implied; OutForDelivery v7")
        .Do(Arrive(CourierPlace.Kitchen, "ravi"), "unchanged: order 1")
        .Do(Arrive(CourierPlace.Customer, "ravi"), "at Customer v8")
        .Do(To(OrderStatus.Delivered), "Delivered v9")
        .Do(Arrive(CourierPlace.Customer, "ravi"), "unchanged: order 1");

    [Fact]
    public void Another_courier_has_not_arrived_yet() => Delivery()
        .Do(Take("ravi"), "ravi assigned v3")
        .Do(Arrive(CourierPlace.Kitchen, "ravi"), "at Kitchen v4")
        .Do(Assign("meera", Role.Kitchen), "meera assigned v5")
        .Do(Arrive(CourierPlace.Kitchen, "meera"), "at Kitchen v6");

    [Theory]
    [InlineData("", null, null, "/courierId blank")]
    [InlineData("ravi", "98000", null, "/phone not_a_phone_number")]
    [InlineData("ravi", "+919800000001", " ", "/vehicle blank")]
    [InlineData("ravi", "+919800000001", "bicycle", "")]
    public void A_courier_has_an_id_and_a_real_phone_number(string id, string? phone, string? vehicle, string faults) =>
        Limits.Faults(Assign(id, Role.Kitchen) with { Contact = new(null, phone, vehicle) }).ShouldBe(faults);

    [Fact]
    public void A_pickup_time_in_the_past_is_refused() => Delivery()
        .Do(Assign("ravi", Role.Kitchen) with { PickupAt = Noon.AddSeconds(-1) }, "/pickupAt in_the_past");

    [Fact]
    public void An_unchanged_past_pickup_time_does_not_block_other_changes() => Delivery()
        .Do(Assign("ravi", Role.Channel) with { PickupAt = Noon.AddMinutes(10) }, "ravi assigned v3")
        .At("2026-03-02 06:42")
        .Do(Assign("ravi", Role.Channel) with
        {
            PickupAt = Noon.AddMinutes(10), Contact = new(null, null, "bicycle"),
        }, "ravi assigned v4")
        .Do(Assign("ravi", Role.Channel) with { PickupAt = Noon.AddMinutes(11) }, "/pickupAt in_the_past")
        .Do(Assign("meera", Role.Channel) with { PickupAt = Noon.AddMinutes(10) }, "/pickupAt in_the_past");

    [Fact]
    public void The_second_trip_of_a_retried_delivery_arrives_as_well() => Delivery()
        .Do(Take("ravi"), "ravi assigned v3")
        .Do(Arrive(CourierPlace.Kitchen, "ravi"), "at Kitchen v4")
        .Do(To(OrderStatus.Preparing), "Preparing v5")
        .Do(To(OrderStatus.OutForDelivery), "Ready v6 implied; OutForDelivery v7")
        .Do(Arrive(CourierPlace.Customer, "ravi"), "at Customer v8")
        .Do(new ReportFailedDelivery(OrderOf(1), DeliveryOutcome.NotReachable)
        {
            Caller = Courier("ravi"), Key = new RequestKey(Seed(9)), Fingerprint = Seed(9),
        }, "attempt 1 NotReachable, decide by 06:38:00 v9")
        .Do(new DecideDelivery(OrderOf(1), null, 1, DeliveryDecision.Retry) { Caller = As(Role.Manager) },
            "attempt 1 Retry v10")
        .Do(Arrive(CourierPlace.Kitchen, "ravi"), "unchanged: order 1")
        .Do(Arrive(CourierPlace.Customer, "ravi"), "at Customer v11");

    [Theory]
    [InlineData(Role.Kitchen, "Ravi Menon +919800000001")]
    [InlineData(Role.Channel, "Ravi Menon +919800000001")]
    [InlineData(Role.Customer, "Ravi ")]
    public void Customers_see_the_given_name_and_after_the_end_no_role_sees_anything(Role role, string seen)
    {
        var courier = new CourierContact("Ravi Menon", "+919800000001", null);

        var contact = courier.SeenBy(As(role), isOpen: true)!;

        $"{contact.Name} {contact.Phone}".ShouldBe(seen);
        courier.SeenBy(As(role), isOpen: false).ShouldBeNull();
    }

    static PlaceOrder Order => Place(1, "k1", Line("water")).Delivered();

    static Story Delivery() => new Story().Do(Order, Placed);

    static Caller Courier(string id, string kitchen = "k1") =>
        new(Role.Courier, id) { Kitchens = new HashSet<string> { kitchen } };

    static AssignCourier Take(string id) => Assign(id, Role.Courier) with { Caller = Courier(id) };

    static AssignCourier Assign(string id, Role role, int kitchen = 1) =>
        new(OrderOf(1, kitchen), null, id, new CourierContact(null, null, null), null) { Caller = As(role) };

    static UnassignCourier GiveBack(string id) => new(OrderOf(1), null) { Caller = Courier(id) };

    static RecordArrival Arrive(CourierPlace where, string id) => new(OrderOf(1), null, where) { Caller = Courier(id) };

    static ChangeStatus To(OrderStatus status, int kitchen = 1) =>
        new(OrderOf(1, kitchen), status, null, null) { Caller = As(Role.Admin) };
}
