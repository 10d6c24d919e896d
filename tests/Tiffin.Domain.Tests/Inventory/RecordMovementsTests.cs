using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Inventory;

public sealed class RecordMovementsTests
{
    [Fact]
    public void Each_kind_changes_the_level_in_its_way() => new Story()
        .Do(Record(1, "k1", Move(MovementKind.Received, "rice", 500)), "Received rice+500 = 1500")
        .Do(Record(2, "k1", Move(MovementKind.Wasted, "rice", 200)), "Wasted rice-200 = 1300")
        .Do(Record(3, "k1", Move(MovementKind.Counted, "rice", 1250)), "Counted rice-50 = 1250")
        .Do(Record(4, "k1", Move(MovementKind.Counted, "rice", 1250)), "Counted rice+0 = 1250")
        .Do(Record(5, "k1", Move(MovementKind.Corrected, "rice", -250)), "Corrected rice-250 = 1000")
        .Do(Record(6, "k1", Move(MovementKind.Corrected, "rice", 100)), "Corrected rice+100 = 1100")
        .Do(Record(7, "k2", Move(MovementKind.Received, "rice", 100)), "Received rice+100 = 100")
        .Has("k1", "rice", 1100);

    [Fact]
    public void Movements_of_one_report_apply_in_order_all_or_none() => new Story()
        .Do(Record(1, "k1",
                Move(MovementKind.Received, "rice", 500), Move(MovementKind.Wasted, "rice", 1500),
                Move(MovementKind.Received, "ghee", 1)),
            "Received rice+500 = 1500; Wasted rice-1500 = 0; Received ghee+1 = 1001; rice out at 0")
        .Do(Record(2, "k1", Move(MovementKind.Received, "rice", 500), Move(MovementKind.Wasted, "rice", 501)),
            "/movements/1/quantity rice 501 of 500")
        .Do(Record(3, "k1", Move(MovementKind.Corrected, "rice", -1)), "/movements/0/quantity rice 1 of 0")
        .Do(Record(4, "k1", Move(MovementKind.Received, "rice", 500), Move(MovementKind.Received, "saffron", 1)),
            "/movements/1/sku unknown_ingredient")
        .Has("k1", "rice", 0);

    [Fact]
    public void Only_the_final_level_of_a_report_counts_for_low_and_out() => new Story()
        .Do(Record(1, "k1", Move(MovementKind.Counted, "rice", 0), Move(MovementKind.Received, "rice", 500)),
            "Counted rice-1000 = 0; Received rice+500 = 500");

    [Fact]
    public void Low_out_and_recovered_are_reported_exactly_on_the_crossing() => new Story()
        .Do(new SetThreshold("k1", "rice", 300) { Caller = As(Role.Kitchen) }, "rice threshold 300")
        .Do(Counted(1, 300), "Counted rice-700 = 300")
        .Do(Counted(2, 299), "Counted rice-1 = 299; rice low at 299")
        .Do(Counted(3, 100), "Counted rice-199 = 100")
        .Do(Counted(4, 99), "Counted rice-1 = 99; rice out at 99")
        .Do(Counted(5, 0), "Counted rice-99 = 0")
        .Do(Counted(6, 100), "Counted rice+100 = 100; rice no longer out at 100")
        .Do(Counted(7, 99), "Counted rice-1 = 99; rice out at 99")
        .Do(Counted(8, 299), "Counted rice+200 = 299; rice no longer out at 299")
        .Do(Counted(9, 300), "Counted rice+1 = 300; rice recovered at 300")
        .Do(Counted(10, 50), "Counted rice-250 = 50; rice low at 50; rice out at 50")
        .Do(Counted(11, 1000), "Counted rice+950 = 1000; rice recovered at 1000");

    [Fact]
    public void Without_a_threshold_no_level_is_low() => new Story()
        .Do(Counted(1, 99), "Counted rice-901 = 99; rice out at 99")
        .Do(Counted(2, 100), "Counted rice+1 = 100; rice recovered at 100");

    [Fact]
    public void A_threshold_below_the_smallest_portion_reports_only_out() => new Story()
        .Do(new SetThreshold("k1", "rice", 50) { Caller = As(Role.Kitchen) }, "rice threshold 50")
        .Do(Counted(1, 99), "Counted rice-901 = 99; rice out at 99")
        .Do(Counted(2, 49), "Counted rice-50 = 49");

    [Fact]
    public void An_ingredient_of_no_recipe_is_out_when_none_is_left() => new Story()
        .Do(Ingredient("napkin", "piece"), "ingredient napkin")
        .Do(Record(1, "k1", Move(MovementKind.Received, "napkin", 1)), "Received napkin+1 = 1")
        .Do(Record(2, "k1", Move(MovementKind.Wasted, "napkin", 1)), "Wasted napkin-1 = 0; napkin out at 0");

