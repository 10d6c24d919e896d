using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>Pictures of screens that are full, empty or refused, and of very long names.</summary>
public sealed class StatePictureTests : PictureTest
{
    const string Board = "/kitchen/blr-01";
    const string LongNote = "Serve the gravy apart, please. Allergic to cashew nuts: none, not even as garnish";
    static readonly Device wall = new(1600, 900);
    static readonly Device upright = new(800, 1280) { Locale = "hi-IN" };

    [Fact]
    public async Task A_picture_shows_a_board_with_200_cards()
    {
        for (var placed = 0; placed < 200; placed++)
        {
            var order = await Place(menu[placed % menu.Length]);
            if (placed % 3 == 0) await Move(order, "preparing");
            if (placed % 9 == 8) await Sandbox.Advance(Server, 1);
        }

        await Take("board-full", "dark", wall, Board, "article", await Server.KeyOf(Role.Admin),
            visitor => Expect(visitor.Page.Locator("article[data-order]")).ToHaveCountAsync(200));
    }

    [Fact]
    public async Task Pictures_show_screens_without_orders()
    {
        var admin = await Server.KeyOf(Role.Admin);
        await Server.Pipeline.Submit(SmallChain.Kitchen("blr-09", Acceptance.Automatic) with
        {
            Name = "Jayanagar", Brands = ["biryani-house"],
        });

        await Take("board-empty", "light", Device.Tablet, Board, ".empty", admin);
        await Take("operations-empty", "light", Device.Tablet, "/operations", "h1", admin);
        await Take("analytics-empty", "light", Device.Tablet, "/analytics", ".empty", admin);
        await Take("stock-empty", "light", Device.Phone, "/stock/blr-09", ".empty", admin);
    }

    [Fact]
    public async Task Pictures_show_what_a_person_without_access_sees()
    {
        var cook = await Server.KeyOf(Role.Kitchen, ["blr-01"]);

        await Take("refused", "light", Device.Tablet, "/operations", "h1", cook, Expecting("403 GET /operations"));
        await Take("session-ended", "light", Device.Tablet, Board, "article, .empty", cook, async visitor =>
        {
            await Sandbox.Advance(Server, TimeSpan.FromHours(12).TotalMinutes + 1);
            await Place(menu[0]);
            await Expect(visitor.Page.GetByText("Your session has ended")).ToBeVisibleAsync();
            visitor.Expect([.. visitor.Faults.Where(fault => fault.StartsWith("401 ", StringComparison.Ordinal))]);
        });
        await Take("customer-unknown", "light", Device.Phone, $"/t/{new string('x', 43)}", "h1",
            set: Expecting($"404 GET /t/{new string('x', 43)}"));

        static Func<Visitor, Task> Expecting(string fault) => visitor => Task.FromResult(visitor.Expect(fault));
    }

    [Fact]
    public async Task Pictures_show_long_names_and_an_upright_tablet_in_Hindi()
    {
        await Change(kitchen => kitchen["name"] = "Indiranagar 100 Feet Road, opposite the metro station");
        var admin = await Server.KeyOf(Role.Admin);
        await Rename("/v1/brands/punjab-rasoi", "Punjab Rasoi: Tandoor, Tikka and Family Thalis since 1984");
        await Rename("/v1/items/butter-chicken",
            "Old Delhi Butter Chicken with Charcoal-smoked Makhani Gravy, boneless, family portion for four");
        await Rename("/v1/items/butter-naan", "Amritsari Butter Naan with Nigella and Garlic (2 pieces)");
        foreach (var basket in menu[..7]) await Move(await Place(basket), "preparing");
        await Sandbox.Advance(Server, 11);

        await Take("board-long-names", "light", Device.Tablet, Board, "article", admin);
        await Take("board-upright", "light", upright, Board, "article", admin);
    }

    async Task Rename(string path, string name)
    {
        var entry = (JsonObject)(await Server.Get(path)).DeepClone();
        entry["name"] = name;
        entry.Remove("id");
        await Server.Put(path, entry);
    }

    static readonly Basket[] menu =
    [
        new("blr-01", "punjab-rasoi", "swiggy", "delivery",
            new("butter-chicken", 1, LongNote),
            new("butter-naan", 4)),
        new("blr-01", "biryani-house", "app", "delivery",
            new("chicken-biryani", 2, Extras: ["extra-raita", "boiled-egg"]), new("gulab-jamun", 2)),
        new("blr-01", "dosa-junction", "web", "pickup", new("masala-dosa", 2), new("medu-vada", 1)),
        new("blr-01", "biryani-house", "zomato", "delivery", new("veg-biryani", 1, "Less oil"), new("chicken-65", 1)),
        new("blr-01", "punjab-rasoi", "app", "delivery", new("dal-makhani", 1), new("jeera-rice", 2)),
        new("blr-01", "dosa-junction", "swiggy", "delivery", new("idli-sambar", 3), new("ven-pongal", 1)),
        new("blr-01", "punjab-rasoi", "web", "pickup", new("palak-paneer", 1), new("tandoori-roti", 6)),
        new("blr-01", "biryani-house", "app", "delivery", new Line("paneer-biryani", 3)),
    ];
}
