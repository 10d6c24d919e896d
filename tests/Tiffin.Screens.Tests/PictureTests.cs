using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Tiffin.Cli;
using Tiffin.Tests.Architecture;

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
        var order = await Server.Post("/v1/orders", new
        {
            kitchenId = "blr-01",
            brandId = "biryani-house",
            channel = "app",
            customer = new { name = "Ananya Rao" },
            fulfilment = new { type = "delivery", address = SmallChain.Home },
            lines = new object[]
            {
                new { itemId = "chicken-biryani", quantity = 2 }, new { itemId = "prawn-biryani", quantity = 1 },
            },
        });
        await Sandbox.Advance(Server, 2);
        await Move(order, "preparing");
        await Sandbox.Advance(Server, 12);
        await Move(order, "ready");
        await Server.Put($"/v1/orders/{order["id"]}/courier", new { courierId = "ravi", name = "Ravi Menon" });
        await Sandbox.Advance(Server, 3);
        await Move(order, "out_for_delivery");

        await Take("customer", theme, Device.Phone, (string)order["trackingUrl"]!);
    }

    async Task Take(string name, string theme, Device device, string address)
    {
        var page = (await Visit(device with { IsDark = theme == "dark" })).Page;
        await page.GotoAsync(address);
        var picture = await page.ScreenshotAsync(new() { FullPage = true, Animations = ScreenshotAnimations.Disabled });
        picture.Length.ShouldBeLessThanOrEqualTo(BytesMax);
        var file = Path.Combine(Repository.Root, "docs", "images", "screens", $"{name}-{theme}.png");
        if (Environment.GetEnvironmentVariable("TIFFIN_UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, picture);
        }
        File.Exists(file).ShouldBeTrue($"{file} is missing: run this test with TIFFIN_UPDATE_DOCS=1");
    }

    Task<JsonNode> Move(JsonNode order, string status) =>
        Server.Put($"/v1/orders/{order["id"]}/status", new { status });
}
