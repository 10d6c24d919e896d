using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Tiffin.Dev;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>The board without a network, heartbeats, a server, a response or the right time.</summary>
public sealed partial class BoardConnectionTests : BoardScreenTest
{
    const string RedFrame = "10px solid rgb(200, 32, 26)";

    static readonly TimeSpan kitchenZone = TimeSpan.FromHours(5.5);

    // Longer than any test: a test makes the stream silent by moving the clock of its page.
    protected override void Configure(WebApplicationBuilder builder)
    {
        builder.Configuration["Tracking:HeartbeatInterval"] = "01:00:00";
        builder.Configuration["urls"] = $"http://127.0.0.1:{FreePort.Draw()}";
    }

    // Fails without the red frame, and if a tap is lost, sent twice, or refused without a notice.
    [Fact]
    public async Task Taps_made_during_a_minute_without_a_network_are_sent_once_and_refusals_are_shown()
    {
        JsonNode[] orders = [await Place(), await Place(), await Place()];
        var refused = await Place();
        var visitor = await Open(set: page => page.Clock.InstallAsync());
        visitor.Expect($"409 PUT /v1/orders/{refused["id"]}/progress");
        var page = visitor.Page;
        await visitor.Context.SetOfflineAsync(true);
        foreach (var order in orders.Append(refused)) await Bump(page, order);
        // Going offline does not close a stream that is already open.
        await page.Clock.FastForwardAsync(60_000);
        await ShouldBe(page, "lost");
        (await Frame(page)).ShouldBe(RedFrame);
        await Expect(page.Locator(".lost-bar")).ToContainTextAsync("4 taps not sent yet");
        await Expect(page.Locator(".link")).ToHaveTextAsync("4 taps not sent yet");
        var placedMeanwhile = await Place();
        await Move(refused, "cancelled");

        var answered = new ConcurrentBag<string>();
        page.Response += (_, response) =>
        {
            if (response.Ok && response.Request.Method == "PUT") answered.Add(response.Url);
        };

        await visitor.Context.SetOfflineAsync(false);

        await Expect(page.Locator(".notices li")).ToContainTextAsync($"Order #{refused["number"]}: not changed.");
        await Expect(Card(page, refused).GetByRole(AriaRole.Alert)).ToContainTextAsync("Cancelled");
        await Button(page, "Got it", refused).ClickAsync();
        foreach (var order in orders) await WillBeReady(order);
        await Expect(page.Locator(".link")).ToHaveTextAsync("Live");
        await Expect(Card(page, placedMeanwhile)).ToBeVisibleAsync();
        foreach (var order in orders) (await TimesReady(order)).ShouldBe(1);
        await Eventually.Holds(() => Unsent(page), unsent => unsent == "[]");
        answered.ShouldNotBeEmpty();
        answered.ShouldBeUnique();
        await ShouldShowWhatTheServerHas(page);
        await ShouldNotHaveBeenLoadedAgain(page);
        (await Frame(page)).ShouldBe("none");
        visitor.Expect([.. visitor.Faults.Where(fault => fault.Contains("net::ERR_INTERNET_DISCONNECTED"))]);
    }

