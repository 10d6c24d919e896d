using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>
/// Runs axe on screens that show as much as they can. The door and the customer's page have their own axe tests. Each
/// screen has a class, because these are the slowest tests and classes run in parallel.
/// </summary>
public abstract class AxeTest : BoardScreenTest
{
    protected const string Kitchen = "k2";

    protected JsonNode Ready { get; private set; } = null!;
    protected JsonNode Late { get; private set; } = null!;
    protected JsonNode Noted { get; private set; } = null!;
    protected JsonNode Waiting { get; private set; } = null!;

    protected override void Configure(WebApplicationBuilder builder) =>
        builder.Configuration["Sandbox:Enabled"] = "true";

    protected override async Task OpenChain()
    {
        await base.OpenChain();
        await Server.Pipeline.Submit(SmallChain.Kitchen(Kitchen, Acceptance.Manual, SmallChain.ZoneOfNoon) with
        {
            Times = new() { PrepMinutes = 20, DeliveryMinutes = new(10, 25), HandoverCodes = HandoverCodes.Optional },
        });
        (Ready, Late) = (await Accepted(), await Accepted());
        await Move(Late, "preparing");
        foreach (var status in new[] { "preparing", "ready" }) await Move(Ready, status);
        await Accepted(note: null, at: Sandbox.Now(Server).AddHours(5));
        await Sandbox.Advance(Server, 25);
        Noted = await Accepted(note: "Extra crisp. No peanuts, please: allergic");
        Waiting = await Place(Kitchen);
        await Server.Put($"/v1/kitchens/{Kitchen}/stock/rice", new { threshold = 50_000 });
        await Server.Put($"/v1/kitchens/{Kitchen}/stock/potato", new { threshold = 5_000 });
        await Book("ghee", "counted", 0);
        await Book("rice", "wasted", 200);
        await Server.Put($"/v1/kitchens/{Kitchen}/items/plain/availability", new { available = false });
        await Server.Put("/v1/kitchens/k1/mode", new { mode = "paused" });
    }

    public static TheoryData<bool, bool> Looks =>
        new() { { false, false }, { false, true }, { true, false }, { true, true } };

    private protected static Device Of(bool isDark, bool isPhone) =>
        (isPhone ? Device.Phone : Device.Tablet) with { IsDark = isDark };

    private protected async Task<Visitor> Manager(bool isDark, bool isPhone, string address)
    {
        var visitor = await Visit(Of(isDark, isPhone));
        await visitor.SignIn(await Server.KeyOf(Role.Manager, ["k1", Kitchen]));
        await visitor.Page.GotoAsync(address);
        return visitor;
    }

    private protected static async Task ShouldBeAccessible(Visitor visitor, string what)
    {
        (await visitor.AxeViolations()).ShouldBeEmpty(what);
        (await visitor.HorizontalOverflow()).ShouldBe(0, what);
    }

    async Task<JsonNode> Accepted(string? note = null, DateTimeOffset? at = null)
    {
        var fulfilment = new JsonObject { ["type"] = "delivery", ["address"] = SmallChain.Home };
        if (at is { } time) fulfilment["at"] = time;
        var line = new JsonObject
        {
            ["itemId"] = "masala", ["quantity"] = 2,
            ["modifiers"] = new JsonArray(new JsonObject { ["itemId"] = "ghee-extra", ["quantity"] = 1 }),
        };
        if (note is not null) line["note"] = note;
        var order = await Server.Post("/v1/orders", new JsonObject
        {
            ["kitchenId"] = Kitchen, ["brandId"] = "dosa", ["channel"] = "app",
            ["customer"] = new JsonObject { ["name"] = "Asha" },
            ["fulfilment"] = fulfilment,
            ["lines"] = new JsonArray(line, new JsonObject { ["itemId"] = "plain", ["quantity"] = 1 }),
        });
        return await Move(order, "accepted");
    }

    Task<JsonNode> Book(string sku, string kind, long quantity) => Server.Post(
        $"/v1/kitchens/{Kitchen}/stock/movements", new { movements = new[] { new { sku, kind, quantity } } });
}

