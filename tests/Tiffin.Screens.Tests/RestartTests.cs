using Microsoft.AspNetCore.Builder;
using Tiffin.Dev;
using Tiffin.Domain;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>
/// Stock, operations and the customer's page while their server restarts. The board has its own test.
/// </summary>
public sealed class RestartTests : ScreenTest
{
    protected override void Configure(WebApplicationBuilder builder) =>
        builder.Configuration["urls"] = $"http://127.0.0.1:{FreePort.Draw()}";

    [Fact]
    public async Task Stock_sends_waste_booked_during_a_restart_once_and_shows_what_it_missed()
    {
        var visitor = await Open(Role.Kitchen, "/stock/k1?tab=waste&sku=rice");
        var page = visitor.Page;
        await using var elsewhere = await TestServer.Start(Server.ConnectionString);
        await Server.DisposeAsync();
        await elsewhere.Post("/v1/kitchens/k1/stock/movements",
            new { movements = new[] { new { sku = "potato", kind = "wasted", quantity = 1_000 } } });
        await page.GetByRole(AriaRole.Button, new() { Name = "Burnt" }).ClickAsync();
        await page.GetByLabel("Unit of Rice batter").SelectOptionAsync("g");
        await page.GetByLabel("Quantity of Rice batter").FillAsync("250");
        await page.Locator("button.book").ClickAsync();
        await Expect(page.GetByText("1 change not sent yet")).ToBeVisibleAsync();

        await StartAgain();

        await Eventually.Holds(OnHand, level => level == 9_750);
        await Expect(page.GetByText("1 change not sent yet")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Tab, new() { Name = "Now" }).ClickAsync();
        await Expect(Level("Potato masala")).ToContainTextAsync("9 kg");
        await Expect(Level("Rice batter")).ToContainTextAsync("9.75 kg");
        await ShouldHaveGoneOn(visitor);

        ILocator Level(string name) => page.Locator(".level").Filter(new() { HasText = name });

        async Task<long> OnHand() =>
            (await elsewhere.Get("/v1/kitchens/k1/stock/rice"))["onHand"]!.GetValue<long>();
    }

    [Fact]
    public async Task Operations_shows_what_it_has_missed_and_takes_actions_again()
    {
        var visitor = await Open(Role.Manager, "/operations");
        var page = visitor.Page;
        await using var elsewhere = await TestServer.Start(Server.ConnectionString);
        await Server.DisposeAsync();
        var missed = await elsewhere.Post("/v1/orders", SmallChain.Order("k2"));
        var row = page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = $"Order #{missed["number"]}" });
        await Expect(row).ToHaveCountAsync(0);

        await StartAgain();

        await row.GetByRole(AriaRole.Button, new() { Name = "Accept" }).ClickAsync();
        await Eventually.Holds(
            async () => (string)(await elsewhere.Get($"/v1/orders/{missed["id"]}"))["status"]!,
            status => status == "accepted");
        await Expect(row).ToHaveCountAsync(0);
        await ShouldHaveGoneOn(visitor);
    }

    [Fact]
    public async Task The_customers_page_shows_what_it_has_missed_and_goes_on()
    {
        var order = await Server.Post("/v1/orders", SmallChain.Order());
        var visitor = await Visit(Device.Phone);
        var page = visitor.Page;
        await page.Clock.InstallAsync();
        await page.GotoAsync((string)order["trackingUrl"]!);
        await page.EvaluateAsync("window.opened = true");
        var sentence = page.GetByRole(AriaRole.Heading, new() { Level = 1 });
        await Expect(sentence).ToHaveTextAsync("Dosa Corner has accepted your order.");
        // Less than the minute after which the page is reread in any case.
        await page.Clock.PauseAtAsync(DateTime.UtcNow.AddSeconds(5));
        await using var elsewhere = await TestServer.Start(Server.ConnectionString);
        await Server.DisposeAsync();
        await Move("preparing");

        await StartAgain();
        await page.Clock.RunForAsync(35_000);

        await Expect(sentence).ToHaveTextAsync("Dosa Corner is cooking your order.");
        await Move("ready");
        await Expect(sentence).Not.ToHaveTextAsync("Dosa Corner is cooking your order.");
        (await page.EvaluateAsync<bool>("window.opened === true")).ShouldBeTrue();
        visitor.Expect([.. visitor.Faults.Where(fault => fault.Contains("net::ERR_") || fault.StartsWith("503 "))]);

        Task Move(string status) => elsewhere.Put($"/v1/orders/{order["id"]}/status", new { status });
    }

    async Task<Visitor> Open(Role role, string address)
    {
        var visitor = await Visit(Device.Tablet);
        await visitor.SignIn(await Server.KeyOf(role, ["k1", "k2"]));
        await visitor.Page.GotoAsync(address);
        await Expect(visitor.Page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();
        await visitor.Page.EvaluateAsync("window.opened = true");
        return visitor;
    }

    static async Task ShouldHaveGoneOn(Visitor visitor)
    {
        await Expect(visitor.Page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();
        (await visitor.Page.EvaluateAsync<bool>("window.opened === true")).ShouldBeTrue();
        visitor.Expect([.. visitor.Faults.Where(fault => fault.Contains("net::ERR_") || fault.StartsWith("503 "))]);
    }
}
