using System.Text.Json.Nodes;
using Tiffin.Domain;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>The kitchen's board.</summary>
public sealed class BoardTests : ScreenTest
{
    [Fact]
    public async Task An_order_appears_is_bumped_and_is_ready_once_it_can_no_longer_be_undone()
    {
        var page = await Open();
        await Expect(page.GetByRole(AriaRole.Article)).ToHaveCountAsync(0);

        var order = await Place();
        var card = page.GetByRole(AriaRole.Article, new() { Name = $"Order #{order["number"]}" });
        await Expect(card).ToContainTextAsync("masala");
        await card.Locator(".bump").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).First.ClickAsync();
        await Expect(card).ToBeVisibleAsync();
        (await Status(order)).ShouldBe("accepted");

        await card.Locator(".bump").ClickAsync();
        await Expect(card).ToHaveCountAsync(0);

        await Eventually.Holds(async () => await Status(order) == "ready", () => "the order is not ready");
    }

    [Fact]
    public async Task Two_screens_of_a_kitchen_show_the_same_order_move()
    {
        var (one, other) = (await Open(), await Open());
        var order = await Place();
        await Expect(one.GetByRole(AriaRole.Article)).ToHaveCountAsync(1);
        await Expect(other.GetByRole(AriaRole.Article)).ToHaveCountAsync(1);

        await one.Locator("button.line").ClickAsync();

        await Expect(other.Locator("button.line")).ToHaveAttributeAsync("aria-pressed", "true");
        (await Status(order)).ShouldBe("preparing");
    }

    async Task<IPage> Open()
    {
        var visitor = await Visit(Device.Tablet);
        await visitor.SignIn(await Server.KeyOf(Role.Kitchen, ["k1"]));
        await visitor.Page.GotoAsync("/kitchen/k1");
        return visitor.Page;
    }

    Task<JsonNode> Place() => Server.Post("/v1/orders", SmallChain.Order());

    async Task<string> Status(JsonNode order) => (string)(await Server.Get($"/v1/orders/{order["id"]}"))["status"]!;
}
