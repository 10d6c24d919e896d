using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Tiffin.Domain;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>Pictures of an evening in the demo chain.</summary>
public sealed class PictureTests : PictureTest
{
    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task Pictures_show_the_customers_page_of_an_order_on_its_way(string theme)
    {
        var order = await Place(new(
            "blr-01", "biryani-house", "app", "delivery", new("chicken-biryani", 2), new("prawn-biryani", 1)));
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
    public async Task Pictures_show_the_door(string theme)
    {
        await Take("sign-in", theme, Device.Tablet, "/sign-in", "h1");
        await Take("start", theme, Device.Tablet, "/start", "h1", await Server.KeyOf(Role.Admin));
        await Take("pair", theme, Device.Tablet, "/pair", ".user-code");
    }

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task Pictures_show_the_staff_screens(string theme)
    {
        await Rush();
        await using (var connection = await Session.Open(Server.ConnectionString))
            await PastDays.Write(connection, Sandbox.Now(Server).ToOffset(Offset));
        var admin = await Server.KeyOf(Role.Admin);

        await Take("board", theme, Device.Tablet, "/kitchen/blr-01", "article", admin);
        await Take("stock", theme, Device.Phone, "/stock/blr-01", "#panel h2", admin);
        await Take("operations", theme, Device.Tablet, "/operations", "h1", admin);
        await Take("analytics", theme, Device.Tablet, "/analytics", ".u-over", admin);
        await Take("board-hindi", theme, Device.Tablet with { Locale = "hi-IN" }, "/kitchen/blr-01", "article", admin);
    }

    [Fact]
    public async Task Pictures_show_a_cooks_work()
    {
        await Rush();
        await Change(kitchen => kitchen["acceptance"] = "manual");
        await Place(new("blr-01", "biryani-house", "swiggy", "delivery",
            new("veg-biryani", 2, "No cashews: allergic to nuts"), new("gulab-jamun", 2)));
        var admin = await Server.KeyOf(Role.Admin);
        const string board = "/kitchen/blr-01";

        await Take("board-station", "light", Device.Tablet, $"{board}?station=tandoor", "article", admin);
        // Taller than any tablet, to show the whole card.
        await Take("board-accept", "light", new(1280, 1600), board, "article", admin,
            of: "article[data-status=placed]");
        await Take("board-handover", "light", Device.Tablet, board, "article", admin, async visitor =>
        {
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Enter code" }).First.ClickAsync();
            await Expect(visitor.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        });
        await Take("ticket", "light", Device.Tablet, board, "article", admin, async visitor =>
        {
            var card = visitor.Page.GetByRole(AriaRole.Article).Filter(new() { HasText = "Allergic to peanuts" });
            await card.Locator(".card-title").ClickAsync();
            await visitor.Page.EmulateMediaAsync(new() { Media = Media.Print });
        }, of: ".ticket");
    }

    [Fact]
    public async Task Pictures_show_a_count()
    {
        await Rush();
        var admin = await Server.KeyOf(Role.Admin);
        const string address = "/stock/blr-01?tab=count";

        await Take("count", "light", Device.Phone, address, ".count-head", admin, Count);
        await Take("count-review", "light", Device.Phone, address, ".count-head", admin, async visitor =>
        {
            await Count(visitor);
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Review 3 lines" }).ClickAsync();
            await Expect(visitor.Page.Locator(".variance-sum")).ToBeVisibleAsync();
        });

        async Task Count(Visitor visitor)
        {
            foreach (var (name, kilograms) in new[] { ("Butter", "10"), ("Cheese, grated", "9.2"), ("Paneer", "0.5") })
                await visitor.Page.GetByLabel($"Counted: {name}").FillAsync(kilograms);
            await visitor.Page.EvaluateAsync("scrollTo(0, 0)");
        }
    }

    [Fact]
    public async Task A_picture_shows_a_board_without_a_connection()
    {
        await Rush();
        await Take("board-lost", "light", Device.Tablet, "/kitchen/blr-01", "article", await Server.KeyOf(Role.Admin),
            async visitor =>
            {
                visitor.Expect([.. new[] { "/v1/events", "/v1/kitchens/blr-01/board", "/kitchen/blr-01" }
                    .Select(path => $"net::ERR_INTERNET_DISCONNECTED: GET {path}")]);
                await visitor.Context.SetOfflineAsync(true);
                await visitor.Page.Clock.FastForwardAsync(60_000);
                await Expect(visitor.Page.Locator(".lost-bar")).ToBeVisibleAsync();
                visitor.Expect([.. visitor.Faults.Where(fault => fault.Contains("net::ERR_INTERNET_DISCONNECTED"))]);
            });
    }

    /// <summary>Late and early orders of three brands, notes, couriers, little stock, a paused kitchen.</summary>
    async Task Rush()
    {
        await Server.Post("/v1/kitchens/blr-01/stock/movements", new
        {
            movements = new[]
            {
                new { sku = "mutton", kind = "counted", quantity = 0 },
                new { sku = "paneer", kind = "counted", quantity = 900 },
                new { sku = "curd", kind = "counted", quantity = 2400 },
            },
        });
        await Server.Put("/v1/kitchens/mum-02/mode", new { mode = "paused" });
        List<JsonNode> orders = [];
        foreach (var basket in baskets)
        {
            var order = await Place(basket);
            await Move(order, "preparing");
            orders.Add(order);
            await Sandbox.Advance(Server, 3);
            if (orders.Count is 4 or 5) await Move(orders[orders.Count - 4], "ready");
            if (orders.Count is 1 or 3) await Server.Put($"/v1/orders/{order["id"]}/courier", ravi);
        }
        await Server.Put($"/v1/orders/{orders[2]["id"]}/progress", new { lines = new[] { 0 }, to = "done" });
        foreach (var kitchen in new[] { "blr-02", "mum-01" })
            await Place(new(kitchen, "biryani-house", "app", "delivery", new Line("chicken-biryani", 2)));
        await Sandbox.Advance(Server, 1);
    }

    static readonly object ravi = new { courierId = "ravi", name = "Ravi" };

    static readonly Basket[] baskets =
    [
        new("blr-01", "biryani-house", "swiggy", "delivery", new("chicken-biryani", 2), new("burani-raita", 1)),
        new("blr-01", "dosa-junction", "web", "pickup", new Line("masala-dosa", 2)),
        new("blr-01", "punjab-rasoi", "zomato", "delivery", new("butter-chicken", 1), new("butter-naan", 4)),
        new("blr-01", "biryani-house", "app", "delivery",
            new("paneer-biryani", 1, "Allergic to peanuts: no salan, please"), new("gulab-jamun", 2)),
        new("blr-01", "dosa-junction", "web", "pickup",
            new("mysore-masala-dosa", 2, Extras: ["extra-ghee"]), new("medu-vada", 1)),
        new("blr-01", "punjab-rasoi", "app", "delivery",
            new("palak-paneer", 1, "Less spicy"), new("tandoori-roti", 3), new("sweet-lassi", 1)),
        new("blr-01", "biryani-house", "swiggy", "delivery",
            new("chicken-biryani", 3, Extras: ["extra-raita", "boiled-egg"]), new("chicken-65", 1)),
        new("blr-01", "dosa-junction", "zomato", "delivery", new("idli-sambar", 2), new("ven-pongal", 1)),
        new("blr-01", "punjab-rasoi", "app", "delivery", new("dal-makhani", 1), new("jeera-rice", 2)),
    ];
}
