using Tiffin.Domain.Inventory;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Inventory;

public sealed class SetOpeningStockTests
{
    [Fact]
    public void New_stock_is_received_and_existing_stock_changes_only_its_threshold() => new Story()
        .Do(Open("k2", ("rice", 500, 600)), "Received rice+500 = 500; rice threshold 600; rice low at 500")
        .Do(Open("k2", ("rice", 500, 600)), "unchanged")
        .Do(Open("k2", ("rice", 900, 100)), "rice threshold 100; rice recovered at 500");

    [Fact]
    public void A_level_of_zero_records_no_movement() => new Story()
        .Do(Open("k2", ("rice", 0, 0)), "rice threshold 0; rice out at 0");

    [Fact]
    public void A_file_with_faults_changes_nothing_and_lists_them() => new Story()
        .Do(Open("k2", ("rice", 1, 0), ("saffron", 1, 0), ("rice", 2, 0)),
            "/stock/1/sku unknown_ingredient, /stock/2/sku duplicate")
        .Do(Open("k9", ("rice", 1, 0)), "no kitchen k9")
        .Do(Open("k2", ("rice", 1, 0)), "Received rice+1 = 1; rice threshold 0; rice out at 1");

    [Theory]
    [InlineData(0, 0, "")]
    [InlineData(Stock.OnHandMax, Stock.OnHandMax, "")]
    [InlineData(-1, -1, "/stock/0/onHand out_of_range, /stock/0/threshold out_of_range")]
    [InlineData(Stock.OnHandMax + 1, Stock.OnHandMax + 1,
        "/stock/0/onHand out_of_range, /stock/0/threshold out_of_range")]
    public void A_level_is_held_to_its_limits(long onHand, long threshold, string faults) =>
        Limits.Faults(Open("k2", ("rice", onHand, threshold))).ShouldBe(faults);

    static SetOpeningStock Open(string kitchen, params (string Sku, long OnHand, long Threshold)[] lines) => new(
        kitchen,
        [.. lines.Select((line, i) => new OpeningStockLine($"/stock/{i}", line.Sku, line.OnHand, line.Threshold))])
    {
        Caller = As(Role.Admin),
    };
}
