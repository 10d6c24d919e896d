using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>What a cook does with the board in a shift, besides bumping.</summary>
public sealed partial class BoardShiftTests : BoardScreenTest
{
    [Fact]
    public async Task A_new_order_is_accepted_with_the_minutes_that_the_cook_chooses()
    {
        await Set(Acceptance.Manual, new());
        var page = (await Open()).Page;
        var order = await Place();
        await Expect(Card(page, order).GetByRole(AriaRole.Timer)).ToBeVisibleAsync();
        await Expect(Card(page, order)).ToContainTextAsync("masala");
        await Expect(page.Locator("button.line")).ToHaveCountAsync(0);

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
        var page = (await Open(set: page => page.Clock.InstallAsync())).Page;
        var order = await Place();

        await StopTime(page);
        await Deny(page, order);
        await Press(page, $"Undo: order #{order["number"]}");
        await Expect(Card(page, order)).ToBeVisibleAsync();
        (await Status(order)).ShouldBe("placed");
        (await IsOn("masala")).ShouldBeTrue();

        await ResumeTime(page);
        await Deny(page, order);

        await Eventually.Holds(() => Status(order), status => status == "cancelled");
        await Eventually.Holds(() => IsOn("masala"), isOn => !isOn);
        (await IsOn("plain")).ShouldBeTrue();
    }

    [Fact]
    public async Task The_couriers_code_hands_the_order_over_and_a_wrong_one_does_not()
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

    // The key closes an open panel, or else opens the list.
    [Fact]
    public async Task The_panel_of_a_hand_over_is_closed_when_another_screen_hands_the_order_over()
    {
        await Set(Acceptance.Automatic, new() { HandoverCodes = HandoverCodes.Optional });
        var page = (await Open()).Page;
        var order = await Place();
        await Move(order, "preparing");
        await Move(order, "ready");
        await Press(page, $"Enter code: order #{order["number"]}");
        await Expect(page.Locator(".hand-over")).ToBeVisibleAsync();

        await Server.Put($"/v1/orders/{order["id"]}/status", new { status = "out_for_delivery", @override = "seen" });

        await Expect(page.Locator(".hand-over")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("-");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
    }

    // Fails if the panel closes without an answer, as it does after the right code.
    [Fact]
    public async Task A_code_that_could_not_be_checked_is_reported_and_the_cook_decides()
    {
        await Set(Acceptance.Automatic, new() { HandoverCodes = HandoverCodes.Required });
        var visitor = await Open(set: page => page.Clock.InstallAsync());
        var page = visitor.Page;
        var order = await Place();
        visitor.Expect($"503 PUT /v1/orders/{order["id"]}/status", $"422 PUT /v1/orders/{order["id"]}/status");
        await Move(order, "preparing");
        await Move(order, "ready");
        await Server.Put($"/v1/orders/{order["id"]}/courier", new { courierId = "ravi", name = "Ravi Menon" });
        var code = (string)(await Server.Get($"/v1/orders/{order["id"]}"))["collectionCode"]!;
        var problem = page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert);

        await page.RouteAsync(StatusOfAnOrder(), Away);
        await Press(page, $"Enter code: order #{order["number"]}");
        await page.Keyboard.TypeAsync(code == "0000" ? "0001" : "0000");
        await Expect(problem).ToContainTextAsync("The code was not checked");
        (await visitor.AxeViolations()).ShouldBeEmpty();
        await page.UnrouteAsync(StatusOfAnOrder());
        await Press(page, "Try again");
        await Expect(problem).ToContainTextAsync("That is not the code.");
        (await Status(order)).ShouldBe("ready");

        await page.RouteAsync(StatusOfAnOrder(), Away);
        await page.Keyboard.TypeAsync(code);
        await StopTime(page);
        await Press(page, "Hand over anyway");
        await Expect(Button(page, "Undo", order)).ToBeVisibleAsync();
        (await Status(order)).ShouldBe("ready");
        await page.UnrouteAsync(StatusOfAnOrder());
        await ResumeTime(page);
        await Eventually.Holds(() => Status(order), status => status == "out_for_delivery");

        static Task Away(IRoute route) => route.FulfillAsync(new() { Status = 503 });
    }

