using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Orders;

public sealed class HandoverTests
{
    const string Left = "Ready v4 implied; OutForDelivery v5";

    [Fact]
    public void Without_codes_none_is_required_and_none_is_accepted() => Preparing(HandoverCodes.Off)
        .Do(Collect(true), "/code not_in_use")
        .Do(Collect(null), Left)
        .Do(Deliver(false), "/code not_in_use")
        .Do(Deliver(null), "Delivered v6");

    [Fact]
    public void An_optional_code_is_checked_if_it_is_given() => Preparing(HandoverCodes.Optional)
        .Do(Collect(false), "wrong, 4 left")
        .Do(Collect(null), Left)
        .Do(Deliver(false), "wrong, 4 left")
        .Do(Deliver(true), "Delivered v6")
        .Do(Deliver(false), "unchanged: order 1");

    [Fact]
    public void A_required_code_is_needed_by_every_role() => Preparing(HandoverCodes.Required)
        .Do(Collect(null), "/code required")
        .Do(Collect(null) with { Caller = As(Role.Manager) }, "/code required")
        .Do(Collect(true), Left)
        .Do(Deliver(null), "/code required")
        .Do(Deliver(null) with { Caller = As(Role.Channel) }, "/code required")
        .Do(Deliver(true), "Delivered v6");

    [Fact]
    public void The_kitchen_and_not_the_courier_enters_the_collection_code() => Preparing(HandoverCodes.Required)
        .Do(Collect(true) with { Caller = As(Role.Courier) }, "/code not_yours")
        .Do(Collect(null) with { Caller = As(Role.Courier) }, "/code not_yours");

    [Fact]
    public void Five_wrong_codes_lock_the_order_for_a_quarter_of_an_hour()
    {
        var story = Preparing(HandoverCodes.Required).Do(Collect(true), Left);
        for (var left = 4; left > 0; left--) story.Do(Deliver(false), $"wrong, {left} left");
        story.Do(Deliver(false), "wrong, 0 left, locked until 03-02 06:45")
            .Do(Deliver(true), "locked until 03-02 06:45")
            .Do(Deliver(false), "locked until 03-02 06:45")
            .At("2026-03-02 06:44:59").Do(Deliver(true), "locked until 03-02 06:45")
            .At("2026-03-02 06:45:00").Do(Deliver(false), "wrong, 4 left")
            .Do(Deliver(true), "Delivered v6");
    }

    [Fact]
    public void Two_wrong_codes_of_one_batch_are_both_counted()
    {
        var rows = new Rows();
        rows.Run([.. Puts, Site(HandoverCodes.Required), Order, Move(OrderStatus.Preparing)], Noon);

        rows.Run([Collect(false), Collect(false)], Noon).Select(result => result.Answer)
            .ShouldBe(["wrong, 4 left", "wrong, 3 left"]);
        rows.Orders[OrderOf(1)].ShouldSatisfyAllConditions(
            order => order.CodeAttempts.ShouldBe(new CodeAttempts(2, null)), order => order.Version.ShouldBe(3));
    }

    [Fact]
    public void Attempts_at_the_pass_do_not_count_at_the_door() => Preparing(HandoverCodes.Required)
        .Do(Collect(false), "wrong, 4 left")
        .Do(Collect(true), Left)
        .Do(Deliver(false), "wrong, 4 left");

    [Fact]
    public void A_manager_hands_over_without_a_code_and_says_why()
    {
        var story = Preparing(HandoverCodes.Required)
            .Do(Collect(null) with { Override = "scanner_broken" }, "/override not_yours")
            .Do(Collect(null) with { Override = "scanner_broken", Caller = As(Role.Manager) },
                $"{Left} scanner_broken");
        for (var left = 4; left > 0; left--) story.Do(Deliver(false), $"wrong, {left} left");
        story.Do(Deliver(false), "wrong, 0 left, locked until 03-02 06:45")
            .Do(Deliver(null) with { Override = "customer_known", Caller = As(Role.Admin) },
                "Delivered v6 customer_known");
    }

