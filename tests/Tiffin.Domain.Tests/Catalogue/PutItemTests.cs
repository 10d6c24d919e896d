using Tiffin.Domain.Catalogue;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Catalogue;

public sealed class PutItemTests
{
    [Fact]
    public void Only_a_difference_is_a_change() => new Story()
        .Do(Plain, "unchanged")
        .Do(Plain with { Description = "crisp" }, "item plain")
        .Do(Plain with { Price = new Money(9001, "INR") }, "item plain")
        .Do(Plain with { Recipe = [new RecipeLine("rice", 101)] }, "item plain")
        .Do(Plain with { Recipe = [new RecipeLine("rice", 101)] }, "unchanged")
        .Do(Plain with { Modifiers = [] }, "item plain")
        .Do(Plain with { TaxBasisPoints = 0 }, "item plain")
        .Do(Plain, "item plain");

    [Fact]
    public void The_next_order_uses_the_new_recipe() => new Story()
        .Do(Plain with { Recipe = [new RecipeLine("potato", 30)] }, "item plain")
        .Do(Place(1, "k1", Line("plain")), "order 1 #1 of 03-02 for 9450, Sold potato-30; Accepted v2");

    [Fact]
    public void An_item_refers_only_to_existing_entries() => new Story()
        .Do(Plain with { BrandId = "pizza", Modifiers = [] }, "/brandId unknown_brand, /brandId brand_is_fixed")
        .Do(Plain with { BrandId = "wok", Modifiers = [] }, "/brandId brand_is_fixed")
        .Do(Item("cake", 1, ("flour", 1), ("rice", 1), ("rice", 2)),
            "/recipe/0/sku unknown_ingredient, /recipe/2/sku duplicate")
        .Do(Plain with { Modifiers = ["ghee-extra", "cream", "water", "noodles"] },
            "/modifiers/1 unknown_item, /modifiers/2 not_a_modifier, /modifiers/3 unknown_item")
        .Do(Plain with { Modifiers = ["ghee-extra", "ghee-extra"] }, "/modifiers/1 duplicate");

    [Theory]
    [InlineData(64, 120, 500, Money.AmountMax, 10_000, 50, 50, "")]
    [InlineData(1, 1, 1, 0, 0, 0, 0, "")]
    [InlineData(65, 121, 501, Money.AmountMax + 1, 10_001, 51, 51,
        "/id not_a_slug, /name too_long, /description too_long, /price/amount out_of_range, "
        + "/taxBasisPoints out_of_range, /recipe count_out_of_range, /modifiers count_out_of_range")]
    [InlineData(1, 1, 1, -1, -1, 0, 0, "/price/amount out_of_range, /taxBasisPoints out_of_range")]
    public void An_item_is_held_to_its_limits(
        int id, int name, int description, long price, int tax, int recipe, int modifiers, string faults) =>
        Limits.Faults(Item(new string('a', id), price) with
        {
            Name = new string('n', name),
            Description = new string('d', description),
            TaxBasisPoints = tax,
            Recipe = [.. Enumerable.Repeat(new RecipeLine("rice", 1), recipe)],
            Modifiers = [.. Enumerable.Repeat("ghee-extra", modifiers)],
        }).ShouldBe(faults);

    [Theory]
    [InlineData(0, "/recipe/0/quantity out_of_range")]
    [InlineData(1, "")]
    [InlineData(PutItem.QuantityMax, "")]
    [InlineData(PutItem.QuantityMax + 1, "/recipe/0/quantity out_of_range")]
    public void A_recipe_quantity_is_positive_and_bounded(long quantity, string faults) =>
        Limits.Faults(Item("cake", 1, ("rice", quantity))).ShouldBe(faults);

    [Theory]
    [InlineData("INR", "")]
    [InlineData("inr", "/price/currency not_a_currency")]
    [InlineData("INRS", "/price/currency not_a_currency")]
    [InlineData("", "/price/currency not_a_currency")]
    public void A_currency_is_three_capitals(string currency, string faults) =>
        Limits.Faults(Item("cake", 1) with { Price = new Money(1, currency) }).ShouldBe(faults);

    static PutItem Plain => Item("plain", 9000, ("rice", 100)) with { Modifiers = ["ghee-extra"] };
}
