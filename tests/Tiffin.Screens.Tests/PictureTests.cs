using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using Tiffin.Cli;
using Tiffin.Domain;
using Tiffin.Tests.Architecture;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>
/// The pictures in docs/images/screens, of the demo chain in the evening; TIFFIN_UPDATE_DOCS=1 takes them again.
/// </summary>
public sealed class PictureTests : ScreenTest
{
    const int BytesMax = 200 * 1024;

    static readonly TimeSpan offset = TimeSpan.FromHours(5.5);

    protected override void Configure(WebApplicationBuilder builder) =>
        builder.Configuration["Sandbox:Enabled"] = "true";

    protected override async Task OpenChain()
    {
        await ChainImport.Run(Server.Pipeline, Path.Combine(AppContext.BaseDirectory, "demo", "chain.json"), default);
        var kitchen = (await Server.Get("/v1/kitchens/blr-01")).AsObject();
        kitchen["times"]!["handoverCodes"] = "optional";
        string[] members = ["name", "city", "timeZone", "currency", "brands", "acceptance", "fees", "times"];
        await Server.Put("/v1/kitchens/blr-01",
            new JsonObject(members.Select(name => KeyValuePair.Create(name, kitchen[name]?.DeepClone()))));
        await Sandbox.MoveTo(Server,
            new DateTimeOffset(Sandbox.Now(Server).ToOffset(offset).Date.AddDays(1).AddHours(19), offset));
    }

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task Of_the_customers_page_of_an_order_that_is_on_its_way(string theme)
    {
        var order = await Place(("chicken-biryani", 2), ("prawn-biryani", 1));
        await Sandbox.Advance(Server, 2);
        await Move(order, "preparing");
        await Sandbox.Advance(Server, 12);
        await Move(order, "ready");
        await Server.Put($"/v1/orders/{order["id"]}/courier", new { courierId = "ravi", name = "Ravi Menon" });
        await Sandbox.Advance(Server, 3);
        await Move(order, "out_for_delivery");

        await Take("customer", theme, Device.Phone, (string)order["trackingUrl"]!, "h1");
    }

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task Of_the_door(string theme)
    {
        await Take("sign-in", theme, Device.Tablet, "/sign-in", "h1");
        await Take("start", theme, Device.Tablet, "/start", "h1", await Server.KeyOf(Role.Admin));
    }

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task Of_the_screens_of_the_staff(string theme)
    {
        for (var i = 0; i < 8; i++)
        {
            var order = await Place(("chicken-biryani", 1 + i % 3), ("prawn-biryani", 1 + i % 2));
            if (i < 6) await Move(order, "preparing");
            if (i < 2) await Move(order, "ready");
            await Sandbox.Advance(Server, 3);
        }
        await using (var connection = await Session.Open(Server.ConnectionString))
            await PastDays.Write(connection, Sandbox.Now(Server).ToOffset(offset));
        var admin = await Server.KeyOf(Role.Admin);

        await Take("board", theme, Device.Tablet, "/kitchen/blr-01", "article", admin);
        await Take("stock", theme, Device.Phone, "/stock/blr-01", "#panel h2", admin);
        await Take("operations", theme, Device.Tablet, "/operations", "h1", admin);
        await Take("analytics", theme, Device.Tablet, "/analytics", ".u-over", admin);
    }

    async Task Take(string name, string theme, Device device, string address, string shown, string? key = null)
    {
        var visitor = await Visit(device with { IsDark = theme == "dark" });
        if (key is not null) await visitor.SignIn(key);
        var page = visitor.Page;
        await page.GotoAsync(address);
        await Expect(page.Locator(shown).First).ToBeVisibleAsync();
        await Expect(page.GetByText("Loading")).ToHaveCountAsync(0);
        // As the cook leaves it.
        if (name == "board") await page.GetByRole(AriaRole.Button, new() { Name = "Tap for sound" }).ClickAsync();
        var picture = await page.ScreenshotAsync(new() { Animations = ScreenshotAnimations.Disabled });
        picture.Length.ShouldBeLessThanOrEqualTo(BytesMax);
        var file = Path.Combine(Repository.Root, "docs", "images", "screens", $"{name}-{theme}.png");
        if (Environment.GetEnvironmentVariable("TIFFIN_UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, picture);
        }
        File.Exists(file).ShouldBeTrue($"{file} is missing: run this test with TIFFIN_UPDATE_DOCS=1");
    }

    Task<JsonNode> Place(params (string ItemId, int Quantity)[] lines) => Server.Post("/v1/orders", new
    {
        kitchenId = "blr-01",
        brandId = "biryani-house",
        channel = "app",
        customer = new { name = "Ananya Rao" },
        fulfilment = new { type = "delivery", address = SmallChain.Home },
        lines = lines.Select(line => new { itemId = line.ItemId, quantity = line.Quantity }),
    });

    Task<JsonNode> Move(JsonNode order, string status) =>
        Server.Put($"/v1/orders/{order["id"]}/status", new { status });
}
