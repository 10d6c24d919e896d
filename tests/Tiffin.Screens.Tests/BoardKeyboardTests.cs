using System.Text.Json.Nodes;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>The board without a mouse or touch.</summary>
public sealed class BoardKeyboardTests : BoardScreenTest
{
    [Fact]
    public async Task Cards_are_selected_bumped_and_undone()
    {
        JsonNode[] orders = [await Place(), await Place(), await Place()];
        var page = (await Open(set: page => page.Clock.InstallAsync())).Page;
        await Expect(page.GetByRole(AriaRole.Article)).ToHaveCountAsync(3);
        var keys = page.Keyboard;

        await StopTime(page);
        await keys.PressAsync("2");
        await Expect(Card(page, orders[1])).ToHaveCountAsync(0);
        await keys.PressAsync("Backspace");
        await Expect(Card(page, orders[1])).ToBeVisibleAsync();

        await ResumeTime(page);
        await keys.PressAsync("ArrowRight");
        await Expect(Card(page, orders[0])).ToBeFocusedAsync();
        await keys.PressAsync("ArrowRight");
        await Expect(Card(page, orders[1])).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await WillBeReady(orders[1]);
        (await Status(orders[0])).ShouldBe("accepted");

        await TabTo(page, Button(page, "Ready", orders[0]));
        await keys.PressAsync("Enter");
        await WillBeReady(orders[0]);
        (await Status(orders[2])).ShouldBe("accepted");

        await Expect(page.Locator(".undo-bar li")).ToHaveCountAsync(0);
        await keys.PressAsync("Backspace");
        var recall = page.GetByRole(AriaRole.Dialog, new() { Name = "Last bumped" });
        await Expect(recall).ToContainTextAsync($"#{orders[0]["number"]}");
        await keys.PressAsync("Escape");
        await Expect(recall).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task New_orders_are_accepted_and_denied()
    {
        var (accepted, denied) = (await Place("k2"), await Place("k2"));
        var page = (await Open("k2")).Page;

        await TabAndPress(page, Button(page, "Accept · 20 min", accepted));
        await Expect(Button(page, "Ready", accepted)).ToBeVisibleAsync();
        await TabAndPress(page, Button(page, "Deny", denied));
        await TabAndPress(page, Named(page, "Out of…"));
        await TabAndPress(page, Named(page, "masala"));
        await TabAndPress(page, Named(page, "Deny, and take 1 off"));

        await Eventually.Holds(() => Status(denied), status => status == "cancelled");
        await Eventually.Holds(() => Status(accepted), status => status == "accepted");
    }

    [Fact]
    public async Task An_order_is_handed_over_with_or_without_its_code_and_the_panel_returns_the_focus()
    {
        await Server.Pipeline.Submit(SmallChain.Kitchen("k1", Acceptance.Automatic) with
        {
            Times = new() { HandoverCodes = HandoverCodes.Optional },
        });
        var (coded, trusted) = (await Place(), await Place());
        foreach (var order in new[] { coded, trusted }) await Move(await Move(order, "preparing"), "ready");
        var code = (string)(await Server.Get($"/v1/orders/{coded["id"]}"))["collectionCode"]!;
        var page = (await Open()).Page;
        var panel = page.GetByRole(AriaRole.Dialog);

        await TabAndPress(page, Button(page, "Enter code", coded));
        await Expect(panel).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(Button(page, "Enter code", coded)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync(code);
        await Eventually.Holds(() => Status(coded), status => status == "out_for_delivery");
        await Expect(panel).ToHaveCountAsync(0);

        await TabAndPress(page, Button(page, "Enter code", trusted));
        await TabAndPress(page, Named(page, "Hand over without a code"));
        await Eventually.Holds(() => Status(trusted), status => status == "out_for_delivery");
    }

    [Fact]
    public async Task An_item_is_searched_taken_off_and_put_back()
    {
        var page = (await Open()).Page;
        await TabAndPress(page, Named(page, "86 Items off"));
        await TabTo(page, page.GetByRole(AriaRole.Searchbox));
        await page.Keyboard.TypeAsync("masala");
        await TabAndPress(page, Named(page, "Take off: masala"));
        await TabAndPress(page, Named(page, "1 hour"));
        await Eventually.Holds(IsOn, isOn => !isOn);
        await TabAndPress(page, Named(page, "Put back: masala"));
        await Eventually.Holds(IsOn, isOn => isOn);

        await page.Keyboard.PressAsync("Escape");

        await Expect(Named(page, "86 Items off")).ToBeFocusedAsync();

        async Task<bool> IsOn() => (await Server.Get("/v1/kitchens/k1/menu"))["data"]!.AsArray()
            .Single(one => (string)one!["itemId"]! == "masala")!["available"]!.GetValue<bool>();
    }

    [Fact]
    public async Task An_order_is_promised_later_and_cancelled_from_its_details()
    {
        await PromiseTimes();
        var order = await Place();
        var page = (await Open()).Page;
        var title = Card(page, order).Locator(".card-title");

        await TabAndPress(page, title);
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeFocusedAsync();
        await TabAndPress(page, Button(page, "+10 min", order));
        await Eventually.Holds(
            async () => (await Server.Get($"/v1/orders/{order["id"]}"))["promise"]!["moved"]!.GetValue<int>(),
            moved => moved == 1);
        await page.Keyboard.PressAsync("Escape");
        await Expect(title).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("Enter");
        await TabAndPress(page, Named(page, "Cancel order"));
        await TabAndPress(page, Named(page, "Equipment broken"));
        await Eventually.Holds(() => Status(order), status => status == "cancelled");
    }

    [Fact]
    public async Task A_bump_is_recalled_and_a_setting_and_a_key_are_changed()
    {
        var order = await Place();
        var page = (await Open(set: page => page.Clock.InstallAsync())).Page;
        await StopTime(page);
        await TabAndPress(page, Button(page, "Ready", order));
        await TabAndPress(page, Named(page, "Recall"));
        await TabAndPress(page, Button(page.GetByRole(AriaRole.Dialog), "Undo", order));
        await Expect(Card(page, order)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(Named(page, "Recall")).ToBeFocusedAsync();

        await ResumeTime(page);
        await TabAndPress(page, Named(page, "Settings"));
        await TabAndPress(page, Named(page, "Dark"));
        await Expect(page.Locator("html[data-theme=dark]")).ToHaveCountAsync(1);
        await TabAndPress(page, page.GetByRole(AriaRole.Button, new() { Name = "Bump the selected card" }));
        await page.Keyboard.PressAsync("x");
        await page.Keyboard.PressAsync("Escape");
        await Expect(Named(page, "Settings")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("x");
        await WillBeReady(order);
    }

    static ILocator Named(IPage page, string name) =>
        page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
