using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>What a board stores on its device, and what it needs from it.</summary>
public sealed class BoardDeviceTests : BoardScreenTest
{
    // Fails if a setting is not kept, or has no effect.
    [Fact]
    public async Task Settings_survive_a_reload_and_the_limits_of_plain_HTTP_are_explained_once()
    {
        var order = await Place();
        // The notice disappears by itself, so the time of the page is stopped until the test has seen it.
        var page = (await Open(set: async page =>
        {
            await page.AddInitScriptAsync("""
                Object.defineProperty(window, "isSecureContext", { value: false });
                delete Navigator.prototype.wakeLock;
                """);
            await page.Clock.SetFixedTimeAsync(DateTime.UtcNow);
        })).Page;
        var notice = page.Locator(".notices li");
        await Expect(notice).ToContainTextAsync("Over plain HTTP the browser cannot keep the screen on");
        await ResumeTime(page);
        await page.Locator(".head-actions [aria-expanded]").Last.ClickAsync();
        var settings = page.Locator(".settings");
        await Expect(settings).ToContainTextAsync("This browser cannot keep the screen on");
        foreach (var choice in new[] { "Low", "A+ Larger", "Dark" })
            await settings.GetByRole(AriaRole.Button, new() { Name = choice, Exact = true }).ClickAsync();
        await settings.GetByRole(AriaRole.Button, new() { Name = "Bump the selected card" }).ClickAsync();
        await page.Keyboard.PressAsync("x");
        await Expect(settings.Locator("kbd").First).ToHaveTextAsync("x");
        await settings.GetByRole(AriaRole.Button, new() { Name = "हिन्दी" }).ClickAsync();

        await page.ReloadAsync();
        await ShouldBe(page, "live");

        await Expect(page.Locator("html[data-zoom='115'][data-theme=dark][lang=hi]")).ToHaveCountAsync(1);
        await Expect(notice).ToHaveCountAsync(0);
        await page.Locator(".head-actions [aria-expanded]").Last.ClickAsync();
        await Expect(settings.Locator("[aria-pressed=true]")).ToHaveTextAsync(["धीमी", "गहरी", "हिन्दी"]);
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".undo-bar li")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("x");
        await Expect(page.Locator($"[data-order='{order["id"]}']")).ToHaveCountAsync(0);
        await WillBeReady(order);
    }

    // Fails if the lock is not taken, or not taken again: the browser releases it when the page is hidden.
    [Fact]
    public async Task The_wake_lock_is_taken_again_when_the_page_is_shown_again()
    {
        var page = (await Open(set: page => page.AddInitScriptAsync("""
            window.locks = [];
            const wakeLock = { request: async (type) => window.locks.push(type) };
            Object.defineProperty(navigator, "wakeLock", { value: wakeLock });
            """))).Page;
        await Eventually.Holds(Locks, locks => locks is ["screen"]);

        await page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");

        await Eventually.Holds(Locks, locks => locks is ["screen", "screen"]);

        Task<string[]> Locks() => page.EvaluateAsync<string[]>("window.locks");
    }
}
