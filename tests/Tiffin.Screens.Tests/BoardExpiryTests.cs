using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Tiffin.Domain;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>A board that is open for longer than its session, or offline for longer than events are kept.</summary>
public sealed partial class BoardExpiryTests : BoardScreenTest
{
    protected override void Configure(WebApplicationBuilder builder) =>
        builder.Configuration["Sandbox:Enabled"] = "true";

    [Fact]
    public async Task A_tap_after_the_session_has_expired_is_kept_until_the_cook_has_signed_in_again()
    {
        var order = await Place();
        var visitor = (await Open()).Expect(
            [.. new[] { "progress", "status" }.Select(what => $"401 PUT /v1/orders/{order["id"]}/{what}"),
                $"401 {Stream}", $"401 {Snapshot}"]);
        var page = visitor.Page;
        await Sandbox.Advance(Server, TimeSpan.FromHours(12).TotalMinutes + 1);

        await Bump(page, order);

        await Expect(page).ToHaveURLAsync(SignInForTheBoard());
        (await Status(order)).ShouldBe("accepted");
        await page.GetByLabel("Access key").FillAsync(await Server.KeyOf(Role.Kitchen, ["k1"]));
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page).ToHaveURLAsync("/kitchen/k1");
        await WillBeReady(order);
        (await TimesReady(order)).ShouldBe(1);
    }

    [Fact]
    public async Task A_board_whose_cursor_has_expired_reads_the_orders_again_and_goes_on()
    {
        var (cooked, collected) = (await Place(), await Place());
        var visitor = await Open(set: page => page.Clock.InstallAsync());
        var page = visitor.Page;
        await Expect(Card(page, collected)).ToBeVisibleAsync();
        await visitor.Context.SetOfflineAsync(true);
        // Going offline does not close a stream that is already open.
        await page.Clock.FastForwardAsync(60_000);
        await ShouldBe(page, "lost");
        var missed = await Place();
        foreach (var status in new[] { "preparing", "ready", "out_for_delivery", "delivered" })
            await Move(collected, status);
        await Session.Run(Server.ConnectionString,
            "DELETE FROM events WHERE position < (SELECT max(position) FROM events)");

        await visitor.Context.SetOfflineAsync(false);

        await Expect(Card(page, missed)).ToBeVisibleAsync();
        await Expect(Card(page, collected)).ToHaveCountAsync(0);
        await ShouldBe(page, "live");
        await Bump(page, missed);
        await WillBeReady(missed);
        await Move(cooked, "cancelled");
        await Expect(page.GetByRole(AriaRole.Article).GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await ShouldNotHaveBeenLoadedAgain(page);
        visitor.Faults.ShouldContain($"410 {Stream}");
        visitor.Expect([.. visitor.Faults.Where(fault =>
            fault == $"410 {Stream}" || fault.Contains("net::ERR_INTERNET_DISCONNECTED"))]);
    }

    [GeneratedRegex("/sign-in\\?why=ended&returnTo=%2Fkitchen%2Fk1$")]
    private static partial Regex SignInForTheBoard();
}