    // Fails if the bar shows fewer bumps than were tapped within its five seconds.
    [Fact]
    public async Task Each_of_five_fast_bumps_can_be_taken_back()
    {
        JsonNode[] orders = [await Place(), await Place(), await Place(), await Place(), await Place()];
        var page = (await Open(set: page => page.Clock.InstallAsync())).Page;
        await Expect(page.GetByRole(AriaRole.Article)).ToHaveCountAsync(5);
        await StopTime(page);

        foreach (var key in new[] { "1", "2", "3", "4", "5" }) await page.Keyboard.PressAsync(key);
        await Expect(page.Locator(".undo-bar li")).ToHaveCountAsync(5);
        await Press(page, $"Undo: order #{orders[0]["number"]}");

        await Expect(Card(page, orders[0])).ToBeVisibleAsync();
        await Expect(page.Locator(".undo-bar li")).ToHaveCountAsync(4);
    }

    // Fails if Recall does not list a held bump, does not undo it, or offers to undo a final one.
    [Fact]
    public async Task Recall_at_the_pass_takes_back_a_bump_that_is_held_and_lists_one_that_is_final()
    {
        var page = (await Open(set: page => page.Clock.InstallAsync())).Page;
        var order = await Place();
        var recall = page.GetByRole(AriaRole.Dialog, new() { Name = "Last bumped" });

        await StopTime(page);
        await Bump(page, order);
        await Press(page, "Recall");
        await Button(recall, "Undo", order).PressAsync("Enter");
        await Expect(Card(page, order)).ToBeVisibleAsync();
        (await Status(order)).ShouldBe("accepted");
        await Expect(recall).ToContainTextAsync("Nothing was bumped yet.");

        await ResumeTime(page);
        await Bump(page, order);
        await WillBeReady(order);
        await Expect(recall).ToContainTextAsync($"#{order["number"]}");
        await Expect(recall.GetByRole(AriaRole.Listitem).GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
    }

    // Fails if the card stays, if nothing is booked, or if food that was not cooked is booked.
    [Fact]
    public async Task A_cancelled_order_stays_until_it_is_confirmed_and_food_thrown_away_is_booked()
    {
        var page = (await Open()).Page;
        var (seen, thrown) = (await Place(), await Place());
        await Move(thrown, "preparing");
        foreach (var order in new[] { seen, thrown })
            await Server.Put($"/v1/orders/{order["id"]}/status", new { status = "cancelled", reason = "changed_mind" });

        await Press(page, $"Got it: order #{seen["number"]}");
        await Expect(Card(page, seen)).ToHaveCountAsync(0);
        await Expect(Card(page, thrown).GetByRole(AriaRole.Alert)).ToContainTextAsync("Cancelled");
        await Press(page, "Thrown away");

        await Expect(Card(page, thrown)).ToHaveCountAsync(0);
        await Eventually.Holds(() => Wasted("potato"), wasted => wasted is [-50]);
    }

    // Fails if the idempotency key depends on the tablet: each tablet has its own session.
    [Fact]
    public async Task Food_that_two_tablets_throw_away_is_booked_once()
    {
        var (one, other) = ((await Open()).Page, (await Open()).Page);
        var (order, later) = (await Place(), await Server.Post("/v1/orders", SmallChain.Order(quantity: 2)));
        foreach (var thrown in new[] { order, later })
        {
            await Move(thrown, "preparing");
            await Move(thrown, "cancelled");
        }
        await Expect(ThrowAway(other, order)).ToBeVisibleAsync();

        await ThrowAway(one, order).PressAsync("Enter");
        await Eventually.Holds(() => Wasted("potato"), wasted => wasted is [-50]);
        await ThrowAway(other, order).PressAsync("Enter");
        await ThrowAway(other, later).PressAsync("Enter");

        // Taps are sent in order.
        await Eventually.Holds(() => Wasted("potato"), wasted => wasted.Contains(-100));
        (await Wasted("potato")).ShouldBe([-100, -50]);
        await Expect(other.Locator(".notices li")).ToHaveCountAsync(0);

        ILocator ThrowAway(IPage page, JsonNode thrown) =>
            Card(page, thrown).GetByRole(AriaRole.Button, new() { Name = "Thrown away" });
    }

    [Fact]
    public async Task Items_that_are_off_can_be_found_and_put_back_during_a_pause()
    {
        await Server.Put("/v1/kitchens/k1/items/masala/availability", new { available = false });
        await Server.Put("/v1/kitchens/k1/mode", new { mode = "paused" });
        var page = (await Open()).Page;
        await Press(page, "86 Items off");
        var rows = page.GetByRole(AriaRole.Dialog).Locator(".row");
        await Expect(rows).ToHaveCountAsync(3);
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("The kitchen is paused");
        await Expect(rows.First).ToContainTextAsync(new Regex("masala.*off until further notice"));
        await Expect(page.Locator(".row[data-off=true]")).ToHaveCountAsync(1);

        await Press(page, "Put back: masala");

        await Expect(page.Locator(".row[data-off=true]")).ToHaveCountAsync(0);
        await Server.Put("/v1/kitchens/k1/mode", new { mode = "online" });
        await Eventually.Holds(() => IsOn("masala"), isOn => isOn);
    }

    // Fails if Recall at a station does not set the line back.
    [Fact]
    public async Task An_order_done_at_a_station_is_not_ready_until_the_pass_bumps_it_and_can_be_recalled()
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

        await Press(station, "Recall");
        await Press(station, $"Recall: order #{order["number"]}");
        await Expect(station.Locator("button.line")).ToHaveAttributeAsync("data-state", "started");
        await Expect(pass.Locator("button.line")).ToHaveAttributeAsync("data-state", "started");
        await Bump(pass, order);
        await WillBeReady(order);
    }

