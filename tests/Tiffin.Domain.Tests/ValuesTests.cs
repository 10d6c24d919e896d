namespace Tiffin.Domain.Tests;

public sealed class ValuesTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("0-a", true)]
    [InlineData("dosa-corner-2", true)]
    [InlineData("a-", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("A", false)]
    [InlineData("a_b", false)]
    [InlineData("a b", false)]
    [InlineData("é", false)]
    [InlineData("a\n", false)]
    public void A_slug_matches_its_pattern(string text, bool isValid) => Slug.IsValid(text).ShouldBe(isValid);

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(65_536)]
    [InlineData(OrderId.KitchenNumberMax)]
    public void An_order_id_contains_its_kitchen_and_is_a_UUIDv7(int kitchen)
    {
        var seed = Guid.Parse("0195d5a7-1234-7abc-9def-0123456789ab");

        var id = OrderId.Of(seed, kitchen);

        OrderId.KitchenNumberOf(id).ShouldBe(kitchen);
        id.Version.ShouldBe(7);
        id.ToString()[..26].ShouldBe(seed.ToString()[..26]);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(4_999, 0)]
    [InlineData(5_000, 0)]
    [InlineData(5_001, 1)]
    [InlineData(14_999, 1)]
    [InlineData(15_000, 2)]
    [InlineData(25_000, 2)]
    [InlineData(25_001, 3)]
    public void Tax_is_rounded_half_to_even(long amountTimesBasisPoints, long tax) =>
        Money.Tax(amountTimesBasisPoints).ShouldBe(tax);
}