    [Fact]
    public void A_count_does_not_add_back_stock_sold_during_it() => new Story()
        .Do(Place(1, "k1", Line("plain", 3)), "order 1 #1 of 03-02 for 28350, Sold rice-300; Accepted v2")
        .Do(Seen(2, 950, seen: 1000), "Counted rice-50 = 650")
        .Do(Seen(3, 700, seen: 650), "Counted rice+50 = 700")
        .Do(Seen(4, 0, seen: 0), "Counted rice+0 = 700")
        .Do(Counted(5, 950), "Counted rice+250 = 950");

    [Fact]
    public void A_count_that_finds_less_than_was_sold_during_it_leaves_nothing_to_sell() => new Story()
        .Do(Place(1, "k1", Line("plain", 3)), "order 1 #1 of 03-02 for 28350, Sold rice-300; Accepted v2")
        .Do(Seen(2, 299, seen: 1000), "Counted rice-700 = 0; rice out at 0")
        .Do(Seen(3, 0, seen: 300), "Counted rice+0 = 0")
        .Has("k1", "rice", 0);

    [Fact]
    public void A_count_below_the_needs_of_waiting_orders_does_not_reject_other_lines() => new Story()
        .Do(Place(1, "k1", Line("plain", 9)), "order 1 #1 of 03-02 for 85050, Sold rice-900; Accepted v2")
        .Do(Record(2, "k1",
                Move(MovementKind.Counted, "rice", 0) with { SeenOnHand = 1000 },
                Move(MovementKind.Counted, "ghee", 990) with { SeenOnHand = 1000 },
                Move(MovementKind.Received, "rice", 300)),
            "Counted rice-100 = 0; Counted ghee-10 = 990; Received rice+300 = 300")
        .Has("k1", "rice", 300);

    [Fact]
    public void A_count_with_a_seen_level_applies_after_the_lines_before_it() => new Story()
        .Do(Record(1, "k1", Move(MovementKind.Received, "rice", 500),
                Move(MovementKind.Counted, "rice", 900) with { SeenOnHand = 1000 }),
            "Received rice+500 = 1500; Counted rice-100 = 1400");

    [Theory]
    [InlineData(MovementKind.Counted, -1, "/movements/0/seenOnHand out_of_range")]
    [InlineData(MovementKind.Counted, 0, "")]
    [InlineData(MovementKind.Counted, Stock.OnHandMax, "")]
    [InlineData(MovementKind.Counted, Stock.OnHandMax + 1, "/movements/0/seenOnHand out_of_range")]
    [InlineData(MovementKind.Received, 1, "/movements/0/seenOnHand only_when_counted")]
    [InlineData(MovementKind.Wasted, 1, "/movements/0/seenOnHand only_when_counted")]
    [InlineData(MovementKind.Corrected, 1, "/movements/0/seenOnHand only_when_counted")]
    public void Only_a_count_has_seen_a_level(MovementKind kind, long seen, string faults) =>
        Limits.Faults(Record(1, "k1", Move(kind, "rice", 1) with { SeenOnHand = seen })).ShouldBe(faults);

    [Theory]
    [InlineData(MovementKind.Wasted, "")]
    [InlineData(MovementKind.Received, "/movements/0/reason only_when_wasted")]
    [InlineData(MovementKind.Counted, "/movements/0/reason only_when_wasted")]
    [InlineData(MovementKind.Corrected, "/movements/0/reason only_when_wasted")]
    public void Only_waste_has_a_reason(MovementKind kind, string faults) =>
        Limits.Faults(Record(1, "k1", Move(kind, "rice", 1) with { Reason = WasteReason.Burnt })).ShouldBe(faults);

    [Fact]
    public void Kitchen_staff_book_waste_in_their_kitchen() => new Story()
        .Do(AsStaff(Move(MovementKind.Wasted, "rice", 200)), "Wasted rice-200 = 800")
        .Do(Record(2, "k9", Move(MovementKind.Wasted, "rice", 1)) with { Caller = As(Role.Kitchen) },
            "no kitchen k9");

    [Theory]
    [InlineData(MovementKind.Wasted, "")]
    [InlineData(MovementKind.Received, "/movements/1/kind not_yours")]
    [InlineData(MovementKind.Counted, "/movements/1/kind not_yours")]
    [InlineData(MovementKind.Corrected, "/movements/1/kind not_yours")]
    public void Kitchen_staff_book_nothing_else(MovementKind kind, string faults) =>
        Limits.Faults(AsStaff(Move(MovementKind.Wasted, "rice", 1), Move(kind, "rice", 1))).ShouldBe(faults);

    [Fact]
    public void A_key_replays_the_same_report_and_refuses_another() => new Story()
        .Do(Record(1, "k1", Move(MovementKind.Received, "rice", 500)), "Received rice+500 = 1500")
        .Do(Record(1, "k1", Move(MovementKind.Received, "rice", 500)), "replayed")
        .Do(Record(1, "k1", Move(MovementKind.Received, "rice", 5)) with { Fingerprint = Seed(2) }, "key reused")
        .Has("k1", "rice", 1500);

