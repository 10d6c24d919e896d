using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Orders;

public sealed class PlaceOrderTests
{
    [Fact]
    public void An_order_takes_all_that_its_lines_need_together_or_nothing() => new Story()
        .Do(Place(1, "k1", Line("masala", 2)),
            "order 1 #1 of 03-02 for 25200, Sold potato-100, Sold rice-200; Accepted v2")
        .Do(Place(2, "k1", Line("masala", 2, ("ghee-extra", 3)), Line("plain", 1, ("ghee-extra", 1))),
            "order 2 #2 of 03-02 for 45675, Sold ghee-70, Sold potato-100, Sold rice-300; Accepted v2")
        .Do(Place(3, "k1", Line("plain", 3), Line("masala", 3)),
            "out of stock: line 0 plain 5 portions (rice 600 of 500 g), line 1 masala 5 portions (rice 600 of 500 g)")
        .Do(Place(4, "k1", Line("plain", 5), Line("masala", 1, ("ghee-extra", 1))),
            "out of stock: line 0 plain 5 portions (rice 600 of 500 g), line 1 masala 5 portions (rice 600 of 500 g)")
        .Has("k1", "rice", 500).Has("k1", "potato", 800).Has("k1", "ghee", 930)
        .Do(Place(5, "k1", Line("water", 999)), "order 5 #3 of 03-02 for 2097900; Accepted v2")
        .Do(Place(6, "k1", Line("plain", 5)),
            "order 6 #4 of 03-02 for 47250, Sold rice-500; Accepted v2; rice out at 0")
        .Do(Place(7, "k1", Line("water"), Line("plain")),
            "out of stock: line 1 plain 0 portions (rice 100 of 0 g)");

    [Fact]
    public void A_shortage_shows_the_total_need_and_the_portions_of_each_line() => new Story()
        .Holds("k1", ("rice", 350), ("potato", 60), ("ghee", 25))
        .Do(Place(1, "k1", Line("plain", 1, ("ghee-extra", 2)), Line("masala", 2, ("ghee-extra", 1))),
            "out of stock: line 0 plain 1 portions (ghee 40 of 25 ml), "
            + "line 1 masala 1 portions (ghee 40 of 25 ml, potato 100 of 60 g)")
        .Has("k1", "rice", 350);

    [Fact]
    public void With_manual_acceptance_an_order_stays_placed() => new Story()
        .Holds("k2", ("rice", 100))
        .Do(Place(1, "k2", Line("plain")), "order 1 #1 of 03-02 for 10450, Sold rice-100; rice out at 0");

    [Fact]
    public void Packaging_is_always_paid_and_delivery_when_delivered() => new Story()
        .Do(Place(1, "k2", Line("water")), "order 1 #1 of 03-02 for 3100")
        .Do(Place(2, "k2", Line("water")).Delivered(), "order 2 #2 of 03-02 for 6100");

    [Fact]
    public void A_total_that_the_customer_did_not_see_is_refused_with_the_new_one() => new Story()
        .Do(Expecting(Place(1, "k1", Line("plain")), 9449), "total is 9450")
        .Do(Expecting(Place(2, "k1", Line("plain")), 9450, "USD"), "total is 9450")
        .Do(Expecting(Place(3, "k1", Line("plain")), 9450),
            "order 3 #1 of 03-02 for 9450, Sold rice-100; Accepted v2")
        .Do(Item("plain", 10000, ("rice", 100)), "item plain")
        .Do(Expecting(Place(4, "k1", Line("plain")), 9450), "total is 10500");

    [Fact]
    public void Numbers_start_again_at_the_kitchens_own_midnight() => new Story()
        .At("2026-03-02 18:29").Do(Water(1, "k1"), "order 1 #1 of 03-02 for 2100; Accepted v2")
        .At("2026-03-02 18:29:59").Do(Water(2, "k1"), "order 2 #2 of 03-02 for 2100; Accepted v2")
        .At("2026-03-02 18:30").Do(Water(3, "k1"), "order 3 #1 of 03-03 for 2100; Accepted v2")
        .Do(Water(4, "k2"), "order 4 #1 of 03-03 for 3100")
        .At("2026-03-03 09:59").Do(Water(5, "k2"), "order 5 #2 of 03-03 for 3100")
        .At("2026-03-03 10:00").Do(Water(6, "k2"), "order 6 #1 of 03-04 for 3100")
        .Do(Water(7, "k1"), "order 7 #2 of 03-03 for 2100; Accepted v2");