public sealed class BoardAxeTests : AxeTest
{
    [Theory]
    [MemberData(nameof(Looks))]
    public async Task The_board_is_accessible(bool isDark, bool isPhone)
    {
        var visitor = await Open(Kitchen, Of(isDark, isPhone), page => page.Clock.InstallAsync());
        var page = visitor.Page;
        await Expect(Button(page, "Deny", Waiting)).ToBeVisibleAsync();
        await Expect(Card(page, Noted).Locator(".note")).ToBeVisibleAsync();
        await ShouldBeAccessible(visitor, "the cards");

        foreach (var panel in new[] { "86 Items off", "Scheduled", "Recall", "Settings" })
            await InDialog(visitor, page.GetByRole(AriaRole.Button, new() { Name = panel }));
        await InDialog(visitor, Card(page, Noted).Locator(".card-title"));
        var code = Button(page, "Enter code", Ready);
        if (isPhone) await page.Locator(".action.narrow-only").ClickAsync();
        await InDialog(visitor, code);
        await page.GetByRole(AriaRole.Button, new() { Name = "All day" }).ClickAsync();
        await ShouldBeAccessible(visitor, "all day");

        await Button(page, "Deny", Waiting).ClickAsync();
        await Server.Put($"/v1/orders/{Noted["id"]}/status", new { status = "cancelled", reason = "changed_mind" });
        await Expect(Card(page, Noted).GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await StopTime(page);
        await Bump(page, Late);
        await Expect(Button(page, "Undo", Late)).ToBeVisibleAsync();
        await ShouldBeAccessible(visitor, "a denial, a cancelled order and the undo bar");
    }

    [Fact]
    public async Task A_Hindi_board_that_is_lost_empty_or_refused_is_accessible()
    {
        var visitor = await Visit(Device.Tablet with { Locale = "hi-IN" });
        await visitor.SignIn(await Server.KeyOf(Role.Admin));
        var page = visitor.Page;
        await page.Clock.InstallAsync();
        await Show(page, Kitchen);
        await Expect(page.Locator(".deny")).ToBeVisibleAsync();
        await visitor.Context.SetOfflineAsync(true);
        await page.Clock.FastForwardAsync(60_000);
        await Expect(page.Locator(".lost-bar")).ToBeVisibleAsync();
        await ShouldBeAccessible(visitor, "the cards, without a connection");

        await visitor.Context.SetOfflineAsync(false);
        await Show(page, "k1");
        await Expect(page.Locator(".empty")).ToBeVisibleAsync();
        await ShouldBeAccessible(visitor, "without an order");
        await page.GotoAsync("/kitchen/none");
        await Expect(page.Locator(".refused")).ToBeVisibleAsync();
        await ShouldBeAccessible(visitor, "of no kitchen");
        visitor.Expect([.. visitor.Faults.Where(fault =>
            fault.Contains("/v1/kitchens/none") || fault.Contains("net::ERR_INTERNET_DISCONNECTED"))]);
    }

    static async Task InDialog(Visitor visitor, ILocator opens)
    {
        await opens.ClickAsync();
        var dialog = visitor.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToBeVisibleAsync();
        await ShouldBeAccessible(visitor, await dialog.GetAttributeAsync("aria-label") ?? "");
        await visitor.Page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToHaveCountAsync(0);
    }
}

public sealed class StockAxeTests : AxeTest
{
    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Stock_is_accessible(bool isDark, bool isPhone)
    {
        var visitor = await Manager(isDark, isPhone, $"/stock/{Kitchen}");
        var page = visitor.Page;
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Ghee" })).ToBeVisibleAsync();
        await ShouldBeAccessible(visitor, "now");

        await Tab("Receive");
        await page.GetByRole(AriaRole.Searchbox).FillAsync("rice");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rice batter" }).ClickAsync();
        await Expect(page.GetByLabel("Pack size")).ToBeVisibleAsync();
        await ShouldBeAccessible(visitor, "a receipt");
        await Tab("Count");
        await page.GetByLabel("Counted: Rice batter").FillAsync("9");
        await ShouldBeAccessible(visitor, "a count");
        await page.GetByRole(AriaRole.Button, new() { Name = "Review 1 line" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Variance" })).ToBeVisibleAsync();
        await ShouldBeAccessible(visitor, "the review of a count");
        await Tab("Waste");
        await ShouldBeAccessible(visitor, "the choice of what is wasted");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rice batter" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Choose something else" })).ToBeVisibleAsync();
        await ShouldBeAccessible(visitor, "waste");
        await Tab("86");
        await Expect(page.GetByText("Off until switched on")).ToBeVisibleAsync();
        await ShouldBeAccessible(visitor, "items off");
        await Tab("Ledger");
        await page.GetByLabel("Ingredient").SelectOptionAsync("rice");
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Rice batter" })).ToBeVisibleAsync();
        await ShouldBeAccessible(visitor, "the ledger");

        Task Tab(string name) => page.GetByRole(AriaRole.Tab, new() { Name = name, Exact = true }).ClickAsync();
    }
}

public sealed class OperationsAxeTests : AxeTest
{
    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Operations_is_accessible(bool isDark, bool isPhone)
    {
        var visitor = await Manager(isDark, isPhone, "/operations");
        var page = visitor.Page;
        var attention = page.GetByRole(AriaRole.Region, new() { Name = "Needs attention" });
        await Expect(attention.GetByText("Ghee is out")).ToBeVisibleAsync();
        await Expect(attention.GetByText("Not taking orders")).ToBeVisibleAsync();
        await ShouldBeAccessible(visitor, "the list and the grid");

        await attention.GetByRole(AriaRole.Button, new() { Name = "Open order" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"Order #{Late["number"]}" })).ToBeVisibleAsync();
        await ShouldBeAccessible(visitor, "an order");
        await page.GetByRole(AriaRole.Button, new() { Name = "placed" }).ClickAsync();
        await Expect(page.GetByText("Version 1 of ")).ToBeVisibleAsync();
        await ShouldBeAccessible(visitor, "an order as it was");
        await page.GetByRole(AriaRole.Button, new() { Name = "Back to the list" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"Open orders of {Kitchen}" })).ToBeVisibleAsync();
        await ShouldBeAccessible(visitor, "a kitchen");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await page.GetByText("Menu", new() { Exact = true }).ClickAsync();
        await ShouldBeAccessible(visitor, "the menu");
    }
}

public sealed class AnalyticsAxeTests : AxeTest
{
    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Analytics_is_accessible(bool isDark, bool isPhone)
    {
        foreach (var status in new[] { "out_for_delivery", "delivered" })
            await Server.Put($"/v1/orders/{Ready["id"]}/status", new { status });
        await Server.Put($"/v1/orders/{Noted["id"]}/status", new { status = "cancelled", reason = "changed_mind" });
        await Eventually.Holds(() => Server.Get("/v1/analytics/summary"),
            summary => summary["cancelled"]!["count"]!.GetValue<int>() == 1);
        var visitor = await Manager(isDark, isPhone, "/analytics");
        var page = visitor.Page;
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Top items" })).ToBeVisibleAsync();
        await ShouldBeAccessible(visitor, "the charts");

        foreach (var table in await page.GetByText("Table", new() { Exact = true }).AllAsync())
            await table.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Table).First).ToBeVisibleAsync();
        await ShouldBeAccessible(visitor, "the tables");
    }
}