    [Fact]
    public async Task An_unknown_station_is_reported_instead_of_an_empty_board()
    {
        var page = (await Open()).Page;

        await page.GotoAsync("/kitchen/k1?station=tandoor");

        await Expect(page.GetByText("No item is made at the station “tandoor”")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_line_that_makes_the_order_ready_by_itself_can_be_taken_back()
    {
        await Set(Acceptance.Automatic, new() { ReadyWhenDone = true });
        var page = (await Open(set: page => page.Clock.InstallAsync())).Page;
        var order = await Place();

        await StopTime(page);
        await page.Locator("button.line").ClickAsync();
        await Press(page, $"Undo: order #{order["number"]}");
        await Expect(page.Locator("button.line")).ToHaveAttributeAsync("aria-pressed", "false");
        (await Status(order)).ShouldBe("accepted");

        await ResumeTime(page);
        await page.Locator("button.line").PressAsync("Enter");
        await WillBeReady(order);
    }

    [Fact]
    public async Task A_bounced_tap_does_not_undo_the_first_one()
    {
        var page = (await Open()).Page;
        var order = await Place();

        await Bounce(page.Locator("button.line"));

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

    // By key: the second of two quick taps on the same spot would be a bounce.
    static Task Press(IPage page, string name) =>
        page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).PressAsync("Enter");

    async Task Set(Acceptance acceptance, KitchenTimes times) =>
        await Server.Pipeline.Submit(SmallChain.Kitchen("k1", acceptance) with { Times = times });

    async Task<long[]> Wasted(string sku) => [.. (await Server.Get($"/v1/kitchens/k1/stock/{sku}/movements"))["data"]!
        .AsArray().Where(one => (string)one!["kind"]! == "wasted").Select(one => one!["delta"]!.GetValue<long>())];

    async Task<bool> IsOn(string item) => (await Server.Get("/v1/kitchens/k1/menu"))["data"]!.AsArray()
        .Single(one => (string)one!["itemId"]! == item)!["available"]!.GetValue<bool>();

    [GeneratedRegex("/v1/orders/[^/]+/status$")]
    private static partial Regex StatusOfAnOrder();
}
