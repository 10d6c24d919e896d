using Tiffin.Domain.Catalogue;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Catalogue;

public sealed class PutIngredientTests
{
    [Fact]
    public void An_ingredient_keeps_its_number_and_its_unit()
    {
        var rows = new Rows();
        rows.Run([.. Puts], Noon);

        rows.Run([Ingredient("saffron", "mg")], Noon).Single().Answer.ShouldBe("ingredient saffron");
        rows.Run([Ingredient("saffron", "mg")], Noon).Single().Answer.ShouldBe("unchanged");
        rows.Run([Ingredient("saffron", "g")], Noon).Single().Answer.ShouldBe("/unit unit_is_fixed");
        rows.Run([Ingredient("rice", "g") with { Name = "Red rice" }], Noon).Single().Answer
            .ShouldBe("ingredient rice");

        rows.Catalogue.Ingredients["saffron"].ShouldBe(new Ingredient(5, "saffron", "saffron", "mg"));
        rows.Catalogue.Ingredients["rice"].ShouldBe(new Ingredient(1, "rice", "Red rice", "g"));
        rows.Catalogue.IngredientOf(1).Name.ShouldBe("Red rice");
    }

    [Fact]
    public void Storage_area_and_pack_can_be_changed_and_removed()
    {
        var rows = new Rows();
        var rice = Ingredient("rice", "g") with { StorageArea = "Dry store", Pack = new(25_000, new(180_000, "INR")) };
        rows.Run([rice], Noon);

        rows.Run([rice with { Pack = new(25_000, new(180_000, "INR")) }], Noon).Single().Answer.ShouldBe("unchanged");
        rows.Run([rice with { Pack = new(25_000, new(190_000, "INR")) }], Noon).Single().Answer
            .ShouldBe("ingredient rice");
        rows.Catalogue.Ingredients["rice"].Pack!.Price.ShouldBe(new Money(190_000, "INR"));
        rows.Run([Ingredient("rice", "g")], Noon);
        rows.Catalogue.Ingredients["rice"].ShouldBe(new Ingredient(1, "rice", "rice", "g"));
    }

    [Theory]
    [InlineData(40, 1_000_000_000, 1_000_000_000, "INR", "")]
    [InlineData(41, 1_000_000_001, 1_000_000_001, "inr",
        "/storageArea too_long, /pack/quantity out_of_range, /pack/price/amount out_of_range, "
        + "/pack/price/currency not_a_currency")]
    [InlineData(1, 0, -1, "INR", "/pack/quantity out_of_range, /pack/price/amount out_of_range")]
    public void A_pack_is_held_to_its_limits(int area, long quantity, long price, string currency, string faults) =>
        Limits.Faults(Ingredient("rice", "g") with
        {
            StorageArea = new string('s', area),
            Pack = new(quantity, new(price, currency)),
        }).ShouldBe(faults);

    [Theory]
    [InlineData(64, 120, 16, "")]
    [InlineData(65, 121, 17, "/sku not_a_slug, /name too_long, /unit too_long")]
    public void An_ingredient_is_held_to_its_limits(int sku, int name, int unit, string faults) => Limits.Faults(
        Ingredient(new string('a', sku), new string('u', unit)) with { Name = new string('n', name) }).ShouldBe(faults);
}