    [Fact]
    public void A_business_day_may_have_23_or_25_hours() => new Story()
        .At("2026-03-28 22:59").Do(Water(1, "berlin"), "order 1 #1 of 03-28 for 2100; Accepted v2")
        .At("2026-03-28 23:00").Do(Water(2, "berlin"), "order 2 #1 of 03-29 for 2100; Accepted v2")
        .At("2026-03-29 00:59").Do(Water(3, "berlin"), "order 3 #2 of 03-29 for 2100; Accepted v2")
        .At("2026-03-29 01:00").Do(Water(4, "berlin"), "order 4 #3 of 03-29 for 2100; Accepted v2")
        .At("2026-03-29 21:59").Do(Water(5, "berlin"), "order 5 #4 of 03-29 for 2100; Accepted v2")
        .At("2026-03-29 22:00").Do(Water(6, "berlin"), "order 6 #1 of 03-30 for 2100; Accepted v2")
        .At("2026-10-24 21:59").Do(Water(7, "berlin"), "order 7 #1 of 10-24 for 2100; Accepted v2")
        .At("2026-10-24 22:00").Do(Water(8, "berlin"), "order 8 #1 of 10-25 for 2100; Accepted v2")
        .At("2026-10-25 00:30").Do(Water(9, "berlin"), "order 9 #2 of 10-25 for 2100; Accepted v2")
        .At("2026-10-25 01:30").Do(Water(10, "berlin"), "order 10 #3 of 10-25 for 2100; Accepted v2")
        .At("2026-10-25 22:59").Do(Water(11, "berlin"), "order 11 #4 of 10-25 for 2100; Accepted v2")
        .At("2026-10-25 23:00").Do(Water(12, "berlin"), "order 12 #1 of 10-26 for 2100; Accepted v2");

    [Fact]
    public void A_key_replays_the_same_body_and_refuses_another() => new Story()
        .Do(Place(1, "k1", Line("plain")), "order 1 #1 of 03-02 for 9450, Sold rice-100; Accepted v2")
        .Do(Place(1, "k1", Line("plain")) with { Seed = Seed(9) }, "replayed")
        .Do(Place(1, "k1", Line("plain", 2)) with { Fingerprint = Seed(9) }, "key reused")
        .Do(Place(2, "k1", Line("plain")) with { Fingerprint = Seed(1) },
            "order 2 #2 of 03-02 for 9450, Sold rice-100; Accepted v2")
        .Has("k1", "rice", 800);

    [Fact]
    public void A_refusal_leaves_its_key_free() => new Story()
        .Do(Place(1, "k1", Line("plain", 11)), "out of stock: line 0 plain 10 portions (rice 1100 of 1000 g)")
        .Do(Place(1, "k1", Line("plain", 10)) with { Fingerprint = Seed(9) },
            "order 1 #1 of 03-02 for 94500, Sold rice-1000; Accepted v2; rice out at 0");

    [Fact]
    public void A_reference_names_one_order_of_its_channel() => new Story()
        .Do(Referred(1, "k1"), "order 1 #1 of 03-02 for 2100; Accepted v2")
        .Do(Referred(2, "k1") with { Fingerprint = Seed(1) }, "unchanged: order 1")
        .Do(Referred(3, "k1"), "reference of order 1")
        .Do(Named(Place(3, "k1", Line("pizza"))), "reference of order 1")
        .Do(Referred(4, "k2"), "reference of order 1")
        .Do(Referred(4, "k1") with { ExternalReference = "Z-2" }, "order 4 #2 of 03-02 for 2100; Accepted v2")
        .Do(Referred(5, "k1") with { Channel = "web", Caller = As(Role.Admin) with { Channel = null } },
            "order 5 #3 of 03-02 for 2100; Accepted v2");

    /// <summary>Otherwise, after a lost response, a channel takes an order that is being cooked for refused.</summary>
    [Fact]
    public void A_known_reference_is_answered_even_if_the_menu_has_changed() => new Story()
        .Do(Referred(1, "k1"), "order 1 #1 of 03-02 for 2100; Accepted v2")
        .Do(Kitchen("k1") with { Brands = ["wok"] }, "kitchen k1")
        .Do(Referred(2, "k1") with { Fingerprint = Seed(1) }, "unchanged: order 1")
        .Do(Referred(3, "k1") with { ExternalReference = "Z-3" }, "/brandId not_cooked_here");

