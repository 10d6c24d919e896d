using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>The figures of a day: three orders between 12:00 and 13:00, one of them cancelled.</summary>
public sealed class AnalyticsTests : ScreenTest
{
    static readonly TimeSpan kitchenZone = TimeSpan.FromHours(5.5);

    protected override void Configure(WebApplicationBuilder builder) =>
        builder.Configuration["Sandbox:Enabled"] = "true";

    protected override async Task OpenChain()
    {
        await base.OpenChain();
        await Server.Pipeline.Submit(
            SmallChain.Kitchen("k1", Acceptance.Automatic) with { Times = new() { PrepMinutes = 12 } });
        var noon = Midnight(Sandbox.Now(Server)).AddDays(1).AddHours(12);
        await Sandbox.MoveTo(Server, noon.AddMinutes(5));
        JsonNode[] orders = [await Place("masala", 2), await Place("plain", 1), await Place("masala", 4)];
        foreach (var status in new[] { "preparing", "ready", "out_for_delivery", "delivered" })
        {
            await Sandbox.Advance(Server, 5);
            await Server.Put($"/v1/orders/{orders[0]["id"]}/status", new { status });
        }
        await Server.Put($"/v1/orders/{orders[2]["id"]}/status", new { status = "cancelled", reason = "changed_mind" });
        await Server.Post("/v1/kitchens/k1/stock/movements", new
        {
            movements = new object[]
            {
                new { sku = "rice", kind = "wasted", quantity = 50, reason = "burnt" },
                new { sku = "rice", kind = "wasted", quantity = 20 },
            },
        });
        await Sandbox.MoveTo(Server, noon.AddMinutes(70));
        await Eventually.Holds(Summary, summary => summary["wasted"]!.AsArray().Count == 1);
    }

