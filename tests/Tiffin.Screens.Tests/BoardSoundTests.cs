using Microsoft.AspNetCore.Builder;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>What a cook hears without looking at the board.</summary>
public sealed class BoardSoundTests : BoardScreenTest
{
    protected override void Configure(WebApplicationBuilder builder) =>
        builder.Configuration["Tracking:HeartbeatInterval"] = "01:00:00";

    // Fails without the bar, and if a tone, a reminder or an alarm is missing, or is heard although the board is muted.
    [Fact]
    public async Task A_new_order_is_heard_once_the_screen_was_touched_and_again_until_it_is_accepted()
    {
        var page = (await Open("k2", set: async page =>
        {
            await page.Clock.InstallAsync();
            await page.AddInitScriptAsync("""
                window.tones = 0;
                const { start } = OscillatorNode.prototype;
                OscillatorNode.prototype.start = function (...when) {
                  window.tones++;
                  start.apply(this, when);
                };
                """);
        })).Page;
        var bar = page.GetByRole(AriaRole.Button, new() { Name = "Tap for sound" });
        (await bar.BoundingBoxAsync())!.Width.ShouldBe(Device.Tablet.Width);
        await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).TapAsync();
        await Expect(bar).ToHaveCountAsync(0);
        (await Tones()).ShouldBe(0);

        // No tone is due before the clock is moved: without heartbeats the page does not learn the server's time.
        await page.Clock.PauseAtAsync(DateTime.UtcNow.AddSeconds(10));
        var order = await Place("k2");
        await Expect(Card(page, order)).ToBeVisibleAsync();
        await ShouldHaveHeard(2, "the arrival");
        await page.Clock.PauseAtAsync(((DateTimeOffset)order["nudgeAt"]!).UtcDateTime.AddSeconds(15));
        await ShouldHaveHeard(4, "the reminder after 60 s");
        await page.Clock.FastForwardAsync(95_000);
        await ShouldHaveHeard(8, "the alarm from 90 s on");

        await page.GetByRole(AriaRole.Button, new() { Name = "Settings" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Mute" }).ClickAsync();
        await Expect(Card(page, await Place("k2"))).ToBeVisibleAsync();
        await page.Clock.FastForwardAsync(200_000);
        (await Tones()).ShouldBe(8, "muted");

        Task<int> Tones() => page.EvaluateAsync<int>("window.tones");

        // The page's clock is paused, so no more tones follow.
        Task ShouldHaveHeard(int count, string what) => Eventually.Holds(Tones, tones => tones == count, what);
    }
}
