using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using Tiffin.Cli;
using Tiffin.Domain;
using Tiffin.Tests.Architecture;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>
/// Takes pictures of the demo chain in the evening for docs/images/screens; TIFFIN_UPDATE_DOCS=1 replaces them.
/// </summary>
public abstract class PictureTest : ScreenTest
{
    const int BytesMax = 200 * 1024;

    protected static readonly TimeSpan Offset = TimeSpan.FromHours(5.5);

    protected override void Configure(WebApplicationBuilder builder) =>
        builder.Configuration["Sandbox:Enabled"] = "true";

    protected override async Task OpenChain()
    {
        await ChainImport.Run(Server.Pipeline, Path.Combine(AppContext.BaseDirectory, "demo", "chain.json"), default);
        await Change(kitchen => kitchen["times"]!["handoverCodes"] = "optional");
        await Sandbox.MoveTo(Server,
            new DateTimeOffset(Sandbox.Now(Server).ToOffset(Offset).Date.AddDays(1).AddHours(19), Offset));
    }

    private protected async Task Take(
        string name, string theme, Device device, string address, string shown, string? key = null,
        Func<Visitor, Task>? set = null, string? of = null)
    {
        var visitor = await Visit(device with { IsDark = theme == "dark" });
        if (key is not null) await visitor.SignIn(key);
        var page = visitor.Page;
        if (set is not null) await page.Clock.InstallAsync();
        await page.GotoAsync(address);
        await Expect(page.Locator(shown).First).ToBeVisibleAsync();
        await Expect(page.GetByText("Loading")).ToHaveCountAsync(0);
        await Expect(page.Locator(".link-state.connecting, [data-link='connecting']")).ToHaveCountAsync(0);
        // A cook touches the board before using it.
        if (address.StartsWith("/kitchen"))
        {
            await page.Locator(".sound-bar").ClickAsync();
            await Expect(page.Locator(".sound-bar")).ToHaveCountAsync(0);
        }
        if (set is not null) await set(visitor);
        var picture = of is null
            ? await page.ScreenshotAsync(new() { Animations = ScreenshotAnimations.Disabled })
            : await page.Locator(of).First.ScreenshotAsync(new() { Animations = ScreenshotAnimations.Disabled });
        picture.Length.ShouldBeLessThanOrEqualTo(BytesMax);
        var file = Path.Combine(Repository.Root, "docs", "images", "screens", $"{name}-{theme}.png");
        if (Environment.GetEnvironmentVariable("TIFFIN_UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, picture);
        }
        File.Exists(file).ShouldBeTrue($"{file} is missing: run this test with TIFFIN_UPDATE_DOCS=1");
    }

    protected async Task Change(Action<JsonObject> change)
    {
        var kitchen = (await Server.Get("/v1/kitchens/blr-01")).AsObject();
        change(kitchen);
        string[] members = ["name", "city", "timeZone", "currency", "brands", "acceptance", "fees", "times"];
        await Server.Put("/v1/kitchens/blr-01",
            new JsonObject(members.Select(name => KeyValuePair.Create(name, kitchen[name]?.DeepClone()))));
    }

    private protected Task<JsonNode> Place(Basket basket) => Server.Post("/v1/orders", new
    {
        kitchenId = basket.Kitchen,
        brandId = basket.Brand,
        channel = basket.Channel,
        customer = new { name = "Ananya Rao" },
        fulfilment = new { type = basket.Type, address = basket.Type == "delivery" ? SmallChain.Home : null },
        lines = basket.Lines.Select(line => new
        {
            itemId = line.ItemId,
            quantity = line.Quantity,
            note = line.Note,
            modifiers = (line.Extras ?? []).Select(extra => new { itemId = extra, quantity = 1 }),
        }),
    });

    protected Task<JsonNode> Move(JsonNode order, string status) =>
        Server.Put($"/v1/orders/{order["id"]}/status", new { status });

    private protected sealed record Basket(
        string Kitchen, string Brand, string Channel, string Type, params Line[] Lines);

    private protected sealed record Line(string ItemId, int Quantity, string? Note = null, string[]? Extras = null);
}
