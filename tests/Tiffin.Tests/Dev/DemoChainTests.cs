using System.Text.RegularExpressions;

namespace Tiffin.Tests.Dev;

public sealed partial class DemoChainTests
{
    const int PortionsAtLeast = 300;

    readonly DemoChain chain = DemoChain.Read();

    IEnumerable<DemoChain.Item> Dishes => chain.Items.Where(item => item.Kind == "item");

    IEnumerable<DemoChain.Item> Modifiers => chain.Items.Where(item => item.Kind == "modifier");

    [Fact]
    public void The_chain_is_as_large_as_promised()
    {
        chain.Brands.Count.ShouldBe(3);
        chain.Kitchens.Count.ShouldBe(6);
        chain.Kitchens[0].Id.ShouldBe("blr-01");
        chain.Kitchens.Select(kitchen => kitchen.City).Distinct().Count().ShouldBe(2);
        chain.Kitchens.Count(kitchen => kitchen.Acceptance == "manual").ShouldBe(1);
        chain.Kitchens.Count(kitchen => kitchen.Acceptance == "automatic").ShouldBe(5);
        Dishes.Count().ShouldBeGreaterThanOrEqualTo(40);
        Modifiers.Count().ShouldBeGreaterThanOrEqualTo(10);
        (Dishes.Count() + Modifiers.Count()).ShouldBe(chain.Items.Count);
        chain.Ingredients.Count.ShouldBeGreaterThanOrEqualTo(60);
    }

    [Fact]
    public void Every_id_is_a_slug_and_used_once()
    {
        var ids = new[]
        {
            chain.Brands.Select(brand => brand.Id),
            chain.Ingredients.Select(ingredient => ingredient.Sku),
            chain.Items.Select(item => item.Id),
            chain.Kitchens.Select(kitchen => kitchen.Id),
        };
        foreach (var family in ids)
        {
            family.ShouldBeUnique();
            family.ShouldAllBe(id => Slug().IsMatch(id));
        }
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var skus = chain.Ingredients.Select(ingredient => ingredient.Sku).ToHashSet();
        var brands = chain.Brands.Select(brand => brand.Id).ToHashSet();

        chain.Items.ShouldAllBe(item => brands.Contains(item.BrandId));
        chain.Items.SelectMany(item => item.Recipe).ShouldAllBe(need => skus.Contains(need.Sku));
        chain.Kitchens.ShouldAllBe(kitchen => kitchen.Brands.Count > 0 && kitchen.Brands.All(brands.Contains));
        chain.Stock.ShouldAllBe(level => skus.Contains(level.Sku));
        skus.ShouldBeSubsetOf(chain.Items.SelectMany(item => item.Recipe).Select(need => need.Sku));
    }

    [Fact]
    public void A_dish_offers_every_modifier_of_its_brand_and_a_modifier_offers_none()
    {
        foreach (var dish in Dishes)
            dish.Modifiers.ShouldBe(Modifiers.Where(item => item.BrandId == dish.BrandId).Select(item => item.Id));
        Modifiers.ShouldAllBe(modifier => modifier.Modifiers.Count == 0 && modifier.Recipe.Count > 0);
    }

    [Fact]
    public void Recipes_prices_and_units_are_those_of_a_kitchen_in_India()
    {
        string[] units = ["g", "ml", "piece"];
        chain.Ingredients.ShouldAllBe(ingredient => units.Contains(ingredient.Unit));
        Dishes.ShouldAllBe(dish => dish.Recipe.Count >= 3 && dish.Recipe.Count <= 7);
        chain.Items.ShouldAllBe(item => item.Recipe.All(need => need.Quantity > 0));
        chain.Items.ShouldAllBe(item => item.Recipe.Select(need => need.Sku).Distinct().Count() == item.Recipe.Count);
        chain.Items.ShouldAllBe(item => item.Price.Amount > 0 && item.Price.Currency == "INR");
        chain.Items.ShouldAllBe(item => item.TaxBasisPoints == 500);
        chain.Kitchens.ShouldAllBe(kitchen => kitchen.Currency == "INR" && kitchen.AcceptWithinMinutes > 0);
        chain.Kitchens.ShouldAllBe(kitchen => TimeZoneInfo.FindSystemTimeZoneById(kitchen.TimeZone).HasIanaId);
    }

    [Fact]
    public void Every_kitchen_holds_several_hundred_portions_of_what_it_cooks()
    {
        var stock = chain.Stock.ToDictionary(level => (level.KitchenId, level.Sku));
        foreach (var kitchen in chain.Kitchens)
            foreach (var need in chain.CookedIn(kitchen).SelectMany(item => item.Recipe))
            {
                var level = stock[(kitchen.Id, need.Sku)];
                level.OnHand.ShouldBeGreaterThanOrEqualTo(PortionsAtLeast * need.Quantity);
                level.Threshold.ShouldBeInRange(need.Quantity, level.OnHand / 2);
            }
    }

    [Fact]
    public void No_kitchen_holds_what_none_of_its_brands_needs()
    {
        var needed =
            from kitchen in chain.Kitchens
            from need in chain.CookedIn(kitchen).SelectMany(item => item.Recipe)
            select (kitchen.Id, need.Sku);

        chain.Stock.Select(level => (level.KitchenId, level.Sku)).ShouldBe(needed.Distinct(), ignoreOrder: true);
    }

    [Theory]
    [InlineData("basmati-rice")]
    [InlineData("onion")]
    [InlineData("ghee")]
    [InlineData("chicken")]
    [InlineData("paneer")]
    [InlineData("packaging-box")]
    public void Two_brands_share_an_ingredient_in_the_first_kitchen(string sku) =>
        chain.CookedIn(chain.Kitchens[0])
            .Where(item => item.Kind == "item" && item.Recipe.Any(need => need.Sku == sku))
            .Select(item => item.BrandId)
            .Distinct()
            .Count()
            .ShouldBeGreaterThanOrEqualTo(2);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$")]
    private static partial Regex Slug();
}
