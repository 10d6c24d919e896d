using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>What a cook does with the board in a shift, besides bumping.</summary>
public sealed class BoardShiftTests : BoardScreenTest
{
    [Fact]
    public async Task A_new_order_is_accepted_with_the_minutes_that_the_cook_chooses()
    {
        await Set(Acceptance.Manual, new());
        var page = (await Open()).Page;
        var order = await Place();

        await Button(page, "Accept · 20 min", order).ClickAsync();

        await Expect(Button(page, "Ready", order)).ToBeVisibleAsync();
        await Eventually.Holds(() => Status(order), status => status == "accepted");
        var promise = (await Server.Get($"/v1/orders/{order["id"]}"))["promise"]!;
        var minutes = (DateTimeOffset)promise["readyAt"]! - (DateTimeOffset)order["placedAt"]!;
        minutes.ShouldBeInRange(TimeSpan.FromMinutes(19), TimeSpan.FromMinutes(22));
    }

    [Fact]
    public async Task A_denial_takes_the_item_off_and_undo_takes_back_both()
    {
        await Set(Acceptance.Manual, new());
        var page = (await Open()).Page;
        var order = await Place();

        await Deny(page, order);
        await Press(page, $"Undo: order #{order["number"]}");
        await Expect(Card(page, order)).ToBeVisibleAsync();
        (await Status(order)).ShouldBe("placed");
        (await IsOn("masala")).ShouldBeTrue();

        await Deny(page, order);

        await Eventually.Holds(() => Status(order), status => status == "cancelled");
        await Eventually.Holds(() => IsOn("masala"), isOn => !isOn);
        (await IsOn("plain")).ShouldBeTrue();
    }

    [Fact]
    public async Task The_courier_s_code_hands_the_order_over_and_a_wrong_one_does_not()
    {
        await Set(Acceptance.Automatic, new() { HandoverCodes = HandoverCodes.Required });
        var visitor = await Open();
        var page = visitor.Page;
        var order = await Place();
        await Move(order, "preparing");
        await Move(order, "ready");
        await Server.Put($"/v1/orders/{order["id"]}/courier", new { courierId = "ravi", name = "Ravi Menon" });
        var code = (string)(await Server.Get($"/v1/orders/{order["id"]}"))["collectionCode"]!;

        await Press(page, $"Enter code: order #{order["number"]}");
        await page.Keyboard.TypeAsync(code == "0000" ? "0001" : "0000");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("That is not the code.");
        (await Status(order)).ShouldBe("ready");
        await page.Keyboard.TypeAsync(code);

        await Expect(page.GetByLabel("Code")).ToHaveCountAsync(0);
        await Eventually.Holds(() => Status(order), status => status == "out_for_delivery");
        visitor.Expect($"422 PUT /v1/orders/{order["id"]}/status");
    }

    [Fact]
    public async Task Done_at_a_station_is_not_ready_before_the_pass_says_so()
    {
        await Server.Pipeline.Submit(new PutItem("masala", "dosa", "masala", null, ItemKind.Item,
            new Money(12000, "INR"), 500, [new RecipeLine("rice", 100)], [])
        {
            Caller = SmallChain.Admin,
            StationId = "tawa",
        });
        var pass = (await Open()).Page;
        var station = (await Open()).Page;
        await station.GotoAsync("/kitchen/k1?station=tawa");
        await ShouldBe(station, "live");
        var order = await Place();

        await Button(station, "Done", order).ClickAsync();
        await Expect(Card(station, order)).ToHaveCountAsync(0);

        await Expect(pass.Locator("button.line")).ToHaveAttributeAsync("aria-pressed", "true");
        (await Status(order)).ShouldBe("preparing");
        await Bump(pass, order);
        await WillBeReady(order);
    }

    [Fact]
    public async Task A_station_that_no_item_has_is_not_an_empty_board()
    {
        var page = (await Open()).Page;

        await page.GotoAsync("/kitchen/k1?station=tandoor");

        await Expect(page.GetByText("No item is made at the station “tandoor”")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_line_that_makes_the_order_ready_by_itself_can_be_taken_back()
    {
        await Set(Acceptance.Automatic, new() { ReadyWhenDone = true });
        var page = (await Open()).Page;
        var order = await Place();

        await page.Locator("button.line").ClickAsync();
        await Press(page, $"Undo: order #{order["number"]}");
        await Expect(page.Locator("button.line")).ToHaveAttributeAsync("aria-pressed", "false");
        (await Status(order)).ShouldBe("accepted");

        await page.Locator("button.line").PressAsync("Enter");
        await WillBeReady(order);
    }

    [Fact]
    public async Task A_tap_that_bounces_does_not_take_back_what_the_first_one_did()
    {
        var page = (await Open()).Page;
        var order = await Place();

        await page.Locator("button.line").DblClickAsync();

        await Eventually.Holds(() => Status(order), status => status == "preparing");
        await Expect(page.Locator("button.line")).ToHaveAttributeAsync("aria-pressed", "true");
    }

    async Task Deny(IPage page, JsonNode order)
    {
        await Press(page, $"Deny: order #{order["number"]}");
        await Press(page, "Out of…");
        await Press(page, "masala");
        await Press(page, "Deny, and take 1 off");
        await Expect(Card(page, order)).ToHaveCountAsync(0);
    }

    // By key: two taps so fast on one spot would be one that bounced.
    static Task Press(IPage page, string name) =>
        page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).PressAsync("Enter");

    async Task Set(Acceptance acceptance, KitchenTimes times) =>
        await Server.Pipeline.Submit(SmallChain.Kitchen("k1", acceptance) with { Times = times });

    async Task<bool> IsOn(string item) => (await Server.Get("/v1/kitchens/k1/menu"))["data"]!.AsArray()
        .Single(one => (string)one!["itemId"]! == item)!["available"]!.GetValue<bool>();
}
