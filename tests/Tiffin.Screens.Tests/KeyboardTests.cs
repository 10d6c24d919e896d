using System.Net;
using Tiffin.Domain;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>
/// The main tasks at the door, in stock and in operations, without a mouse or touch. The board has its own tests.
/// </summary>
public sealed class KeyboardTests : ScreenTest
{
    [Fact]
    public async Task Waste_is_booked_with_the_keyboard_only()
    {
        var page = await Open(Role.Kitchen, "/stock/k1");
        await TabTo(page, page.GetByRole(AriaRole.Tab, new() { Name = "Now" }));
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.GetByRole(AriaRole.Tab, new() { Name = "Waste" })).ToBeFocusedAsync();

        await TabAndPress(page, page.Locator(".tile").Filter(new() { HasText = "Rice batter" }));
        await TabAndPress(page, page.GetByRole(AriaRole.Button, new() { Name = "Burnt" }));
        await TabTo(page, page.GetByLabel("Quantity of Rice batter"));
        await page.Keyboard.TypeAsync("250");
        await ChooseGrams(page);
        await ShouldSay(page, "Waste recorded", () => TabAndPress(page, page.Locator("button.book")));
        await Eventually.Holds(OnHand, level => level == 9_750);
    }

    [Fact]
    public async Task A_shelf_is_counted_with_the_keyboard_only()
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
        await TabAndPress(page, page.GetByRole(AriaRole.Button, new() { Name = "Review 1 line" }));
        await ShouldSay(page, "Count committed",
            () => TabAndPress(page, page.GetByRole(AriaRole.Button, new() { Name = "Commit 1 line" })));
        await Eventually.Holds(OnHand, level => level == 9_700);
    }

    [Fact]
    public async Task A_kitchen_is_opened_and_an_order_accepted_with_the_keyboard_only()
    {
        var order = await Server.Post("/v1/orders", SmallChain.Order("k2"));
        var page = await Open(Role.Manager, "/operations");
        var panel = page.Locator(".panel");

        await TabAndPress(page, page.GetByRole(AriaRole.Button, new() { Name = "k2", Exact = true }));
        await Expect(panel).ToBeFocusedAsync();
        await TabAndPress(page, panel.Locator(".order-list button"));
        await Expect(panel).ToBeFocusedAsync();
        await ShouldSay(page, $"Order #{order["number"]} accepted",
            () => TabAndPress(page, panel.GetByRole(AriaRole.Button, new() { Name = "Accept", Exact = true })));
        ((string)(await Server.Get($"/v1/orders/{order["id"]}"))["status"]!).ShouldBe("accepted");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page).ToHaveURLAsync("/operations?kitchen=k2");
        await page.Keyboard.PressAsync("Escape");
        await Expect(panel).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "k2", Exact = true })).ToBeFocusedAsync();
    }

    // Fails if the focus stays where the panel was: the next Tab then starts at the top of the page.
    [Fact]
    public async Task Attention_items_are_handled_with_the_keyboard_only_and_the_focus_returns_from_the_panel()
    {
        var order = await Server.Post("/v1/orders", SmallChain.Order());
        foreach (var status in new[] { "preparing", "ready", "out_for_delivery" })
            await Server.Put($"/v1/orders/{order["id"]}/status", new { status });
        await Server.Post($"/v1/orders/{order["id"]}/delivery-attempts", new { outcome = "refused" },
            HttpStatusCode.OK);
        await Server.Put("/v1/kitchens/k2/mode", new { mode = "paused" });
        var page = await Open(Role.Manager, "/operations");
        var decide = Row($"Delivery of #{order["number"]} failed").GetByRole(AriaRole.Button);
        var resume = Row("Not taking orders since").GetByRole(AriaRole.Button);

        await ShouldSay(page, "k2 takes orders again", () => TabAndPress(page, resume));
        await Expect(resume).ToHaveCountAsync(0);
        ((string)(await Server.Get("/v1/kitchens/k2"))["mode"]!["mode"]!).ShouldBe("online");
        await TabAndPress(page, decide);
        await Expect(page.Locator(".panel")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("Escape");
        await Expect(decide).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("Enter");
        await TabAndPress(page, page.GetByRole(AriaRole.Button, new() { Name = "Try again" }));
        await Expect(decide).ToHaveCountAsync(0);
        await TabAndPress(page, page.Locator(".panel").GetByRole(AriaRole.Button, new() { Name = "Close" }));
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "k1", Exact = true })).ToBeFocusedAsync();

        ILocator Row(string text) => page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = text });
    }

    [Fact]
    public async Task A_delivery_is_booked_with_the_keyboard_only()
    {
        var page = await Open(Role.Manager, "/stock/k1?tab=receive");
        await TabTo(page, page.GetByRole(AriaRole.Searchbox));
        await page.Keyboard.TypeAsync("rice");
        await TabAndPress(page, page.GetByRole(AriaRole.Button, new() { Name = "Rice batter" }));
        await ChooseGrams(page);
        await TabTo(page, page.GetByLabel("Pack size"));
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("2500");
        await TabTo(page, page.GetByLabel("Packs"));
        await page.Keyboard.TypeAsync("2");
        await ShouldSay(page, "Delivery booked", () => page.Keyboard.PressAsync("Enter"));
        await Eventually.Holds(OnHand, level => level == 15_000);
    }

    [Fact]
    public async Task An_item_is_taken_off_and_put_back_with_the_keyboard_only()
    {
        var page = await Open(Role.Kitchen, "/stock/k1?tab=off");
        await TabTo(page, page.GetByRole(AriaRole.Searchbox));
        await page.Keyboard.TypeAsync("masala");
        await TabAndPress(page, page.GetByRole(AriaRole.Button, new() { Name = "86 masala" }));
        await ShouldSay(page, "masala is off",
            () => TabAndPress(page, page.GetByRole(AriaRole.Button, new() { Name = "For 1 hour" })));
        await Eventually.Holds(IsOn, isOn => !isOn);

        await TabAndPress(page, page.GetByRole(AriaRole.Button, new() { Name = "Put back on" }));
        await Eventually.Holds(IsOn, isOn => isOn);

        async Task<bool> IsOn() => (await Server.Get("/v1/kitchens/k1/menu"))["data"]!.AsArray()
            .Single(one => (string)one!["itemId"]! == "masala")!["available"]!.GetValue<bool>();
    }

    [Fact]
    public async Task A_manager_signs_in_pairs_a_tablet_and_revokes_it_with_the_keyboard_only()
    {
        var tablet = (await Visit(Device.Tablet)).Page;
        await tablet.GotoAsync("/pair");
        var code = await tablet.Locator(".user-code").TextContentAsync();
        var page = (await Visit(Device.Tablet)).Page;
        await page.GotoAsync("/sign-in");
        await TabTo(page, page.GetByLabel("Access key"));
        await page.Keyboard.TypeAsync(await Server.KeyOf(Role.Manager, ["k1", "k2"]));
        await page.Keyboard.PressAsync("Enter");
        await TabTo(page, page.GetByLabel("Code", new() { Exact = true }));
        await page.Keyboard.TypeAsync(code!);
        await TabTo(page, page.GetByLabel("Name"));
        await page.Keyboard.TypeAsync("Tandoor");
        await page.Keyboard.PressAsync("Enter");
        await Expect(tablet).ToHaveURLAsync("/kitchen/k1");
        await tablet.CloseAsync();
        await page.ReloadAsync();

        var revoke = page.GetByRole(AriaRole.Button, new() { Name = "Revoke Tandoor" });
        var question = page.GetByRole(AriaRole.Alertdialog);
        await TabAndPress(page, revoke);
        await Expect(question.GetByRole(AriaRole.Button, new() { Name = "Keep" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(revoke).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Shift+Tab");
        await Expect(question.GetByRole(AriaRole.Button, new() { Name = "Revoke" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByText("No screen is paired.")).ToBeVisibleAsync();
        (await Server.Get("/v1/devices"))["data"]!.AsArray().ShouldBeEmpty();
    }

    async Task<IPage> Open(Role role, string address)
    {
        var visitor = await Visit(Device.Tablet);
        await visitor.SignIn(await Server.KeyOf(role, ["k1", "k2"]));
        await visitor.Page.GotoAsync(address);
        await Expect(visitor.Page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();
        return visitor.Page;
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
