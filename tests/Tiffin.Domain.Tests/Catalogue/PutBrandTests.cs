using Tiffin.Domain.Catalogue;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Catalogue;

public sealed class PutBrandTests
{
    [Fact]
    public void A_brand_is_put_and_renamed() => new Story()
        .Do(Brand("idli", "Idli House"), "brand idli")
        .Do(Brand("idli", "Idli House"), "unchanged")
        .Do(Brand("idli", "Idli Palace"), "brand idli")
        .Do(Brand("idli", "Idli House"), "brand idli");

    [Theory]
    [InlineData(1, 1, "")]
    [InlineData(64, 120, "")]
    [InlineData(0, 1, "/id not_a_slug")]
    [InlineData(65, 121, "/id not_a_slug, /name too_long")]
    public void A_brand_is_held_to_its_limits(int id, int name, string faults) =>
        Limits.Faults(Brand(new string('a', id), new string('n', name))).ShouldBe(faults);

    [Fact]
    public void A_character_of_two_code_units_counts_once()
    {
        static string Thalis(int count) => string.Concat(Enumerable.Repeat("🍛", count));

        Limits.Faults(Brand("idli", Thalis(120))).ShouldBe("");
        Brand("idli", Thalis(121)).Check().ShouldHaveSingleItem().Message
            .ShouldBe("must be at most 120 characters, has 121");
    }

    static PutBrand Brand(string id, string name) => new(id, name) { Caller = As(Role.Admin) };
}
