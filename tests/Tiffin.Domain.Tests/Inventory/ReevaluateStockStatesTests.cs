using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Inventory;

public sealed class ReevaluateStockStatesTests
{
    [Fact]
    public void A_recipe_that_needs_more_than_is_on_hand_reports_out() => new Story()
        .Holds("k1", ("rice", 120))
        .Do(Again, "unchanged")
        .Do(Item("masala", 12000, ("rice", 150)), "item masala")
        .Do(Again, "unchanged")
        .Do(Item("plain", 9000, ("rice", 150)), "item plain")
        .Do(Again, "rice out at 120")
        .Do(Again, "unchanged")
        .Do(Item("plain", 9000, ("rice", 120)), "item plain")
        .Do(Again, "rice recovered at 120");

    [Fact]
    public void A_kitchen_that_no_longer_cooks_a_brand_needs_less() => new Story()
        .Holds("k1", ("ghee", 4))
        .Do(Kitchen("k1") with { Brands = ["dosa"] }, "kitchen k1")
        .Do(Again, "unchanged")
        .Do(Item("ghee-extra", 1500, ("ghee", 4)) with { Kind = ItemKind.Modifier }, "item ghee-extra")
        .Do(Again, "ghee recovered at 4");

    static ReevaluateStockStates Again => new([new StockKey(1, 1), new StockKey(1, 3)]) { Caller = Caller.System };
}
