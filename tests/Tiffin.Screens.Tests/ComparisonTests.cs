using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>Operations, compared with a fresh snapshot. The board has its own test.</summary>
public sealed partial class ComparisonTests : ScreenTest
{
    protected override void Configure(WebApplicationBuilder builder)
    {
        builder.Configuration["Sandbox:Enabled"] = "true";
        // A comparison waits until the stream has reached the snapshot.
        builder.Configuration["Tracking:HeartbeatInterval"] = "00:00:01";
    }

    protected override async Task OpenChain()
    {
        await base.OpenChain();
        await Server.Pipeline.Submit(SmallChain.Kitchen("k1", Acceptance.Automatic) with
        {
            Times = new() { PrepMinutes = 20, DeliveryMinutes = new(10, 25) },
        });
    }

    // Fails if an event leaves a state other than the one that is read: the count is then higher.
    [Fact]
    public async Task A_difference_is_corrected_and_reported_and_no_event_causes_another()
    {
        var visitor = await Visit(Device.Tablet);
        await visitor.SignIn(await Server.KeyOf(Role.Manager, ["k1", "k2"]));
        var page = visitor.Page;
        await page.Clock.InstallAsync();
        await page.GotoAsync("/operations");
        await Expect(page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();
        await EverythingHappens();
        var wrong = await Place("k1");
        await Expect(Figure(page, "To accept")).ToHaveTextAsync(new Regex("^1"));
        await Expect(Figure(page, "Late now")).ToHaveTextAsync(new Regex("^1"));
        visitor.Expect($"console: The operations screen was wrong: order {wrong["id"]} differs at version 2");
        await page.RouteAsync(ListOfOrders(), async route =>
        {
            var read = await route.FetchAsync();
            var list = JsonNode.Parse(await read.TextAsync())!;
            foreach (var order in list["data"]!.AsArray().Where(order => (string)order!["id"]! == (string)wrong["id"]!))
                order!["promise"]!["readyAt"] = Sandbox.Now(Server).AddHours(-1);
            await route.FulfillAsync(new() { Response = read, Body = list.ToJsonString() });
        });

        await page.Clock.FastForwardAsync(600_000);

        await Expect(Figure(page, "Late now")).ToHaveTextAsync(new Regex("^2"));
        var counts = await Eventually.Holds(
            () => Server.Client.GetStringAsync("/metrics"), text => Count(text) != "0");
        Count(counts).ShouldBe("1");

        static string Count(string metrics) =>
            Counted().Match(metrics) is { Success: true } counted ? counted.Groups[1].Value : "0";
    }

    async Task EverythingHappens()
    {
        var late = await Place("k1");
        await Sandbox.Advance(Server, 26);
        await Place("k2");
        var cooked = await Place("k2");
        await Put(cooked, "status", new { status = "accepted", prepMinutes = 30 });
        await Put(cooked, "progress", new { lines = new[] { 0 }, to = "started" });
        await Put(cooked, "promise", new { prepMinutes = 40, reason = "busy" });
        await Put(cooked, "courier", new { courierId = "ravi" });
        await Put(cooked, "courier", new { courierId = "meera" });
        var collected = await Place("k1");
        await Put(collected, "courier", new { courierId = "ravi" });
        await Put(collected, "courier/arrival", new { where = "kitchen" });
        await Put(collected, "progress", new { lines = new[] { 0 }, to = "done" });
        await Move(collected, "ready");
        var (retried, undecided) = (await Place("k1"), await Place("k1"));
        foreach (var order in new[] { retried, undecided })
        {
            await Move(order, "preparing", "out_for_delivery");
            await Server.Post($"/v1/orders/{order["id"]}/delivery-attempts", new { outcome = "refused" },
                HttpStatusCode.OK);
        }
        await Put(retried, "delivery-attempts/1/decision", new { decision = "retry" });
        await Move(await Place("k1"), "preparing", "ready", "out_for_delivery", "delivered");
        await Move(await Place("k1"), "cancelled");
        var (released, moved) = (await PlaceLater(), await PlaceLater());
        await Put(released, "schedule", new { release = "now" });
        await Put(moved, "schedule", new { @for = Sandbox.Now(Server).AddHours(5) });
        await Server.Put("/v1/kitchens/k1/stock/ghee", new { threshold = 12_000 });
        await Server.Post("/v1/kitchens/k2/stock/movements",
            new { movements = new[] { new { sku = "potato", kind = "counted", quantity = 0 } } });
        await Server.Put("/v1/kitchens/k2/mode", new { mode = "busy", delayMinutes = 10 });
        await Move(late, "preparing");
    }

    Task<JsonNode> Place(string kitchen) => Server.Post("/v1/orders", SmallChain.Order(kitchen));

    Task<JsonNode> PlaceLater()
    {
        var order = JsonSerializer.SerializeToNode(SmallChain.Order())!;
        order["fulfilment"]!["at"] = Sandbox.Now(Server).AddHours(4);
        return Server.Post("/v1/orders", order);
    }

    Task<JsonNode> Put(JsonNode order, string what, object body) =>
        Server.Put($"/v1/orders/{order["id"]}/{what}", body);

    async Task Move(JsonNode order, params string[] statuses)
    {
        foreach (var status in statuses) await Put(order, "status", new { status });
    }

    static ILocator Figure(IPage page, string name) =>
        page.Locator(".numbers > div").Filter(new() { HasText = name }).Locator("dd");

    [GeneratedRegex(@"/v1/orders\?")]
    private static partial Regex ListOfOrders();

    [GeneratedRegex("tiffin_screen_differences_total\\{screen=\"operations\"\\} (\\d+)\n")]
    private static partial Regex Counted();
}