    [Fact]
    public void A_contactless_delivery_is_proved_by_a_photo()
    {
        var rows = new Rows();
        rows.Run([.. Puts, Site(HandoverCodes.Required), Order with { Contactless = true },
            Move(OrderStatus.Preparing)], Noon);
        string Answer(Command command) => rows.Run([command], Noon).Single().Answer;

        Answer(Collect(null)).ShouldBe("/code required");
        Answer(Collect(true)).ShouldBe(Left);
        Answer(Deliver(true)).ShouldBe("/code contactless");
        Answer(Deliver(null)).ShouldBe("/proof required");
        Answer(Deliver(null) with { Photo = "ph-1" }).ShouldBe("Delivered v6");
        rows.Orders[OrderOf(1)].Details.Proof.ShouldBe(new Proof("ph-1"));
    }

    [Fact]
    public void A_photo_proves_nothing_else() => Preparing(HandoverCodes.Required)
        .Do(Collect(true), Left)
        .Do(Deliver(null) with { Photo = "ph-1" }, "/proof not_contactless");

    [Fact]
    public void A_pickup_cannot_be_contactless() => Limits.Faults(
        Place(1, "k1", Line("water")) with { Contactless = true })
        .ShouldBe("/fulfilment/contactless not_for_pickup");

    [Fact]
    public void A_pickup_is_handed_over_by_the_delivery_code() => new Story()
        .Do(Site(HandoverCodes.Required), "kitchen k1")
        .Do(Place(1, "k1", Line("water")), "order 1 #1 of 03-02 for 2100; Accepted v2")
        .Do(Move(OrderStatus.Preparing), "Preparing v3")
        .Do(Deliver(null) with { Caller = As(Role.Kitchen) }, "/code required")
        .Do(Deliver(true) with { Caller = As(Role.Kitchen) }, "Ready v4 implied; Delivered v5");

    [Fact]
    public void A_kitchen_that_begins_to_use_codes_asks_for_none_of_older_orders() => new Story()
        .Do(Order, "order 1 #1 of 03-02 for 2100; Accepted v2")
        .Do(Site(HandoverCodes.Required), "kitchen k1")
        .Do(Move(OrderStatus.Preparing), "Preparing v3")
        .Do(Collect(null), Left);

    [Fact]
    public void No_role_that_enters_a_code_sees_it()
    {
        var order = new Order(Guid.Empty, 1, "dosa", "app", null, "c", FulfilmentType.Delivery, default, 1,
            OrderStatus.Ready, 4, [])
        {
            CourierId = nameof(Role.Courier), Lines = new([]),
            Details = new() { HandoverCodes = HandoverCodes.Optional },
        };

        Seen(order, HandoverUse.Collection).ShouldBe([Role.Admin, Role.Manager, Role.Courier, Role.Channel]);
        Seen(order, HandoverUse.Delivery).ShouldBe([Role.Admin, Role.Manager, Role.Channel, Role.Customer]);
        Seen(order with { CourierId = "another" }, HandoverUse.Collection).ShouldNotContain(Role.Courier);
        var left = order with { Status = OrderStatus.OutForDelivery };
        Seen(left, HandoverUse.Collection).ShouldBeEmpty();
        Seen(left, HandoverUse.Delivery).ShouldNotBeEmpty();
        Seen(left with { Status = OrderStatus.Delivered }, HandoverUse.Delivery).ShouldBeEmpty();
        Seen(left with { Details = left.Details with { Contactless = true } }, HandoverUse.Delivery).ShouldBeEmpty();
        Seen(order with { Details = OrderDetails.None }, HandoverUse.Collection).ShouldBeEmpty();
    }

    static IEnumerable<Role> Seen(Order order, HandoverUse use) =>
        Enum.GetValues<Role>().Where(role => Handover.ShowsCode(As(role), order, use));

    static PlaceOrder Order => Place(1, "k1", Line("water")).Delivered();

    static PutKitchen Site(HandoverCodes codes) => Kitchen("k1") with { Times = new() { HandoverCodes = codes } };

    static Story Preparing(HandoverCodes codes)
    {
        var story = new Story();
        if (codes != HandoverCodes.Off) story.Do(Site(codes), "kitchen k1");
        return story
            .Do(Order, "order 1 #1 of 03-02 for 2100; Accepted v2")
            .Do(Move(OrderStatus.Preparing), "Preparing v3");
    }

    static ChangeStatus Move(OrderStatus status) => new(OrderOf(1), status, null, null) { Caller = As(Role.Kitchen) };

    static ChangeStatus Collect(bool? isRight) => Move(OrderStatus.OutForDelivery) with { IsCodeRight = isRight };

    static ChangeStatus Deliver(bool? isRight) =>
        Move(OrderStatus.Delivered) with { IsCodeRight = isRight, Caller = As(Role.Courier) };
}
