using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>Stock and operations on a device whose clock is wrong. The board has its own test.</summary>
public sealed class WrongClockTests : ScreenTest
{
    protected override void Configure(WebApplicationBuilder builder) =>
        builder.Configuration["Sandbox:Enabled"] = "true";

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task An_order_is_late_by_the_servers_clock(int hours)
    {
        await Server.Pipeline.Submit(
            SmallChain.Kitchen("k1", Acceptance.Automatic) with { Times = new() { PrepMinutes = 20 } });
        var order = await Server.Post("/v1/orders", SmallChain.Order());
        var readyAt = order["promise"]!["readyAt"]!.GetValue<DateTimeOffset>();
        await Sandbox.Advance(Server, 30);
        var page = await Open(Role.Manager, "/operations", hours);
        var row = page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = $"Order #{order["number"]} late by" });

        var least = MinutesLate();
        var shown = Regex.Match((await row.TextContentAsync())!, @"late by (\d+) min").Groups[1].Value;
        int.Parse(shown, CultureInfo.InvariantCulture).ShouldBeInRange(least, MinutesLate() + 1);

        int MinutesLate() => (int)Math.Floor((Sandbox.Now(Server) - readyAt).TotalMinutes);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task An_item_is_off_for_an_hour_by_the_servers_clock(int hours)
    {
        var page = await Open(Role.Kitchen, "/stock/k1?tab=off", hours);

        await page.GetByRole(AriaRole.Button, new() { Name = "86 masala" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "For 1 hour" }).ClickAsync();

        var until = (await Eventually.Holds(Masala, item => item["until"] is not null))["until"]!;
        (until.GetValue<DateTimeOffset>() - Sandbox.Now(Server)).ShouldBe(
            TimeSpan.FromHours(1), TimeSpan.FromMinutes(30));

        async Task<JsonNode> Masala() => (await Server.Get("/v1/kitchens/k1/menu"))["data"]!.AsArray()
            .Single(item => (string)item!["itemId"]! == "masala")!;
    }

    async Task<IPage> Open(Role role, string address, int hours)
    {
        var visitor = await Visit(Device.Tablet);
        await visitor.SignIn(await Server.KeyOf(role, ["k1"]));
        await visitor.Page.Clock.InstallAsync(new() { TimeDate = Sandbox.Now(Server).UtcDateTime.AddHours(hours) });
        await visitor.Page.GotoAsync(address);
        await Expect(visitor.Page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();
        return visitor.Page;
    }
}
