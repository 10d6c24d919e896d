using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>What a cook reads on the board from two metres.</summary>
public sealed partial class BoardReadingTests : BoardScreenTest
{
    protected override void Configure(WebApplicationBuilder builder) =>
        builder.Configuration["Sandbox:Enabled"] = "true";

    // An order that is due in twenty minutes is due on the same day.
    protected override Task OpenChain() => SmallChain.Open(Server, zone: SmallChain.ZoneOfNoon);

    [Fact]
    public async Task A_note_is_as_large_as_the_name_of_the_dish_and_an_allergy_larger()
    {
        var page = (await Open()).Page;
        var (note, allergy) = (await PlaceNoted("Less salt"), await PlaceNoted("Allergic to peanuts"));

        var dish = await SizeOf(note, ".item-name");

        (await SizeOf(note, ".note")).ShouldBeGreaterThanOrEqualTo(dish);
        (await SizeOf(allergy, ".note")).ShouldBeGreaterThan(dish);
        (await SizeOf(note, ".facts")).ShouldBeGreaterThanOrEqualTo(18);

        Task<double> SizeOf(JsonNode order, string part) => Card(page, order).Locator(part)
            .EvaluateAsync<double>("one => parseFloat(getComputedStyle(one).fontSize)");
    }

    // Fails if a time from yesterday looks like one from today.
    [Fact]
    public async Task A_time_on_another_day_is_shown_with_its_date()
    {
        var order = await Place();
        await Sandbox.Advance(Server, 24 * 60);
        var page = (await Open()).Page;

        await Expect(Card(page, order).Locator(".facts")).ToContainTextAsync(DueOnADay());
        await Card(page, order).Locator(".card-title").ClickAsync();
        await Expect(page.Locator(".facts-list")).ToContainTextAsync(Day());
        await Expect(page.Locator(".timeline")).ToContainTextAsync(Day());
        await Expect(page.Locator(".ticket")).ToContainTextAsync(DueOnADay());
    }

    [Fact]
    public async Task On_a_Hindi_board_reasons_and_steps_are_Hindi()
    {
        var page = (await Open(device: Device.Tablet with { Locale = "hi-IN" })).Page;
        var order = await Place();
        await Move(order, "preparing");
        await Server.Put($"/v1/orders/{order["id"]}/courier", new { courierId = "ravi", name = "Ravi Menon" });
        await Server.Put($"/v1/orders/{order["id"]}/status", new { status = "cancelled", reason = "changed_mind" });
        var card = page.Locator($"[data-order='{order["id"]}']");

        await Expect(card.Locator(".cancelled-hint")).ToContainTextAsync("अब नहीं चाहिए");
        await card.Locator(".card-title").ClickAsync();
        await Expect(page.Locator(".timeline")).ToContainTextAsync("कूरियर तय");
        await Expect(page.Locator(".timeline")).Not.ToContainTextAsync(Latin());
    }

    [GeneratedRegex(@"\d{1,2} \w{3,4},? \d\d:\d\d")]
    private static partial Regex Day();

    [GeneratedRegex(@"due \d{1,2} \w{3,4},? \d\d:\d\d")]
    private static partial Regex DueOnADay();

    [GeneratedRegex("[a-z]{2}")]
    private static partial Regex Latin();
}
