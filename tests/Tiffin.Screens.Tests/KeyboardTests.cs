using Tiffin.Domain;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>The main work at stock and operations without mouse and touch. The board has a test of its own.</summary>
public sealed class KeyboardTests : ScreenTest
{
    [Fact]
    public async Task Waste_is_booked_with_the_keyboard_alone()
    {
        var page = await Open(Role.Kitchen, "/stock/k1");
        await TabTo(page, page.GetByRole(AriaRole.Tab, new() { Name = "Now" }));
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.GetByRole(AriaRole.Tab, new() { Name = "Waste" })).ToBeFocusedAsync();

        await Press(page, page.Locator(".tile").Filter(new() { HasText = "Rice batter" }));
        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = "Burnt" }));
        await TabTo(page, page.GetByLabel("Quantity of Rice batter"));
        await page.Keyboard.TypeAsync("250");
        await ChooseGrams(page);
        await ShouldSay(page, "Waste recorded", () => Press(page, page.Locator("button.book")));
        await Eventually.Holds(OnHand, level => level == 9_750);
    }

    [Fact]
    public async Task A_shelf_is_counted_with_the_keyboard_alone()
    {
        var page = await Open(Role.Manager, "/stock/k1");
        await TabTo(page, page.GetByRole(AriaRole.Tab, new() { Name = "Now" }));
        foreach (var name in new[] { "Receive", "Count" })
        {
            await page.Keyboard.PressAsync("ArrowRight");
            await Expect(page.GetByRole(AriaRole.Tab, new() { Name = name })).ToBeFocusedAsync();
        }

        await ChooseGrams(page);
        await page.Keyboard.PressAsync("Shift+Tab");
        await Expect(page.GetByLabel("Counted: Rice batter")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("9700");
        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = "Review 1 line" }));
        await ShouldSay(page, "Count committed",
            () => Press(page, page.GetByRole(AriaRole.Button, new() { Name = "Commit 1 line" })));
        await Eventually.Holds(OnHand, level => level == 9_700);
    }

    [Fact]
    public async Task A_kitchen_is_looked_into_and_an_order_accepted_with_the_keyboard_alone()
    {
        var order = await Server.Post("/v1/orders", SmallChain.Order("k2"));
        var page = await Open(Role.Manager, "/operations");
        var panel = page.Locator(".panel");

        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = "k2", Exact = true }));
        await Expect(panel).ToBeFocusedAsync();
        await Press(page, panel.Locator(".order-list button"));
        await Expect(panel).ToBeFocusedAsync();
        await ShouldSay(page, $"Order #{order["number"]} accepted",
            () => Press(page, panel.GetByRole(AriaRole.Button, new() { Name = "Accept", Exact = true })));
        ((string)(await Server.Get($"/v1/orders/{order["id"]}"))["status"]!).ShouldBe("accepted");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page).ToHaveURLAsync("/operations?kitchen=k2");
        await page.Keyboard.PressAsync("Escape");
        await Expect(panel).ToHaveCountAsync(0);
    }

    async Task<IPage> Open(Role role, string address)
    {
        var visitor = await Visit(Device.Tablet);
        await visitor.SignIn(await Server.KeyOf(role, ["k1", "k2"]));
        await visitor.Page.GotoAsync(address);
        await Expect(visitor.Page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();
        return visitor.Page;
    }

    static async Task Press(IPage page, ILocator button)
    {
        await TabTo(page, button);
        await page.Keyboard.PressAsync("Enter");
    }

    async Task ChooseGrams(IPage page)
    {
        var unit = page.GetByLabel("Unit of Rice batter");
        await TabTo(page, unit);
        await page.Keyboard.TypeAsync("g");
        (await unit.EvaluateAsync<string>("one => one.selectedOptions[0].textContent")).ShouldBe("g");
    }

    async Task<long> OnHand() => (await Server.Get("/v1/kitchens/k1/stock/rice"))["onHand"]!.GetValue<long>();
}
