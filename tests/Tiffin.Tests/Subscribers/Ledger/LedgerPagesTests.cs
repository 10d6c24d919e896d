using System.Text;
using Tiffin.Domain;
using Tiffin.Domain.Inventory;
using Tiffin.Engine.Storage;
using Tiffin.Features.Inventory;

namespace Tiffin.Tests.Subscribers.Ledger;

public sealed class LedgerPagesTests
{
    [Fact]
    public void A_page_that_is_full_is_followed_by_another_that_goes_on_from_its_balance()
    {
        var pages = new LedgerPages();
        for (var position = 1; position <= 100; position++)
            StockMovementReader.Read(Received(position, "rice", position), pages);
        StockMovementReader.Read(Received(101, "ghee", 7), pages);

        pages.All.Select(page => (page.Sku, page.Lines.Count)).ShouldBe(
            [("rice", LedgerPage.LinesMax), ("rice", LedgerPage.LinesMax), ("rice", 100 - 2 * LedgerPage.LinesMax),
                ("ghee", 1)]);
        pages.All.Select(page => page.Total).ShouldBe([40 * 41 / 2, 80 * 81 / 2, 100 * 101 / 2, 7]);
    }

    [Fact]
    public void Two_lines_of_one_event_are_never_on_two_pages()
    {
        var pages = new LedgerPages();
        for (var position = 1; position < LedgerPage.LinesMax; position++)
            StockMovementReader.Read(Received(position, "rice", 1), pages);
        StockMovementReader.Read(Wasted(LedgerPage.LinesMax, "rice", 5), pages);

        pages.All.ShouldHaveSingleItem().Lines[^2..].Select(line => (line.Kind, line.Delta))
            .ShouldBe([(MovementKind.Returned, 5), (MovementKind.Wasted, -5)]);
    }

    [Fact]
    public void Events_that_change_no_stock_are_skipped()
    {
        var pages = new LedgerPages();
        StockMovementReader.Read(Event(1, EventType.OrderReady, "{}"), pages);
        StockMovementReader.Read(Event(2, EventType.CatalogueChanged, "{}"), pages);
        StockMovementReader.Read(Event(3, EventType.OrderPlaced, """{"lines":[{"stock":[1]}],"stock":[]}"""), pages);

        pages.All.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(EventType.InventoryReceived, """{"kitchenId":"k1","sku":"rice"}""")]
    [InlineData(EventType.InventoryReceived, """{"kitchenId":"k1","delta":3}""")]
    [InlineData(EventType.InventoryReceived, """{"sku":"rice","delta":"three"}""")]
    [InlineData(EventType.OrderPlaced, """{"stock":[{"sku":"rice","kind":"eaten","delta":-1}]}""")]
    [InlineData(EventType.OrderPlaced, """{"stock":[{"sku":"rice","kind":"sold","delta":-1}""")]
    [InlineData((EventType)99, "{}")]
    public void An_unreadable_event_is_not_skipped(EventType type, string data) =>
        Should.Throw<InvalidDataException>(() => StockMovementReader.Read(Event(17, type, data), new LedgerPages()))
            .Message.ShouldContain("position 17");

    static StoredEvent Received(long position, string sku, long delta) =>
        Event(position, EventType.InventoryReceived, $$"""{"kitchenId":"k1","sku":"{{sku}}","delta":{{delta}}}""");

    static StoredEvent Wasted(long position, string sku, long quantity) => Event(
        position, EventType.OrderCancelled, $$"""
        {"orderId":"…","stock":[{"sku":"{{sku}}","kind":"returned","delta":{{quantity}}},
            {"sku":"{{sku}}","kind":"wasted","delta":{{-quantity}}}]}
        """);

    static StoredEvent Event(long position, EventType type, string data) => new(
        position, Guid.NewGuid(), DateTimeOffset.UnixEpoch, null, null, type, "k1", null, null, null,
        Encoding.UTF8.GetBytes(data));
}
