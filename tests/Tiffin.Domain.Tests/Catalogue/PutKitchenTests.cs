using Tiffin.Domain.Catalogue;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Catalogue;

public sealed class PutKitchenTests
{
    [Fact]
    public void Only_a_difference_is_a_change() => new Story()
        .Do(Kitchen("k1"), "unchanged")
        .Do(Kitchen("k1") with { Brands = ["dosa"] }, "kitchen k1")
        .Do(Kitchen("k1") with { Fees = new Fees(1, 0) }, "kitchen k1")
        .Do(Kitchen("k1") with { Fees = new Fees(1, 0), Phone = "+918000000101" }, "kitchen k1")
        .Do(Kitchen("k1", "Europe/Berlin"), "kitchen k1")
        .Do(Kitchen("k1"), "kitchen k1")
        .Do(Kitchen("k1") with { Brands = ["dosa", "pizza"] }, "/brands/1 unknown_brand");

    [Fact]
    public void A_kitchen_keeps_its_number_and_its_mode()
    {
        var rows = new Rows();
        rows.Run([.. Puts, new SetKitchenMode("k1", KitchenMode.Busy, null, 10) { Caller = As(Role.Manager) }], Noon);

        rows.Run([Kitchen("k1") with { Name = "First" }, Kitchen("k4")], Noon);

        var first = rows.Catalogue.Kitchens["k1"];
        var busy = new ModeSetting(KitchenMode.Busy, null, 10) { Since = Noon };
        (first.Number, first.Name, first.Mode).ShouldBe((1, "First", busy));
        rows.Catalogue.KitchenOf(4).ShouldBe(rows.Catalogue.Kitchens["k4"]);
        rows.Catalogue.KitchenOf(5).ShouldBeNull();
    }

    [Theory]
    [InlineData(64, 120, 120, 100, 1, Money.AmountMax, "")]
    [InlineData(1, 1, 1, 0, 1440, 0, "")]
    [InlineData(65, 121, 121, 101, 0, Money.AmountMax + 1,
        "/id not_a_slug, /name too_long, /city too_long, /brands count_out_of_range, "
        + "/acceptWithinMinutes out_of_range, /fees/delivery out_of_range, /fees/packaging out_of_range")]
    [InlineData(1, 1, 1, 0, 1441, -1,
        "/acceptWithinMinutes out_of_range, /fees/delivery out_of_range, /fees/packaging out_of_range")]
    public void A_kitchen_is_held_to_its_limits(
        int id, int name, int city, int brands, int minutes, long fee, string faults) =>
        Limits.Faults(Kitchen(new string('a', id)) with
        {
            Name = new string('n', name),
            City = new string('c', city),
            Brands = [.. Enumerable.Repeat("dosa", brands)],
            AcceptWithinMinutes = minutes,
            Fees = new Fees(fee, fee),
        }).ShouldBe(faults);

    [Fact]
    public void The_phone_number_time_zone_and_currency_of_a_kitchen_must_be_valid() =>
        Limits.Faults(Kitchen("k") with { Phone = "080 4112", TimeZone = "Mars/Base", Zone = null, Currency = "Rs" })
            .ShouldBe("/phone not_a_phone_number, /timeZone unknown_time_zone, /currency not_a_currency");
}
