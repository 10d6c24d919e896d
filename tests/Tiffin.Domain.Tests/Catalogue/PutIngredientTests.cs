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

    [Theory]
    [InlineData(64, 120, 16, "")]
    [InlineData(65, 121, 17, "/sku not_a_slug, /name too_long, /unit too_long")]
    public void An_ingredient_is_held_to_its_limits(int sku, int name, int unit, string faults) => Limits.Faults(
        Ingredient(new string('a', sku), new string('u', unit)) with { Name = new string('n', name) }).ShouldBe(faults);
}
