using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Tiffin.Domain;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>
/// Stock and operations that are open for longer than their session, or offline for longer than events are kept. The
/// board has its own tests.
/// </summary>
public sealed partial class ExpiryTests : ScreenTest
{
    protected override void Configure(WebApplicationBuilder builder) =>
        builder.Configuration["Sandbox:Enabled"] = "true";

    [Fact]
    public async Task Waste_that_is_booked_after_the_session_has_expired_is_kept_until_the_cook_has_signed_in_again()
    {
        var visitor = await Open(Role.Kitchen, "/stock/k1?tab=waste&sku=rice");
        var page = visitor.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Burnt" }).ClickAsync();
        await page.GetByLabel("Unit of Rice batter").SelectOptionAsync("g");
        await page.GetByLabel("Quantity of Rice batter").FillAsync("250");
        await Expire();

        await page.Locator("button.book").ClickAsync();

        await Expect(page).ToHaveURLAsync(SignInForStock());
        (await OnHand()).ShouldBe(10_000);
        await SignIn(page, Role.Kitchen);
        await Expect(page.GetByRole(AriaRole.Tab, new() { Name = "Waste" })).ToBeVisibleAsync();
        await Eventually.Holds(OnHand, level => level == 9_750);
        Expect401(visitor);
    }

    // Fails if there is only a notice: the page then stays open, and no action works.
    [Fact]
    public async Task An_action_after_the_session_has_expired_leads_to_the_sign_in_page_and_back_to_its_order()
    {
        var order = await Server.Post("/v1/orders", SmallChain.Order());
        var path = $"/v1/orders/{order["id"]}";
        foreach (var status in new[] { "preparing", "ready" }) await Server.Put($"{path}/status", new { status });
        var visitor = await Open(Role.Manager, $"/operations?kitchen=k1&order={order["id"]}");
        var page = visitor.Page;
        await Expect(page.GetByLabel("Courier id")).ToBeVisibleAsync();
        await Expire();

        await Assign();

        await Expect(page).ToHaveURLAsync(SignInForOperations());
        (await Courier()).ShouldBeNull();
        await SignIn(page, Role.Manager);
        await Expect(page).ToHaveURLAsync($"/operations?kitchen=k1&order={order["id"]}");
        await Assign();
        await Eventually.Holds(Courier, courier => courier == "ravi");
        Expect401(visitor);

        async Task Assign()
        {
            await page.GetByLabel("Courier id").FillAsync("ravi");
            await page.Locator(".assign").GetByRole(AriaRole.Button, new() { Name = "Assign" }).ClickAsync();
        }

        async Task<string?> Courier() => (string?)(await Server.Get(path))["courierId"];
    }

    [Fact]
    public async Task Stock_whose_cursor_has_expired_reads_the_levels_again_and_goes_on()
    {
        var visitor = await Open(Role.Kitchen, "/stock/k1", page => page.Clock.InstallAsync());
        var rice = visitor.Page.Locator(".level").Filter(new() { HasText = "Rice batter" });
        await Expect(rice).ToContainTextAsync("10 kg");

        await ReconnectAfterEventsExpired(visitor, async () =>
        {
            foreach (var quantity in new[] { 400, 600 }) await Waste(quantity);
        });

        await Expect(rice).ToContainTextAsync("9 kg");
        await Waste(500);
        await Expect(rice).ToContainTextAsync("8.5 kg");
        await ShouldHaveGoneOn(visitor);

        Task Waste(int quantity) => Server.Post("/v1/kitchens/k1/stock/movements",
            new { movements = new[] { new { sku = "rice", kind = "wasted", quantity } } });
    }

    [Fact]
    public async Task Operations_whose_cursor_has_expired_read_everything_again_and_go_on()
    {
        var ended = await Server.Post("/v1/orders", SmallChain.Order("k2"));
        var visitor = await Open(Role.Manager, "/operations", page => page.Clock.InstallAsync());
        await Expect(Row(ended)).ToBeVisibleAsync();
        var missed = ended;

        await ReconnectAfterEventsExpired(visitor, async () =>
        {
            missed = await Server.Post("/v1/orders", SmallChain.Order("k2"));
            await Move(ended, "cancelled");
        });

        await Expect(Row(missed)).ToBeVisibleAsync();
        await Expect(Row(ended)).ToHaveCountAsync(0);
        await Move(missed, "accepted");
        await Expect(Row(missed)).ToHaveCountAsync(0);
        await ShouldHaveGoneOn(visitor);

        ILocator Row(JsonNode order) => visitor.Page.GetByRole(AriaRole.Listitem)
            .Filter(new() { HasText = $"Order #{order["number"]} not accepted" });

        Task Move(JsonNode order, string status) =>
            Server.Put($"/v1/orders/{order["id"]}/status", new { status });
    }

    async Task ReconnectAfterEventsExpired(Visitor visitor, Func<Task> meanwhile)
    {
        await visitor.Context.SetOfflineAsync(true);
        // Going offline does not close a stream that is already open.
        await visitor.Page.Clock.FastForwardAsync(60_000);
        await Expect(visitor.Page.Locator(".link-state.lost")).ToBeVisibleAsync();
        await meanwhile();
        await Session.Run(Server.ConnectionString,
            "DELETE FROM events WHERE position < (SELECT max(position) FROM events)");
        await visitor.Context.SetOfflineAsync(false);
    }

    static async Task ShouldHaveGoneOn(Visitor visitor)
    {
        (await visitor.Page.EvaluateAsync<bool>("window.opened === true")).ShouldBeTrue();
        visitor.Faults.ShouldContain("410 GET /v1/events");
        visitor.Expect([.. visitor.Faults.Where(fault =>
            fault == "410 GET /v1/events" || fault.Contains("net::ERR_INTERNET_DISCONNECTED"))]);
    }

    async Task<Visitor> Open(Role role, string address, Func<IPage, Task>? set = null)
    {
        var visitor = await Visit(Device.Tablet);
        if (set is not null) await set(visitor.Page);
        await visitor.SignIn(await Server.KeyOf(role, ["k1", "k2"]));
        await visitor.Page.GotoAsync(address);
        await Expect(visitor.Page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();
        await visitor.Page.EvaluateAsync("window.opened = true");
        return visitor;
    }

    Task Expire() => Sandbox.Advance(Server, TimeSpan.FromHours(12).TotalMinutes + 1);

    async Task SignIn(IPage page, Role role)
    {
        await page.GetByLabel("Access key").FillAsync(await Server.KeyOf(role, ["k1"]));
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    static void Expect401(Visitor visitor) =>
        visitor.Expect([.. visitor.Faults.Where(fault => fault.StartsWith("401 ", StringComparison.Ordinal))]);

    async Task<long> OnHand() => (await Server.Get("/v1/kitchens/k1/stock/rice"))["onHand"]!.GetValue<long>();

    [GeneratedRegex("/sign-in\\?why=ended&returnTo=%2Fstock%2Fk1")]
    private static partial Regex SignInForStock();

    [GeneratedRegex("/sign-in\\?why=ended&returnTo=%2Foperations%3Fkitchen%3Dk1%26order%3D")]
    private static partial Regex SignInForOperations();
}