    [Fact]
    public async Task A_tap_whose_answer_is_lost_is_sent_again_and_counts_once()
    {
        var order = await Place();
        var visitor = (await Open()).Expect($"net::ERR_CONNECTION_RESET: PUT /v1/orders/{order["id"]}/status");
        var page = visitor.Page;
        var lost = 0;
        await page.RouteAsync(StatusOfAnOrder(), async route =>
        {
            (await route.FetchAsync()).Status.ShouldBe(200);
            lost++;
            await route.AbortAsync("connectionreset");
        }, new() { Times = 1 });

        await Bump(page, order);

        await Eventually.Holds(() => Unsent(page), unsent => lost == 1 && unsent == "[]");
        (await TimesReady(order)).ShouldBe(1);
        await Expect(page.Locator(".notices li")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task An_open_but_silent_connection_is_shown_as_lost_since_it_was_last_heard()
    {
        var before = DateTimeOffset.UtcNow;
        var page = (await Open(set: page => page.Clock.InstallAsync())).Page;
        var heard = TimesOfDay(before, DateTimeOffset.UtcNow);
        // Streams opened from now on never get a response.
        await page.RouteAsync(EventStream(), _ => Task.CompletedTask);
        await page.Clock.FastForwardAsync(25_000);
        await ShouldBe(page, "doubtful");

        await page.Clock.FastForwardAsync(180_000);

        await ShouldBe(page, "lost");
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync(
            new Regex($"No connection since [\\w, ]*({string.Join('|', heard)}) ?What you see may be out of date"));
        await page.UnrouteAsync(EventStream());
        await page.Clock.FastForwardAsync(60_000);
        await ShouldBe(page, "live");
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }

    // Fails with a watchdog of more than 46 s, with one of less than 44 s, and without the frame.
    [Fact]
    public async Task A_silent_connection_is_amber_until_it_has_a_red_frame_at_45_seconds_and_not_later()
    {
        // The clock of the page is stopped until the board is live.
        var heard = DateTime.UtcNow;
        var page = (await Open(set: page => page.Clock.SetFixedTimeAsync(heard))).Page;
        await page.RouteAsync(EventStream(), _ => Task.CompletedTask);
        await page.Clock.SetSystemTimeAsync(heard);

        await page.Clock.PauseAtAsync(heard.AddSeconds(44));
        await ShouldBe(page, "doubtful");
        (await Frame(page)).ShouldBe("none");

        await page.Clock.PauseAtAsync(heard.AddSeconds(46));
        await ShouldBe(page, "lost");
        (await Frame(page)).ShouldBe(RedFrame);
    }

    [Fact]
    public async Task A_board_that_differs_from_the_server_is_corrected_and_reported()
    {
        var order = await Place();
        var visitor = await Open(set: page => page.Clock.InstallAsync());
        visitor.Expect(
            $"console: The board screen was wrong: order {order["id"]} differs at version {order["version"]}");
        var page = visitor.Page;
        await Expect(page.Locator("button.line")).ToHaveAttributeAsync("aria-pressed", "false");
        await page.RouteAsync(new Regex("/board$"), async route =>
        {
            var read = await route.FetchAsync();
            var board = JsonNode.Parse(await read.TextAsync())!;
            board["orders"]![0]!["progress"] = JsonNode.Parse("""[{ "state": "done" }]""");
            await route.FulfillAsync(new() { Response = read, Body = board.ToJsonString() });
        });

        await page.Clock.FastForwardAsync(600_000);

        await Expect(page.Locator("button.line")).ToHaveAttributeAsync("aria-pressed", "true");
        await Eventually.Holds(
            () => Server.Client.GetStringAsync("/metrics"),
            text => text.Contains("tiffin_screen_differences_total{screen=\"board\"} 1\n"));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task The_minutes_to_the_promise_follow_the_servers_clock_when_the_tablets_is_wrong(int hours)
    {
        await PromiseTimes();
        var order = await Place();
        var readyAt = order["promise"]!["readyAt"]!.GetValue<DateTimeOffset>();
        var wrong = DateTime.UtcNow.AddHours(hours);
        var page = (await Open(set: page => page.Clock.InstallAsync(new() { TimeDate = wrong }))).Page;

        // A page rounds its time down to the second.
        var most = MinutesLeft() + 1;
        var shown = await Card(page, order).Locator(".due-number").TextContentAsync();
        int.Parse(shown!, CultureInfo.InvariantCulture).ShouldBeInRange(MinutesLeft(), most);

        int MinutesLeft() => (int)Math.Floor((readyAt - DateTimeOffset.UtcNow).TotalMinutes);
    }

    [Fact]
    public async Task After_a_server_restart_the_board_shows_what_it_missed()
    {
        var visitor = await Open();
        var page = visitor.Page;
        await using var elsewhere = await TestServer.Start(Server.ConnectionString);
        await Server.DisposeAsync();
        var missed = await elsewhere.Post("/v1/orders", SmallChain.Order());
        await Expect(Card(page, missed)).ToHaveCountAsync(0);

        await StartAgain();

        await Expect(Card(page, missed)).ToBeVisibleAsync();
        await ShouldBe(page, "live");
        await ShouldNotHaveBeenLoadedAgain(page);
        visitor.Expect([.. visitor.Faults.Where(fault => fault.Contains("net::ERR_") || fault.StartsWith("503 "))]);
    }

    static Task<string> Frame(IPage page) => page.Locator(".board").EvaluateAsync<string>("""
        board => {
          const { content, borderLeft } = getComputedStyle(board, "::after");
          return content === "none" ? content : borderLeft;
        }
        """);

    static Task<string> Unsent(IPage page) => page.EvaluateAsync<string>("localStorage.getItem('tiffin.outbox.k1')");

    async Task ShouldShowWhatTheServerHas(IPage page)
    {
        var orders = (await Server.Get("/v1/kitchens/k1/board"))["orders"]!.AsArray().ToLookup(
            order => (string)order!["status"]! == "ready", order => $"#{order!["number"]}");
        await Eventually.Holds(() => Numbers(".card"), shown => shown.Order().SequenceEqual(orders[false].Order()));
        await Eventually.Holds(() => Numbers(".ready-row"), shown => shown.Order().SequenceEqual(orders[true].Order()));

        async Task<IEnumerable<string>> Numbers(string of) =>
            (await page.Locator($"{of} .order-number").AllTextContentsAsync()).Select(number => number.Trim());
    }

    static IEnumerable<string> TimesOfDay(params IEnumerable<DateTimeOffset> times) =>
        times.Select(time => time.ToOffset(kitchenZone).ToString("HH:mm", CultureInfo.InvariantCulture)).Distinct();

    [GeneratedRegex("/v1/events\\?")]
    private static partial Regex EventStream();

    [GeneratedRegex("/v1/orders/[^/]+/status$")]
    private static partial Regex StatusOfAnOrder();
}
