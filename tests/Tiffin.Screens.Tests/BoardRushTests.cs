using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>The buttons used in a rush, and what they send to the server.</summary>
public sealed class BoardRushTests : BoardScreenTest
{
    protected override async Task OpenChain()
    {
        await base.OpenChain();
        await Server.Pipeline.Submit(SmallChain.Kitchen("k2", Acceptance.Manual, SmallChain.ZoneOfNoon) with
        {
            Times = new() { PrepMinutes = 20 },
        });
    }

    // Fails if a button sends nothing or the wrong change, or if the new order stays out of view.
    [Fact]
    public async Task Busy_start_and_start_now_reach_the_server_and_to_accept_leads_to_the_order()
    {
        JsonNode[] cooking = [await PlaceAccepted("k2"), await PlaceAccepted("k2"), await PlaceAccepted("k2")];
        var scheduled = await PlaceAccepted("k2", DateTimeOffset.UtcNow.AddHours(5));
        var page = (await Open("k2", Device.Phone)).Page;

        await Press(page.GetByRole(AriaRole.Button, new() { Name = "Busy +10" }));
        var busy = await Eventually.Holds(Mode, mode => (string)mode["mode"]! == "busy");
        (busy["delayMinutes"]!.GetValue<int>(), (DateTimeOffset)busy["until"]! > DateTimeOffset.UtcNow.AddMinutes(50))
            .ShouldBe((10, true));
        await Expect(page.Locator(".busy-now")).ToContainTextAsync("Busy +10");
        await Press(page.GetByRole(AriaRole.Button, new() { Name = "Busy +20" }));
        await Eventually.Holds(Mode, mode => (string)mode["mode"]! == "busy" && (int?)mode["delayMinutes"] == 20);
        await Press(page.Locator(".busy-now").Filter(new() { HasText = "Busy +20" }));
        await Eventually.Holds(Mode, mode => (string)mode["mode"]! == "online");

        await Press(Button(page, "Start", cooking[1]));
        await Expect(Card(page, cooking[1]).Locator(".line")).ToHaveAttributeAsync("data-state", "started");
        await Eventually.Holds(() => Read(cooking[1]), order => (string)order["status"]! == "preparing"
            && (string?)order["progress"]?[0]!["state"] == "started");
        (await Status(cooking[0])).ShouldBe("accepted");

        await Press(page.GetByRole(AriaRole.Button, new() { Name = "Scheduled" }));
        await Press(Button(page, "Start now", scheduled));
        await Eventually.Holds(() => Read(scheduled), order => order["schedule"]!["releasedAt"] is not null);
        await page.Keyboard.PressAsync("Escape");
        await Expect(Button(page, "Start", scheduled)).ToBeVisibleAsync();

        var waiting = await Place("k2");
        await Expect(Card(page, waiting)).ToBeVisibleAsync();
        await Expect(Card(page, waiting)).Not.ToBeInViewportAsync();
        await Press(page.GetByRole(AriaRole.Button, new() { Name = "To accept" }));
        await Expect(Card(page, waiting)).ToBeInViewportAsync();
        await Expect(Card(page, waiting)).ToBeFocusedAsync();
    }

    // Fails if the promise moves by other minutes, or the food goes back to stock, as it does by default.
    [Fact]
    public async Task A_promise_is_moved_and_an_order_is_cancelled_with_its_food_as_waste()
    {
        var order = await PlaceAccepted("k2");
        await Move(order, "preparing");
        var page = (await Open("k2", set: page => page.Clock.InstallAsync())).Page;
        var details = page.GetByRole(AriaRole.Dialog, new() { Name = $"Order #{order["number"]}" });
        await Press(Card(page, order).Locator(".card-title"));
        var promised = ReadyAt(await Read(order));
        foreach (var minutes in new[] { 5, 10, 15 })
        {
            await Press(Button(details, $"+{minutes} min", order));
            promised = promised.AddMinutes(minutes);
            await Eventually.Holds(() => Read(order),
                read => (ReadyAt(read) - promised).Duration() < TimeSpan.FromSeconds(1));
        }

        await Press(details.GetByRole(AriaRole.Button, new() { Name = "Cancel order" }));
        await Press(details.GetByRole(AriaRole.Button, new() { Name = "All thrown away" }));
        await Press(details.GetByRole(AriaRole.Button, new() { Name = "Too busy" }));
        await Expect(details).ToHaveCountAsync(0);
        await page.Clock.FastForwardAsync(6_000);

        var cancelled = await Eventually.Holds(() => Read(order), read => (string)read["status"]! == "cancelled");
        var step = cancelled["timeline"]!.AsArray()[^1]!;
        ((string?)step["reason"], (string?)step["stock"]).ShouldBe(("too_busy", "waste"));
        (await Server.Get("/v1/kitchens/k2/stock/potato"))["onHand"]!.GetValue<long>().ShouldBe(9_950);
        await Expect(Card(page, order)).ToHaveCountAsync(0);
    }

    static DateTimeOffset ReadyAt(JsonNode order) => (DateTimeOffset)order["promise"]!["readyAt"]!;

    Task<JsonNode> Read(JsonNode order) => Server.Get($"/v1/orders/{order["id"]}");

    async Task<JsonNode> Mode() => (await Server.Get("/v1/kitchens/k2"))["mode"]!;
}
