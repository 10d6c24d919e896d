using Tiffin.Domain.Orders;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Orders;

public sealed class PlaceOrderPriceTests
{
    [Theory]
    [InlineData(10, 500, 1, 0)] // 0.5
    [InlineData(30, 500, 1, 2)] // 1.5
    [InlineData(50, 500, 1, 2)] // 2.5
    [InlineData(51, 500, 1, 3)] // 2.55
    [InlineData(49, 500, 1, 2)] // 2.45
    [InlineData(10, 500, 2, 1)] // per line, not per piece
    [InlineData(10, 500, 3, 2)]
    [InlineData(10, 0, 3, 0)]
    [InlineData(199, 10_000, 1, 199)]
    [InlineData(Money.AmountMax, 10_000, 999, 999 * Money.AmountMax)]
    public void Tax_is_rounded_half_even_per_line(long price, int basisPoints, int quantity, long tax) => new Story()
        .Do(Item("odd", price) with { TaxBasisPoints = basisPoints }, "item odd")
        .Do(Place(1, "k1", Line("odd", quantity)),
            $"order 1 #1 of 03-02 for {price * quantity + tax}; Accepted v2");

    [Fact]
    public void Each_line_is_rounded_by_itself() => new Story()
        .Do(Item("odd", 30), "item odd")
        .Do(Place(1, "k1", Line("odd"), Line("odd")), "order 1 #1 of 03-02 for 64; Accepted v2")
        .Do(Place(2, "k1", Line("odd", 2)), "order 2 #2 of 03-02 for 63; Accepted v2");

    [Fact]
    public void A_modifier_is_paid_and_taxed_at_its_own_rate_for_every_piece() => new Story()
        .Do(Item("ghee-extra", 1500, ("ghee", 10)) with
        {
            Kind = Domain.Catalogue.ItemKind.Modifier, TaxBasisPoints = 1800,
        }, "item ghee-extra")
        .Do(Place(1, "k1", Line("plain", 2, ("ghee-extra", 3))),
            "order 1 #1 of 03-02 for 29520, Sold ghee-60, Sold rice-200; Accepted v2");

    [Fact]
    public void The_most_expensive_possible_order_does_not_overflow()
    {
        var dear = Item("dear", Money.AmountMax) with { TaxBasisPoints = 10_000, Modifiers = ["dearer"] };
        var dearer = Item("dearer", Money.AmountMax) with
        {
            Kind = Domain.Catalogue.ItemKind.Modifier, TaxBasisPoints = 10_000,
        };
        var modifiers = Enumerable.Repeat(("dearer", 99), PlaceOrderLimits.ModifiersMax).ToArray();
        var lines = Enumerable.Repeat(Line("dear", 999, modifiers), PlaceOrderLimits.LinesMax).ToArray();
        var total = 2L * 100 * 999 * (1 + 20 * 99) * Money.AmountMax;

        new Story().Do(dearer, "item dearer").Do(dear, "item dear")
            .Do(Place(1, "k1", lines), $"order 1 #1 of 03-02 for {total}; Accepted v2");
    }
}
