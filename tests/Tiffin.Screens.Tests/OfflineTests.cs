using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Tiffin.Domain;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>Screens that are opened without a network, and a new release of the screens on the server.</summary>
public sealed partial class OfflineTests : BoardScreenTest
{
    protected override void Configure(WebApplicationBuilder builder) =>
        builder.Configuration["Tracking:HeartbeatInterval"] = "00:00:01";

    [Fact]
    public async Task A_board_opened_without_a_network_shows_its_last_orders_and_goes_on_when_it_is_back()
    {
        var (bumped, gone) = (await Place(), await Place());
        var visitor = await Open();
        var page = visitor.Page;
        await WillOpenWithoutANetwork(page);
        await visitor.Context.SetOfflineAsync(true);

        await page.ReloadAsync();

        await ShouldBe(page, "lost");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("No connection since");
        foreach (var order in new[] { bumped, gone })
            await Expect(Card(page, order)).ToContainTextAsync("as of");
        await Bump(page, bumped);
        await Expect(page.Locator(".link")).ToHaveTextAsync("1 tap not sent yet");
        await page.ReloadAsync();
        await Expect(Card(page, gone)).ToBeVisibleAsync();
        await Expect(Card(page, bumped)).ToHaveCountAsync(0);
        await Move(gone, "cancelled");
        var placed = await Place();

        await visitor.Context.SetOfflineAsync(false);

        await ShouldBe(page, "live");
        await Expect(Card(page, placed)).ToBeVisibleAsync();
        await Expect(Card(page, gone).GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await WillBeReady(bumped);
        (await TimesReady(bumped)).ShouldBe(1);
        visitor.Expect([.. visitor.Faults.Where(fault => fault.Contains("net::ERR_INTERNET_DISCONNECTED"))]);
    }

    [Fact]
    public async Task An_item_is_taken_off_without_a_network_from_the_last_menu_read()
    {
        var visitor = await Open();
        var page = visitor.Page;
        await page.WaitForFunctionAsync("localStorage.getItem('tiffin.board.k1.menu') !== null");
        await visitor.Context.SetOfflineAsync(true);

        await page.GetByRole(AriaRole.Button, new() { Name = "86 Items off", Exact = true }).ClickAsync();
        await Expect(page.GetByText("the server cannot be reached")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Take off: masala", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "1 hour" }).ClickAsync();
        await visitor.Context.SetOfflineAsync(false);

        await Eventually.Holds(async () => (await Server.Get("/v1/kitchens/k1/menu"))["data"]!.AsArray()
            .Single(one => (string)one!["itemId"]! == "masala")!["available"]!.GetValue<bool>(), isOn => !isOn);
        visitor.Expect([.. visitor.Faults.Where(fault => fault.Contains("net::ERR_INTERNET_DISCONNECTED"))]);
    }

    [Fact]
    public async Task Stock_opened_without_a_network_shows_the_last_levels_and_says_that_they_may_be_old()
    {
        var visitor = await Visit(Device.Phone);
        await visitor.SignIn(await Server.KeyOf(Role.Manager, ["k1"]));
        var page = visitor.Page;
        await page.GotoAsync("/stock/k1");
        await Expect(page.GetByText("Rice batter")).ToBeVisibleAsync();
        await WillOpenWithoutANetwork(page);
        await visitor.Context.SetOfflineAsync(true);

        await page.ReloadAsync();

        await Expect(page.GetByText("Rice batter")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("What you see may be out of date");
        await visitor.Context.SetOfflineAsync(false);
        await Expect(page.GetByText("Live")).ToBeVisibleAsync();
        visitor.Expect([.. visitor.Faults.Where(fault => fault.Contains("net::ERR_INTERNET_DISCONNECTED"))]);
    }

    [Fact]
    public async Task A_device_that_signs_out_keeps_no_page_and_no_order()
    {
        await Place();
        var page = (await Open()).Page;
        await WillOpenWithoutANetwork(page);
        await page.GotoAsync("/start");
        (await Kept(page)).ShouldContain("tiffin.board.k1");

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await Expect(page).ToHaveURLAsync("/sign-in");
        (await Kept(page)).ShouldNotContain(name => name.Contains("k1") && !name.Contains("outbox"));
    }

    [Fact]
    public async Task A_new_release_is_loaded_when_no_panel_is_open_and_the_board_was_not_touched_for_a_minute()
    {
        var page = (await Open(set: page => page.Clock.InstallAsync())).Page;
        await WillOpenWithoutANetwork(page);
        var more = FileOfTheDoor().Match(await Server.Client.GetStringAsync("/sign-in")).Value;
        await page.RouteAsync(PageOfTheBoard(), async route =>
        {
            var answer = await route.FetchAsync();
            var html = (await answer.TextAsync()).Replace("</head>", $"<link rel=\"preload\" href=\"{more}\"></head>");
            await route.FulfillAsync(new() { Response = answer, Body = html });
        });
        await page.GetByRole(AriaRole.Button, new() { Name = "Settings" }).ClickAsync();

        await page.Clock.FastForwardAsync(600_000);
        await WillBe(page, "async file => !!(await caches.match(file))", more);
        await ShouldBe(page, "live");
        await page.Clock.FastForwardAsync(120_000);
        await ShouldBe(page, "live");
        await ShouldNotHaveBeenLoadedAgain(page);
        await page.Keyboard.PressAsync("Escape");
        await page.Clock.FastForwardAsync(10_000);
        await ShouldBe(page, "live");
        await ShouldNotHaveBeenLoadedAgain(page);
        var reload = page.WaitForRequestFinishedAsync(new() { Predicate = request => request.IsNavigationRequest });

        await page.Clock.FastForwardAsync(60_000);

        await reload;
        await ShouldBe(page, "live");
        (await page.EvaluateAsync<bool>("window.opened === true")).ShouldBeFalse();
    }

    static Task WillOpenWithoutANetwork(IPage page) => WillBe(page, """
        async () => navigator.serviceWorker.controller !== null && !!(await caches.match(location.pathname))
        """);

    // Not by polling within the page: its content security policy forbids that.
    static async Task WillBe(IPage page, string what, object? about = null) =>
        await Eventually.Holds(() => page.EvaluateAsync<bool>(what, about), isSo => isSo);

    static Task<string[]> Kept(IPage page) =>
        page.EvaluateAsync<string[]>("async () => [...Object.keys(localStorage), ...(await caches.keys())]");

    [GeneratedRegex("/assets/door-[^\"]+\\.js")]
    private static partial Regex FileOfTheDoor();

    [GeneratedRegex("/kitchen/k1$")]
    private static partial Regex PageOfTheBoard();
}
