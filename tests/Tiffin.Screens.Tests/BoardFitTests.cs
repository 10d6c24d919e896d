using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>Every touch target is large enough and on the screen, at each screen size and text size.</summary>
public sealed partial class BoardFitTests : BoardScreenTest
{
    /// <summary>The phone comes last: it has all buttons, and the next state is opened on it.</summary>
    static readonly (int Width, int Height)[] sizes = [(1280, 800), (1024, 768), (800, 1280), (390, 844)];

    protected override void Configure(WebApplicationBuilder builder) =>
        builder.Configuration["Tracking:HeartbeatInterval"] = "00:00:01";

    protected override async Task OpenChain()
    {
        await base.OpenChain();
        await Server.Pipeline.Submit(SmallChain.Kitchen("k2", Acceptance.Manual) with
        {
            Times = new() { PrepMinutes = 20, HandoverCodes = HandoverCodes.Optional },
        });
        await Server.Pipeline.Submit(new PutItem("plain", "dosa", "plain", null, ItemKind.Item,
            new Money(9000, "INR"), 500, [new RecipeLine("rice", 100)], [])
        {
            Caller = SmallChain.Admin,
            StationId = "tawa",
        });
    }

    [Theory]
    [InlineData(80, "en")]
    [InlineData(100, "en")]
    [InlineData(100, "hi")]
    [InlineData(160, "hi")]
    public async Task Everything_fits_and_can_be_touched(int zoom, string language)
    {
        var (ready, cooking) = (await PlaceAccepted("k2"), await PlaceAccepted("k2"));
        var cooked = await PlaceAccepted("k2");
        await PlaceAccepted("k2", DateTimeOffset.UtcNow.AddHours(5));
        foreach (var status in new[] { "preparing", "ready" }) await Move(ready, status);
        await Move(cooked, "preparing");
        var waiting = await Place("k2");
        var visitor = await Open("k2", Device.Phone, async page =>
        {
            await page.Clock.InstallAsync();
            await page.AddInitScriptAsync($"""
                localStorage.setItem('tiffin.zoom', '{zoom}');
                localStorage.setItem('tiffin.language', '{language}');
                """);
        });
        var page = visitor.Page;
        await Expect(Of(page, waiting).Locator(".deny")).ToBeVisibleAsync();
        await ShouldFit(page, "the cards");
        await PanelsShouldFit(page);

        await Press(Of(page, cooked).Locator(".card-title"));
        await Press(page.Locator(".details .quiet"));
        await ShouldFit(page, "an order and the reasons to cancel it");
        await page.Keyboard.PressAsync("Escape");
        await Press(Of(page, waiting).Locator(".deny"));
        await ShouldFit(page, "the reasons to deny an order");
        await Press(Of(page, waiting).Locator(".choices button").First);
        await Press(Of(page, waiting).Locator("[aria-pressed=false]").First);
        await ShouldFit(page, "the items that are out");
        await Move(cooked, "cancelled");
        await Expect(Of(page, cooked).Locator(".two button")).ToHaveCountAsync(2);
        await ShouldFit(page, "a cancelled order");

        await StopTime(page);
        await Press(Of(page, cooking).Locator(".bump"));
        await ShouldFit(page, "the undo bar", page.Locator(".undo-bar button"));
        await Press(Panels(page).Nth(2));
        await ShouldFit(page, "the last bumped orders", page.Locator(".panel .row button"));
        await page.Keyboard.PressAsync("Escape");

        visitor.Expect($"403 PUT /v1/orders/{cooking["id"]}/status");
        await page.RouteAsync(StatusOfAnOrder(), route => route.FulfillAsync(Blocked));
        await ResumeTime(page);
        await page.Clock.FastForwardAsync(6_000);
        await Expect(page.Locator(".link[data-link=doubtful]")).ToBeVisibleAsync();
        await page.Clock.FastForwardAsync(90_000);
        await Expect(page.Locator(".stuck")).ToBeVisibleAsync();
        await StopTime(page);
        await ShouldFit(page, "a tap that is stuck", page.Locator(".stuck"));
    }

    static async Task PanelsShouldFit(IPage page)
    {
        foreach (var (index, shows) in new[]
        {
            (0, ".row button"), (1, ".row button"), (3, ".ready-row button"), (4, ".choice a"), (5, ".settings"),
        })
        {
            await Press(Panels(page).Nth(index));
            var shown = page.Locator($".panel {shows}").First;
            if (index == 0) await Press(shown);
            await ShouldFit(page, $"panel {index}", shown);
            if (index == 3)
            {
                await Press(shown);
                await ShouldFit(page, "the keypad for a code", page.Locator(".keypad"));
            }
            await page.Keyboard.PressAsync("Escape");
        }
    }

    static async Task ShouldFit(IPage page, string what, ILocator? shown = null)
    {
        if (shown is not null) await Expect(shown).ToBeVisibleAsync();
        foreach (var (width, height) in sizes)
        {
            await page.SetViewportSizeAsync(width, height);
            await Eventually.Holds(() => page.EvaluateAsync<string[]>(Misfits), misfits => misfits.Length == 0,
                $"{what} at {width} x {height}");
        }
    }

    static ILocator Panels(IPage page) => page.Locator(".head-actions [aria-expanded]");

    static ILocator Of(IPage page, JsonNode order) => page.Locator($"[data-order='{order["id"]}']");

    /// <summary>
    /// Measures the page after it has been painted, when the columns have the width of the cards. Tolerates half a
    /// pixel of rounding.
    /// </summary>
    const string Misfits = """
        async () => {
          await new Promise((painted) => new IntersectionObserver(painted).observe(document.body));
          const name = (one) => `${one.className} "${one.textContent.slice(0, 40)}"`;
          const shown = (what) => [...document.querySelectorAll(what)].filter((one) => one.checkVisibility());
          const small = shown("button, a").flatMap((one) => {
            const { width, height } = one.getBoundingClientRect();
            const least = one.matches(".card-foot button, .accept-buttons .bump") ? 95.5 : 71.5;
            return width < 71.5 || height < least ? [`${name(one)} is ${width} x ${height}`] : [];
          });
          const close = [".top", ".cards-area", ".ready-rail", ".bottom", ".panel"].flatMap((layer) => {
            const all = shown(`${layer} button, ${layer} a`);
            return all.flatMap((one, index) => all.slice(index + 1).flatMap((other) => {
              const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
              const apart = Math.hypot(
                Math.max(0, a.left - b.right, b.left - a.right), Math.max(0, a.top - b.bottom, b.top - a.bottom));
              return apart < 11.5 ? [`${apart} px from ${name(one)} to ${name(other)}`] : [];
            }));
          });
          const wide = shown("html, .card, .panel, .panel-body, .head, .bottom li, button").flatMap((one) => {
            const over = one.scrollWidth - one.clientWidth;
            return over > 1 ? [`${name(one)} is ${over} px wider than its place`] : [];
          });
          return [...small, ...close, ...wide];
        }
        """;

    [GeneratedRegex("/v1/orders/[^/]+/status$")]
    private static partial Regex StatusOfAnOrder();
}
