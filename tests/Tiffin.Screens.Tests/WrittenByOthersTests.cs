using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Engine.Commit;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>
/// Texts from customers, couriers and the catalogue are shown as text on each screen, and never interpreted as markup.
/// The cards of the board and the customer's page have their own tests.
/// </summary>
public sealed class WrittenByOthersTests : BoardScreenTest
{
    const string Script = "<script>window.ran = 1</script>";
    const string Image = "<img src=x onerror='window.ran = 1'>";

    protected override async Task OpenChain()
    {
        await base.OpenChain();
        CatalogueCommand[] puts =
        [
            new PutBrand("dosa", Image) { Caller = SmallChain.Admin },
            new PutIngredient("rice", Image, "g") { Caller = SmallChain.Admin, StorageArea = Script },
            new PutItem("plain", "dosa", Script, null, ItemKind.Item, new Money(9000, "INR"), 500,
                [new RecipeLine("rice", 100)], ["ghee-extra"]) { Caller = SmallChain.Admin },
            new PutItem("ghee-extra", "dosa", Image, null, ItemKind.Modifier, new Money(1500, "INR"), 500,
                [new RecipeLine("ghee", 10)], []) { Caller = SmallChain.Admin },
            SmallChain.Kitchen("k1", Acceptance.Automatic, SmallChain.ZoneOfNoon) with { Name = Script },
        ];
        foreach (var put in puts) (await Server.Pipeline.Submit(put)).ShouldBeOfType<Outcome.OfEntry>();
    }

    [Fact]
    public async Task The_operations_screen_shows_markup_as_text()
    {
        var order = await Order();
        await Server.Put($"/v1/orders/{order["id"]}/courier", new { courierId = "ravi", name = Image });
        await Book("counted", 0, note: null);
        var page = await Manager($"/operations?kitchen=k1&order={order["id"]}");
        var panel = page.Locator(".panel");

        await Expect(page.GetByRole(AriaRole.Rowheader).First).ToContainTextAsync(Script);
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Needs attention" }))
            .ToContainTextAsync($"{Image} is out");
        await Expect(panel.Locator(".order-lines")).ToContainTextAsync(Script);
        await Expect(panel.Locator(".order-lines")).ToContainTextAsync($"+ {Image}");
        await Expect(panel.Locator(".order-note")).ToHaveTextAsync($"{Script}{Image}");
        await Expect(panel.Locator(".order-facts")).ToContainTextAsync($"Courier {Image}");
        await Expect(panel.GetByText(Image, new() { Exact = true })).ToBeVisibleAsync();
        await ShouldBeTextOnly(page);
    }

    [Fact]
    public async Task The_stock_screen_shows_markup_as_text()
    {
        await Book("wasted", 50, note: $"{Script}{Image}");
        await Server.Put("/v1/kitchens/k1/items/plain/availability", new { available = false });
        var page = await Manager("/stock/k1");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = Image })).ToBeVisibleAsync();

        await Tab("Count");
        await Expect(page.Locator(".count-head").GetByText(Script)).ToBeVisibleAsync();
        await Expect(page.GetByLabel($"Counted: {Image}")).ToBeVisibleAsync();
        await Tab("86");
        await Expect(page.Locator(".off-row.off")).ToContainTextAsync(Script);
        await Tab("Ledger");
        await page.GetByLabel("Ingredient").SelectOptionAsync("rice");
        await Expect(page.Locator(".ledger")).ToContainTextAsync($"{Script}{Image}");
        await ShouldBeTextOnly(page);

        Task Tab(string name) => page.GetByRole(AriaRole.Tab, new() { Name = name }).ClickAsync();
    }

    [Fact]
    public async Task The_analytics_screen_shows_markup_as_text()
    {
        await Order();
        await Book("wasted", 50, note: null);
        await Server.HasRead("analytics");
        var page = await Manager("/analytics");

        await Expect(Chart("Top items")).ToContainTextAsync(Script);
        await Expect(Chart("Waste")).ToContainTextAsync(Image);
        await Expect(page.GetByLabel("Kitchen")).ToContainTextAsync(Script);
        await ShouldBeTextOnly(page);

        ILocator Chart(string title) => page.GetByRole(AriaRole.Region, new() { Name = title, Exact = true });
    }

    [Fact]
    public async Task A_printed_ticket_shows_markup_as_text()
    {
        var order = await Order();
        var page = (await Open()).Page;
        await Expect(Card(page, order).Locator(".note")).ToBeVisibleAsync();
        await Card(page, order).Locator(".card-title").ClickAsync();
        var ticket = page.Locator(".ticket");
        await Expect(ticket).ToHaveCountAsync(1);

        await page.EmulateMediaAsync(new() { Media = Media.Print });

        await Expect(ticket.Locator(".ticket-brand")).ToHaveTextAsync(Image);
        await Expect(ticket.Locator(".item-name")).ToHaveTextAsync(Script);
        await Expect(ticket.Locator(".modifier")).ToContainTextAsync(Image);
        await Expect(ticket.Locator(".note")).ToContainTextAsync($"{Script}{Image}");
        await Expect(ticket.GetByText($"REF {Script}")).ToBeVisibleAsync();
        await ShouldBeTextOnly(page);
    }

    [Fact]
    public async Task A_note_is_shown_in_its_reading_direction()
    {
        const string urdu = "مونگ پھلی سے الرجی ہے (2)";
        var order = await Order(urdu);
        var board = (await Open()).Page;
        var operations = await Manager($"/operations?kitchen=k1&order={order["id"]}");

        await Expect(Card(board, order).GetByText(urdu, new() { Exact = true })).ToHaveCSSAsync("direction", "rtl");
        await Expect(operations.GetByText(urdu, new() { Exact = true })).ToHaveCSSAsync("direction", "rtl");
    }

    static async Task ShouldBeTextOnly(IPage page)
    {
        await Expect(page.Locator("img, #screen script")).ToHaveCountAsync(0);
        (await page.EvaluateAsync<bool>("'ran' in window")).ShouldBeFalse();
    }

    async Task<IPage> Manager(string address)
    {
        var visitor = await Visit(Device.Tablet);
        await visitor.SignIn(await Server.KeyOf(Role.Manager, ["k1"]));
        await visitor.Page.GotoAsync(address);
        return visitor.Page;
    }

    Task<JsonNode> Order(string note = $"{Script}{Image}") => Server.Post("/v1/orders", new
    {
        kitchenId = "k1",
        brandId = "dosa",
        channel = "app",
        externalReference = $"REF {Script}",
        customer = new { name = Image },
        fulfilment = new { type = "delivery", address = SmallChain.Home },
        lines = new[]
        {
            new
            {
                itemId = "plain", quantity = 1, note,
                modifiers = new[] { new { itemId = "ghee-extra", quantity = 1 } },
            },
        },
    });

    Task<JsonNode> Book(string kind, long quantity, string? note) => Server.Post("/v1/kitchens/k1/stock/movements",
        new { movements = new[] { new { sku = "rice", kind, quantity, note } } });
}