    [Fact]
    public void A_cancelled_order_gives_its_reference_to_one_in_another_kitchen() => new Story()
        .Do(Referred(1, "k1"), "order 1 #1 of 03-02 for 2100; Accepted v2")
        .Do(new CancelOrder(OrderOf(1), null, null, null) { Caller = As(Role.Admin) }, "Cancelled v3 unspecified")
        .Do(Referred(2, "k1"), "reference of order 1")
        .Do(Referred(3, "k2"), "order 3 #1 of 03-02 for 3100")
        .Do(Referred(4, "k2"), "reference of order 3")
        .Do(Referred(5, "k1") with { Fingerprint = Seed(1) }, "unchanged: order 1")
        .Do(Referred(6, "k2") with { Fingerprint = Seed(3) }, "unchanged: order 3")
        .Do(Referred(7, "berlin"), "reference of order 3");

    /// <summary>Otherwise the channel's own order with that reference would be answered with the customer's.</summary>
    [Fact]
    public void A_customer_cannot_take_a_reference_of_their_channel() => new Story()
        .Do(Water(1, "k1") with { ExternalReference = "Z-1" }, "/externalReference not_yours")
        .Do(Named(Water(2, "k1")), "order 2 #1 of 03-02 for 2100; Accepted v2")
        .Do(Water(3, "k1") with { ExternalReference = "Z-1" }, "/externalReference not_yours");

    static PlaceOrder Named(PlaceOrder order, string reference = "Z-1") =>
        order with { ExternalReference = reference, Caller = As(Role.Channel) };

    [Fact]
    public void Low_and_out_are_reported_exactly_on_the_crossing() => new Story()
        .Do(new SetThreshold("k1", "rice", 300) { Caller = As(Role.Manager) }, "rice threshold 300")
        .Do(Place(1, "k1", Line("plain", 7)), "order 1 #1 of 03-02 for 66150, Sold rice-700; Accepted v2")
        .Do(Place(2, "k1", Line("plain")),
            "order 2 #2 of 03-02 for 9450, Sold rice-100; Accepted v2; rice low at 200")
        .Do(Place(3, "k1", Line("plain")), "order 3 #3 of 03-02 for 9450, Sold rice-100; Accepted v2")
        .Do(Place(4, "k1", Line("plain")),
            "order 4 #4 of 03-02 for 9450, Sold rice-100; Accepted v2; rice out at 0");

    [Fact]
    public void A_fall_below_both_limits_reports_low_before_out() => new Story()
        .Do(new SetThreshold("k1", "rice", 300) { Caller = As(Role.Manager) }, "rice threshold 300")
        .Do(Place(1, "k1", Line("plain", 10)),
            "order 1 #1 of 03-02 for 94500, Sold rice-1000; Accepted v2; rice low at 0; rice out at 0");

    [Fact]
    public void A_paused_kitchen_takes_no_order_until_the_pause_ends() => new Story()
        .Do(Mode("k1", KitchenMode.Paused, Noon.AddHours(1)), "k1 Paused until 03-02 07:30")
        .Do(Water(1, "k1"), "paused until 03-02 07:30")
        .Do(Water(2, "k2"), "order 2 #1 of 03-02 for 3100")
        .At("2026-03-02 07:29:59").Do(Water(3, "k1"), "paused until 03-02 07:30")
        .At("2026-03-02 07:30").Do(Water(4, "k1"), "order 4 #1 of 03-02 for 2100; Accepted v2")
        .Do(Mode("k1", KitchenMode.Paused), "k1 Paused")
        .At("2027-01-01 00:00").Do(Water(5, "k1"), "paused")
        .Do(Mode("k1", KitchenMode.Busy), "k1 Busy")
        .Do(Water(6, "k1"), "order 6 #1 of 01-01 for 2100; Accepted v2");

