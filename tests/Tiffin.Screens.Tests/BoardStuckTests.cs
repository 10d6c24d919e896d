using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>Taps that a proxy repeatedly answers with its own page.</summary>
public sealed partial class BoardStuckTests : BoardScreenTest
{
    protected override void Configure(WebApplicationBuilder builder) =>
        builder.Configuration["Tracking:HeartbeatInterval"] = "00:00:01";

    [Fact]
    public async Task A_tap_that_never_gets_through_is_shown_and_can_be_tried_again_or_discarded()
    {
        var (tried, discarded) = (await Place(), await Place());
        var visitor = await Open(set: page => page.Clock.InstallAsync());
        visitor.Expect($"403 PUT /v1/orders/{tried["id"]}/status", $"403 PUT /v1/orders/{discarded["id"]}/status");
        var page = visitor.Page;
        var stuck = page.Locator(".notices li");
        await page.RouteAsync(StatusOfAnOrder(), route => route.FulfillAsync(Blocked));
        var answered = Task.WhenAll(new[] { tried, discarded }.Select(order => page.WaitForRequestFinishedAsync(
            new() { Predicate = request => request.Url.EndsWith($"/v1/orders/{order["id"]}/status") })));
        foreach (var order in new[] { discarded, tried }) await Bump(page, order);
        await page.Clock.FastForwardAsync(6_000);
        // The next jump in time would end a request in flight as timed out.
        await answered;
        await Expect(page.Locator(".link")).ToHaveTextAsync("2 taps not sent yet");
        await Expect(stuck).ToHaveCountAsync(0);

        await page.Clock.FastForwardAsync(90_000);

        await Expect(stuck).ToHaveCountAsync(2);
        await StopTime(page);
        var row = stuck.Filter(new() { HasText = $"Ready: order #{discarded["number"]}" });
        await Expect(row).ToContainTextAsync(new Regex(@"Not sent since [\w, ]*\d\d:\d\d \(HTTP 403\)"));
        (await visitor.AxeViolations()).ShouldBeEmpty();
        await Expect(Card(page, discarded)).ToHaveCountAsync(0);
        // The other row moves under the finger.
        await Bounce(row.GetByRole(AriaRole.Button, new() { Name = "Discard" }));
        await Expect(Card(page, discarded)).ToBeVisibleAsync();

        await page.UnrouteAsync(StatusOfAnOrder());
        await stuck.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await WillBeReady(tried);
        await Expect(stuck).ToHaveCountAsync(0);
        await Expect(page.Locator(".link")).ToHaveTextAsync("Live");
        (await Status(discarded)).ShouldBe("preparing");
    }

    [GeneratedRegex("/v1/orders/[^/]+/status$")]
    private static partial Regex StatusOfAnOrder();
}