    [Fact]
    public void Waste_of_an_order_requires_a_cancelled_order_of_the_kitchen() => new Story()
        .Do(Place(1, "k1", Line("plain", 3)), "order 1 #1 of 03-02 for 28350, Sold rice-300; Accepted v2")
        .Do(WasteOf(2, 1, "k1"), "/orderId unknown_order")
        .Do(new CancelOrder(OrderOf(1), null, null, null) { Caller = As(Role.Manager) },
            "Cancelled v3 unspecified, Returned rice+300")
        .Do(WasteOf(3, 1, "k2"), "/orderId unknown_order")
        .Do(WasteOf(4, 9, "k1"), "/orderId unknown_order")
        .Do(WasteOf(5, 1, "k1"), "Wasted rice-300 = 700");

    [Theory]
    [InlineData(MovementKind.Wasted, "")]
    [InlineData(MovementKind.Received, "/movements/0/kind only_when_wasted")]
    [InlineData(MovementKind.Counted, "/movements/0/kind only_when_wasted")]
    [InlineData(MovementKind.Corrected, "/movements/0/kind only_when_wasted")]
    public void Only_waste_is_booked_for_an_order(MovementKind kind, string faults) =>
        Limits.Faults(Record(1, "k1", Move(kind, "rice", 1)) with { OrderId = Guid.Empty }).ShouldBe(faults);

    [Fact]
    public void An_unknown_kitchen_has_no_stock() => new Story()
        .Do(Record(1, "k9", Move(MovementKind.Received, "rice", 1)), "no kitchen k9");

    [Fact]
    public void A_level_does_not_exceed_its_maximum() => new Story()
        .Do(Counted(1, Stock.OnHandMax), $"Counted rice+{Stock.OnHandMax - 1000} = {Stock.OnHandMax}")
        .Do(Record(2, "k1", Move(MovementKind.Received, "rice", 1)), "/movements/0/quantity out_of_range")
        .Do(Record(3, "k1", Move(MovementKind.Wasted, "rice", 1)), $"Wasted rice-1 = {Stock.OnHandMax - 1}");

    [Theory]
    [InlineData(MovementKind.Received, 0, "/movements/0/quantity out_of_range")]
    [InlineData(MovementKind.Received, 1, "")]
    [InlineData(MovementKind.Received, Stock.OnHandMax, "")]
    [InlineData(MovementKind.Received, Stock.OnHandMax + 1, "/movements/0/quantity out_of_range")]
    [InlineData(MovementKind.Wasted, 0, "/movements/0/quantity out_of_range")]
    [InlineData(MovementKind.Wasted, 1, "")]
    [InlineData(MovementKind.Counted, -1, "/movements/0/quantity out_of_range")]
    [InlineData(MovementKind.Counted, 0, "")]
    [InlineData(MovementKind.Corrected, 0, "/movements/0/quantity out_of_range")]
    [InlineData(MovementKind.Corrected, -Stock.OnHandMax, "")]
    [InlineData(MovementKind.Corrected, -Stock.OnHandMax - 1, "/movements/0/quantity out_of_range")]
    [InlineData(MovementKind.Sold, 1, "/movements/0/kind not_recordable")]
    [InlineData(MovementKind.Returned, 1, "/movements/0/kind not_recordable")]
    public void A_quantity_is_held_to_the_limits_of_its_kind(MovementKind kind, long quantity, string faults) =>
        Limits.Faults(Record(1, "k1", Move(kind, "rice", quantity))).ShouldBe(faults);

    [Theory]
    [InlineData(0, "/movements count_out_of_range")]
    [InlineData(1, "")]
    [InlineData(500, "")]
    [InlineData(501, "/movements count_out_of_range")]
    public void A_report_has_500_movements_at_most(int count, string faults) => Limits.Faults(Record(1, "k1",
        [.. Enumerable.Repeat(Move(MovementKind.Received, "rice", 1), count)])).ShouldBe(faults);

    [Theory]
    [InlineData(200, "")]
    [InlineData(201, "/movements/0/note too_long")]
    public void A_note_has_200_characters_at_most(int length, string faults) => Limits.Faults(Record(1, "k1",
        Move(MovementKind.Received, "rice", 1) with { Note = new string('x', length) })).ShouldBe(faults);

    static RecordMovements AsStaff(params MovementLine[] lines) =>
        Record(1, "k1", lines) with { Caller = As(Role.Kitchen) };

    static RecordMovements WasteOf(int n, int order, string kitchen) =>
        Record(n, kitchen, Move(MovementKind.Wasted, "rice", 300)) with { OrderId = OrderOf(order) };

    static RecordMovements Seen(int n, long quantity, long seen) =>
        Record(n, "k1", Move(MovementKind.Counted, "rice", quantity) with { SeenOnHand = seen });

    static RecordMovements Counted(int n, long quantity) =>
        Record(n, "k1", Move(MovementKind.Counted, "rice", quantity));
}