    [Fact]
    public void An_item_is_off_until_its_time_and_in_its_kitchen_only() => new Story()
        .Do(Off("k1", "water", Noon.AddHours(1)), "water off until 03-02 07:30")
        .Do(Water(1, "k1"), "/lines/0/itemId water off until 03-02 07:30")
        .Do(Water(2, "k2"), "order 2 #1 of 03-02 for 3100")
        .Do(Off("k1", "ghee-extra"), "ghee-extra off")
        .Do(Place(3, "k1", Line("plain"), Line("plain", 1, ("ghee-extra", 1))),
            "/lines/1/modifiers/0/itemId ghee-extra off")
        .At("2026-03-02 07:30").Do(Water(4, "k1"), "order 4 #1 of 03-02 for 2100; Accepted v2")
        .Do(Off("k1", "ghee-extra") with { Available = true }, "ghee-extra on")
        .Do(Place(5, "k1", Line("plain", 1, ("ghee-extra", 1))),
            "order 5 #2 of 03-02 for 11025, Sold ghee-10, Sold rice-100; Accepted v2");

    [Fact]
    public void All_faults_against_the_menu_are_refused_together() => new Story()
        .Do(Water(1, "k9") with { BrandId = "pizza" }, "/kitchenId unknown_kitchen, /brandId unknown_brand")
        .Do(Water(2, "berlin") with { BrandId = "wok" }, "/brandId not_cooked_here")
        .Do(Place(3, "k1", Line("pizza"), Line("noodles"), Line("ghee-extra"), Line("water", 1, ("ghee-extra", 1))),
            "/lines/0/itemId unknown_item, /lines/1/itemId not_of_brand, /lines/2/itemId not_sold_alone, "
            + "/lines/3/modifiers/0/itemId modifier_not_allowed");

    [Fact]
    public void Items_in_a_currency_other_than_the_kitchens_are_refused() => new Story()
        .Do(Item("wine", 500) with { Price = new Money(500, "EUR") }, "item wine")
        .Do(Place(1, "k1", Line("wine")), "/lines/0/itemId currency_mismatch")
        .Do(Item("truffle", 900) with { Kind = ItemKind.Modifier, Price = new Money(900, "EUR") }, "item truffle")
        .Do(Item("plain", 9000, ("rice", 100)) with { Modifiers = ["truffle"] }, "item plain")
        .Do(Place(2, "k1", Line("plain", 1, ("truffle", 1))), "/lines/0/modifiers/0/itemId currency_mismatch");

    [Fact]
    public void An_order_keeps_its_lines_and_prices_as_placed()
    {
        var rows = new Rows();
        rows.Run([.. Puts], Noon);
        var metadata = new Dictionary<string, string> { ["table"] = "4" };
        var place = Place(1, "k2", Line("water", 3)) with
        {
            CustomerId = "c-1", Payment = new Payment("card", "paid", "p-1"), Metadata = metadata,
            Caller = As(Role.Channel),
        };

        var decision = rows.Run([place], Noon).Single().Decision.ShouldBeOfType<Decision.Accepted>();

        var placed = decision.Events.Single().ShouldBeOfType<OrderPlaced>();
        placed.Order.ShouldBe(rows.Orders[OrderOf(1, 2)]);
        placed.Order.CustomerId.ShouldBe("c-1");
        placed.Contact.ShouldBe(place.Contact);
        placed.Content.PlacedAt.ShouldBe(Noon);
        placed.Content.Payment.ShouldBe(place.Payment);
        placed.Content.Metadata.ShouldBe(metadata);
        var line = placed.Content.Lines.Single();
        (line.ItemId, line.Name, line.Quantity, line.UnitPrice).ShouldBe(("water", "water", 3, new Money(2000, "INR")));
        (line.Subtotal.Amount, line.Tax.Amount).ShouldBe((6000, 300));
        placed.Content.Totals.ShouldBe(new Totals(
            new Money(6000, "INR"), new Money(300, "INR"), new Money(1000, "INR"), new Money(7300, "INR")));
    }

    static PlaceOrder Water(int n, string kitchen) => Place(n, kitchen, Line("water"));

    static PlaceOrder Referred(int n, string kitchen) => Named(Water(n, kitchen));

    static PlaceOrder Expecting(PlaceOrder order, long total, string currency = "INR") =>
        order with { ExpectedTotal = new Money(total, currency) };

    static SetKitchenMode Mode(string kitchen, KitchenMode mode, DateTimeOffset? until = null) =>
        new(kitchen, mode, until, 0) { Caller = As(Role.Manager) };

    static SetAvailability Off(string kitchen, string item, DateTimeOffset? until = null) =>
        new(kitchen, item, false, until) { Caller = As(Role.Manager) };
}