    [Fact]
    public async Task A_day_has_its_charts_before_its_first_hour_is_over()
    {
        await Sandbox.MoveTo(Server, Midnight(Sandbox.Now(Server)).AddDays(1).AddHours(12));
        await Place("masala", 1);
        await Eventually.Holds(Summary, summary => summary["placed"]!.GetValue<int>() == 1);

        var page = await Open();

        await Expect(page.Locator(".total").First.Locator("b")).ToHaveTextAsync("1");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Orders by hour" })).ToBeVisibleAsync();
        await Expect(page.GetByText("Nothing was sold")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Todays_totals_match_the_api()
    {
        var summary = await Summary();
        var page = await Open();

        await Expect(page.Locator(".total b")).ToHaveTextAsync(
        [
            $"{summary["placed"]}",
            $"₹{summary["revenue"]![0]!["amount"]!.GetValue<long>() / 100}",
            $"{summary["delivered"]}",
            $"{summary["cancelled"]!["count"]}",
            // The only order that became ready took ten of its twelve minutes.
            "100 %",
        ]);
        await Expect(page.Locator(".total").First.Locator("b")).ToHaveTextAsync("3");
        await Expect(page.GetByText("33.3 % of orders")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_chart_is_also_a_table_in_the_kitchens_time_zone()
    {
        var page = await Open();
        var chart = page.GetByRole(AriaRole.Region, new() { Name = "Orders by hour", Exact = true });

        await chart.GetByText("Table", new() { Exact = true }).ClickAsync();

        await Expect(chart.GetByRole(AriaRole.Columnheader))
            .ToHaveTextAsync(["Hour", "This day", "Usual (median)", "Least", "Most"]);
        await Expect(Cells("11:00")).ToHaveTextAsync(["11:00", "0", "0", "0", "0"]);
        await Expect(Cells("12:00")).ToHaveTextAsync(["12:00", "3", "0", "0", "0"]);
        // The current hour is not over.
        await Expect(Cells("13:00")).ToHaveTextAsync(["13:00", "", "0", "0", "0"]);

        ILocator Cells(string hour) =>
            chart.GetByRole(AriaRole.Row).Filter(new() { HasText = hour }).GetByRole(AriaRole.Cell);
    }

    [Theory]
    [InlineData("Top items", "items", "Item,Sold,Revenue", "masala,2,₹240.00", "plain,1,₹90.00")]
    [InlineData("Cancellations", "cancellations", "Reason,By,Orders", "changed_mind,admin,1")]
    [InlineData("Waste", "waste", "Ingredient,Reason,Wasted,Unit", "Rice batter,burnt,50,g",
        "Rice batter,reason not given,20,g")]
    public async Task A_chart_can_be_downloaded_as_CSV(string title, string name, params string[] rows)
    {
        var page = await Open();
        var chart = page.GetByRole(AriaRole.Region, new() { Name = title, Exact = true });

        var file = await page.RunAndWaitForDownloadAsync(() =>
            chart.GetByRole(AriaRole.Button, new() { Name = "Download CSV" }).ClickAsync());

        var today = Sandbox.Now(Server).ToOffset(kitchenZone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        file.SuggestedFilename.ShouldBe($"tiffin-{name}-{today}.csv");
        (await File.ReadAllTextAsync(await file.PathAsync())).ShouldBe(string.Join("\r\n", rows));
    }

    [Fact]
    public async Task A_link_shows_its_day_and_its_kitchen()
    {
        var yesterday = Sandbox.Now(Server).ToOffset(kitchenZone).AddDays(-1);
        var day = yesterday.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var page = await Open($"?from={day}&to={day}&kitchen=k2");
        await Expect(page.Locator(".total b").First).ToHaveTextAsync("0");

        await page.GetByRole(AriaRole.Button, new() { Name = "Today", Exact = true }).ClickAsync();
        await Expect(page.Locator(".total b").First).ToHaveTextAsync("0");
        await page.GetByLabel("Kitchen").SelectOptionAsync("k1");

        await Expect(page.Locator(".total b").First).ToHaveTextAsync("3");
        await page.ReloadAsync();
        await Expect(page.Locator(".total b").First).ToHaveTextAsync("3");
        await Expect(page.GetByLabel("Kitchen")).ToHaveValueAsync("k1");
    }

    [Fact]
    public async Task The_range_and_the_table_and_file_of_a_chart_work_with_the_keyboard_only()
    {
        var page = await Open();
        var orders = page.Locator(".total b").First;
        await Expect(orders).ToHaveTextAsync("3");
        foreach (var name in new[] { "7 days", "Today" })
        {
            var range = page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
            await TabAndPress(page, range);
            await Expect(range).ToHaveAttributeAsync("aria-pressed", "true");
        }
        await TabTo(page, page.GetByLabel("Kitchen"));
        await page.Keyboard.TypeAsync("k2");
        await Expect(orders).ToHaveTextAsync("0");
        await page.Keyboard.PressAsync("Home");
        await Expect(orders).ToHaveTextAsync("3");
        var chart = page.GetByRole(AriaRole.Region, new() { Name = "Orders by hour", Exact = true });

        await TabAndPress(page, chart.GetByText("Table", new() { Exact = true }));
        await TabTo(page, chart.Locator(".table-scroll"));
        var file = await page.RunAndWaitForDownloadAsync(() =>
            TabAndPress(page, chart.GetByRole(AriaRole.Button, new() { Name = "Download CSV" })));

        (await File.ReadAllTextAsync(await file.PathAsync())).ShouldStartWith("Hour,");
    }

    async Task<IPage> Open(string query = "")
    {
        var visitor = await Visit(Device.Tablet);
        await visitor.SignIn(await Server.KeyOf(Role.Manager, ["k1", "k2"]));
        await visitor.Page.GotoAsync($"/analytics{query}");
        return visitor.Page;
    }

    Task<JsonNode> Summary()
    {
        var now = Sandbox.Now(Server);
        return Server.Get($"/v1/analytics/summary?from={Text(Midnight(now))}&to={Text(now)}");

        static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("s", CultureInfo.InvariantCulture) + "Z";
    }

    static DateTimeOffset Midnight(DateTimeOffset time) => new(time.ToOffset(kitchenZone).Date, kitchenZone);

    Task<JsonNode> Place(string item, int quantity) =>
        Server.Post("/v1/orders", SmallChain.Order("k1", item, quantity));
}
