using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>The kitchen's board.</summary>
public sealed class BoardTests : BoardScreenTest
{
    [Fact]
    public async Task An_order_appears_is_bumped_and_is_ready_once_it_can_no_longer_be_undone()
    {
        var page = (await Open(set: page => page.Clock.InstallAsync())).Page;
        await Expect(page.GetByRole(AriaRole.Article)).ToHaveCountAsync(0);

        var order = await Place();
        var card = page.GetByRole(AriaRole.Article, new() { Name = $"Order #{order["number"]}" });
        await Expect(card).ToContainTextAsync("masala");
        await StopTime(page);
        await card.Locator(".bump").ClickAsync();
        await Expect(page.Locator(".undo-bar li")).ToContainTextAsync("5 s");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).First.ClickAsync();
        await Expect(card).ToBeVisibleAsync();
        (await Status(order)).ShouldBe("accepted");

        await ResumeTime(page);
        await card.Locator(".bump").ClickAsync();
        await Expect(card).ToHaveCountAsync(0);

        await WillBeReady(order);
    }

    [Fact]
    public async Task A_change_on_one_screen_of_a_kitchen_appears_on_the_other()
    {
        var (one, other) = ((await Open()).Page, (await Open()).Page);
        var order = await Place();
        await Expect(one.GetByRole(AriaRole.Article)).ToHaveCountAsync(1);
        await Expect(other.GetByRole(AriaRole.Article)).ToHaveCountAsync(1);

        await one.Locator("button.line").ClickAsync();

        await Expect(other.Locator("button.line")).ToHaveAttributeAsync("aria-pressed", "true");
        (await Status(order)).ShouldBe("preparing");
    }

    // Fails if the orders are read twice, as they are if the script's request does not match the preload.
    [Fact]
    public async Task The_orders_are_read_once_and_before_the_script_asks_for_them()
    {
        await Place();
        var reads = 0;
        var page = (await Open(set: page =>
        {
            page.Request += (_, request) =>
            {
                if (request.Url.EndsWith("/v1/kitchens/k1/board", StringComparison.Ordinal)) reads++;
            };
            return Task.CompletedTask;
        })).Page;

        await Expect(page.GetByRole(AriaRole.Article)).ToHaveCountAsync(1);
        (await page.EvaluateAsync<string[]>("""
            performance.getEntriesByType("resource")
              .filter(({ name }) => name.endsWith("/v1/kitchens/k1/board")).map(({ initiatorType }) => initiatorType)
            """)).ShouldBe(["link"]);
        reads.ShouldBe(1);
    }

    // A busy server may refuse this list, which the board otherwise reads only every ten minutes.
    [Fact]
    public async Task Names_that_could_not_be_read_are_read_again()
    {
        var order = await Place();
        var reads = 0;
        var visitor = await Open(set: page => page.RouteAsync("**/v1/brands*", route =>
            Interlocked.Increment(ref reads) == 1 ? route.FulfillAsync(Blocked) : route.ContinueAsync()));

        await Expect(Card(visitor.Page, order)).ToContainTextAsync("Dosa Corner");

        visitor.Expect("403 GET /v1/brands");
    }
}
