using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Engine.Commit;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>What the cards and the all-day rail show a cook.</summary>
public sealed class BoardCardTests : BoardScreenTest
{
    readonly string zone = SmallChain.ZoneOfNoon;

    protected override async Task OpenChain()
    {
        await SmallChain.Open(Server, zone: zone);
        PutItem[] puts =
        [
            Item("masala", "tawa", ("rice", 100), ("potato", 50)), Item("plain", "griddle", ("rice", 100)),
        ];
        foreach (var put in puts) (await Server.Pipeline.Submit(put)).ShouldBeOfType<Outcome.OfEntry>();
    }

    // Fails if a line is missing, is shown twice, or is counted with a quantity other than ordered.
    [Fact]
    public async Task A_long_order_continues_in_a_second_cell_and_all_day_sums_what_is_left_to_make()
    {
        var page = (await Open()).Page;
        var order = await Place(
            Line("masala", 1), Line("masala", 2), Line("masala", 1, "Extra crisp"), Line("masala", 1, extras: 1),
            Line("plain", 1), Line("plain", 1, "No onions"), Line("plain", 2, extras: 2));
        var first = Card(page, order);
        var second = page.GetByRole(AriaRole.Article, new() { Name = $"Order #{order["number"]}, 2 of 2" });

        await Expect(page.Locator(".card .line-name")).ToHaveTextAsync(
            ["3 × masala", "1 × masala", "1 × masala", "1 × plain", "1 × plain", "2 × plain"]);
        await Expect(page.Locator(".card .modifier")).ToHaveTextAsync(["+ ghee-extra", "+ 2 × ghee-extra"]);
        await Expect(first.Locator(".continues")).ToHaveTextAsync("1 of 2");
        await Expect(first.Locator(".line-name")).ToHaveCountAsync(3);
        await Expect(second.Locator(".continued")).ToHaveTextAsync($"#{order["number"]} continues · 2 of 2");
        await Expect(first.Locator(".card-foot")).ToHaveCountAsync(0);
        await Expect(Button(second, "Ready", order)).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "All day" }).ClickAsync();
        var rail = page.GetByRole(AriaRole.Complementary, new() { Name = "All day" });
        await Expect(rail.Locator("ol:not(.ingredients) li")).ToHaveTextAsync(["5masala", "4plain"]);
        await Expect(rail.Locator(".ingredients li")).ToHaveTextAsync(
            ["900 gRice batter", "250 gPotato masala", "50 mlGhee"]);
        await second.Locator("button.line").Last.ClickAsync();
        await Expect(rail.Locator("ol:not(.ingredients) li")).ToHaveTextAsync(["5masala", "2plain"]);
        await Expect(rail.Locator(".ingredients b")).ToHaveTextAsync(["700 g", "250 g", "10 ml"]);
    }

    // Fails if the pass does not show that the courier is coming, or a station does not show what others make.
    [Fact]
    public async Task A_card_shows_the_courier_and_the_stations_that_make_the_other_lines()
    {
        var order = await Place(Line("masala", 1), Line("plain", 2));
        var page = (await Open()).Page;
        var courier = $"/v1/orders/{order["id"]}/courier";
        await Expect(Card(page, order)).ToContainTextAsync("no courier yet");
        await Expect(Card(page, order)).Not.ToContainTextAsync("Also at");
        await Server.Put(courier, new { courierId = "ravi", name = "Ravi" });
        await Expect(Card(page, order)).ToContainTextAsync("courier Ravi coming");
        var pickupAt = DateTimeOffset.UtcNow.AddHours(2);
        await Server.Put(courier, new { courierId = "ravi", pickupAt });
        var there = TimeZoneInfo.ConvertTime(pickupAt, TimeZoneInfo.FindSystemTimeZoneById(zone));
        await Expect(Card(page, order)).ToContainTextAsync($"courier Ravi {there:HH:mm}");
        await Server.Put($"{courier}/arrival", new { where = "kitchen" });
        await Expect(Card(page, order)).ToContainTextAsync("courier Ravi is here");

        await page.GotoAsync("/kitchen/k1?station=griddle");
        await Expect(Card(page, order)).ToContainTextAsync("Also at: tawa");
        await Expect(Card(page, order).Locator(".line-name")).ToHaveTextAsync(["2 × plain"]);
    }

    Task<JsonNode> Place(params JsonNode[] lines)
    {
        var order = System.Text.Json.JsonSerializer.SerializeToNode(SmallChain.Order())!;
        order["lines"] = new JsonArray(lines);
        return Server.Post("/v1/orders", order);
    }

    static JsonObject Line(string itemId, int quantity, string? note = null, int extras = 0)
    {
        var line = new JsonObject { ["itemId"] = itemId, ["quantity"] = quantity };
        if (note is not null) line["note"] = note;
        if (extras > 0)
            line["modifiers"] = new JsonArray(new JsonObject { ["itemId"] = "ghee-extra", ["quantity"] = extras });
        return line;
    }

    static PutItem Item(string id, string station, params (string Sku, long Quantity)[] recipe) =>
        new(id, "dosa", id, null, ItemKind.Item, new Money(12000, "INR"), 500,
            [.. recipe.Select(line => new RecipeLine(line.Sku, line.Quantity))], ["ghee-extra"])
        {
            Caller = SmallChain.Admin,
            StationId = station,
        };
}
