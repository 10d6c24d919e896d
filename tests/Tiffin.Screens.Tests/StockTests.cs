using System.Text.RegularExpressions;
using Tiffin.Domain;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>The stock of a kitchen, on a phone.</summary>
public sealed class StockTests : ScreenTest
{
    [Fact]
    public async Task A_delivery_of_two_packs_is_booked()
    {
        var page = await Open(Role.Manager, "Receive");

        await page.GetByRole(AriaRole.Searchbox).FillAsync("rice");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rice batter" }).ClickAsync();
        await page.GetByLabel("Unit of Rice batter").SelectOptionAsync("g");
        await page.GetByLabel("Pack size").FillAsync("2500");
        await page.GetByLabel("Packs").FillAsync("2");
        await ShouldSay(page, "Delivery booked",
            () => page.GetByRole(AriaRole.Button, new() { Name = "Book 1 line" }).ClickAsync());
        await Eventually.Holds(OnHand, level => level == 15_000);
    }

    // Fails if an ingredient that is out is not first or not marked, or if a sale does not lead to its order.
    [Fact]
    public async Task An_ingredient_that_is_out_comes_first_with_the_items_it_blocks_and_a_level_leads_to_its_ledger()
    {
        await Server.Put("/v1/kitchens/k1/stock/rice", new { threshold = 12_000 });
        var order = await Server.Post("/v1/orders", SmallChain.Order());
        await Server.Post("/v1/kitchens/k1/stock/movements",
            new { movements = new[] { new { sku = "potato", kind = "counted", quantity = 0 } } });
        var page = await Open(Role.Manager, "Now");
        var levels = page.Locator(".levels > li");
        await Expect(page.Locator(".level h2")).ToHaveTextAsync(["Potato masala", "Rice batter", "Ghee"]);
        foreach (var text in new[] { "Out", "Cannot make masala" })
            await Expect(levels.Nth(0)).ToContainTextAsync(text);
        foreach (var text in new[] { "9.9 kg", "Low", "low below 12 kg", "Makes 99 masala", "Makes 99 plain" })
            await Expect(levels.Nth(1)).ToContainTextAsync(text);
        foreach (var text in new[] { "10 l", "OK" })
            await Expect(levels.Nth(2)).ToContainTextAsync(text);
        await Expect(levels.Nth(2).Locator(".level-body")).ToBeHiddenAsync();

        await levels.Nth(1).GetByRole(AriaRole.Button, new() { Name = "Ledger" }).ClickAsync();

        await Expect(page.Locator(".ledger li")).ToHaveTextAsync(
            [new Regex("^Sold.*−100 g9.9 kg$"), new Regex("^Received.*10 kg$")]);
        await Expect(page.Locator(".ledger a")).ToHaveAttributeAsync("href", $"/operations?order={order["id"]}");
    }

    [Fact]
    public async Task A_pack_size_that_is_typed_again_keeps_its_unit_and_its_focus()
    {
        var page = await Open(Role.Manager, "Receive");
        await page.GetByRole(AriaRole.Searchbox).FillAsync("rice");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rice batter" }).ClickAsync();
        var pack = page.GetByLabel("Pack size");
        await page.GetByLabel("Unit of Rice batter").SelectOptionAsync("kg");
        await pack.FillAsync("25");
        await page.GetByLabel("Packs").FillAsync("2.5");
        await Expect(page.Locator(".receipt-total")).ToContainTextAsync("62.5 kg");

        await pack.ClearAsync();
        await page.Keyboard.TypeAsync("20");

        await Expect(pack).ToHaveValueAsync("20");
        await Expect(page.Locator(".receipt-total")).ToContainTextAsync("50 kg");
    }

    [Fact]
    public async Task A_fraction_of_a_piece_is_not_counted()
    {
        await Server.Put("/v1/ingredients/box", new { name = "Box", unit = "piece" });
        var received = new { sku = "box", kind = "received", quantity = 10 };
        await Server.Post("/v1/kitchens/k1/stock/movements", new { movements = new[] { received } });
        var page = await Open(Role.Manager, "Count");
        var counted = page.GetByLabel("Counted: Box");

        await counted.FillAsync("2.5");

        await Expect(counted).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Review" })).ToBeDisabledAsync();
    }

    [Fact]
    public async Task A_count_is_blind_and_reviewed_and_does_not_undo_sales_made_meanwhile()
    {
        var page = await Open(Role.Manager, "Count");
        await Expect(page.GetByText("10,000")).ToHaveCountAsync(0);
        await page.GetByLabel("Unit of Rice batter").SelectOptionAsync("g");
        await page.GetByLabel("Counted: Rice batter").FillAsync("9700");
        await page.GetByRole(AriaRole.Button, new() { Name = "Review 1 line" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Variance" })).ToContainTextAsync("300");
        // Two dosas are sold after the count, before it is committed.
        await Server.Post("/v1/orders", SmallChain.Order(quantity: 2));

        await ShouldSay(page, "Count committed",
            () => page.GetByRole(AriaRole.Button, new() { Name = "Commit 1 line" }).ClickAsync());
        await Eventually.Holds(OnHand, level => level == 9_500);
    }

    [Fact]
    public async Task An_empty_shelf_is_committed_although_open_orders_need_the_ingredient()
    {
        await Server.Post("/v1/orders", SmallChain.Order(quantity: 60));
        var page = await Open(Role.Manager, "Count");
        await page.GetByLabel("Counted: Rice batter").FillAsync("0");
        await page.GetByRole(AriaRole.Button, new() { Name = "Review 1 line" }).ClickAsync();
        await ShouldSay(page, "Count committed",
            () => page.GetByRole(AriaRole.Button, new() { Name = "Commit 1 line" }).ClickAsync());
        (await OnHand()).ShouldBe(0);
    }

    [Fact]
    public async Task A_count_goes_from_area_to_area_and_ends_with_what_the_difference_costs()
    {
        await Server.Put("/v1/ingredients/rice", new
        {
            name = "Rice batter", unit = "g", storageArea = "Cold room",
            pack = new { quantity = 1000, price = new { amount = 6000, currency = "INR" } },
        });
        var page = await Open(Role.Manager, "Count");
        var heads = page.Locator(".count-head");
        await Expect(heads).ToHaveTextAsync(["Cold room 0 of 1 counted, 0 %", "Elsewhere 0 of 2 counted, 0 %"]);
        await page.GetByLabel("Unit of Rice batter").SelectOptionAsync("g");
        await page.GetByLabel("Counted: Rice batter").FillAsync("9500");
        await Expect(heads).ToHaveTextAsync(["Cold room 1 of 1 counted, 100 %", "Elsewhere 0 of 2 counted, 0 %"]);

        await page.GetByRole(AriaRole.Button, new() { Name = "Review 1 line" }).ClickAsync();
        await Expect(page.GetByText("Missing: ₹30.00")).ToBeVisibleAsync();
        await Expect(page.Locator(".variance-sum")).Not.ToContainTextAsync("no price");

        await page.GetByRole(AriaRole.Button, new() { Name = "Back to counting" }).ClickAsync();
        await page.GetByLabel("Counted: Ghee").FillAsync("3");
        await page.GetByRole(AriaRole.Button, new() { Name = "Review 2 lines" }).ClickAsync();
        await Expect(page.Locator(".variance-sum")).ToContainTextAsync("excluding 1 ingredient without a price");

        await page.GetByRole(AriaRole.Tab, new() { Name = "Receive" }).ClickAsync();
        await page.GetByRole(AriaRole.Searchbox).FillAsync("rice");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rice batter" }).ClickAsync();
        await Expect(page.GetByLabel("Pack size")).ToHaveValueAsync("1");
        await page.GetByLabel("Packs").FillAsync("5");
        await Expect(page.Locator(".receipt-total")).ToContainTextAsync("₹300.00");
    }

    [Fact]
    public async Task A_cook_sees_in_the_ledger_which_order_used_an_ingredient()
    {
        var order = await Server.Post("/v1/orders", SmallChain.Order());
        var page = await Open(Role.Kitchen, "Ledger");

        await page.GetByLabel("Ingredient").SelectOptionAsync("rice");

        var sold = page.Locator(".ledger li").First;
        await Expect(sold).ToContainTextAsync($"Order #{order["number"]}");
        await Expect(sold.GetByRole(AriaRole.Link)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_cook_with_wet_hands_books_burnt_food_on_the_keypad()
    {
        var page = await Open(Role.Kitchen, "Waste");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rice batter" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Burnt" }).ClickAsync();
        await page.GetByLabel("Unit of Rice batter").SelectOptionAsync("g");
        foreach (var digit in "250")
            await page.GetByRole(AriaRole.Button, new() { Name = $"{digit}", Exact = true }).ClickAsync();

        await ShouldSay(page, "Waste recorded", () => page.Locator("button.book").ClickAsync());
        await Eventually.Holds(OnHand, level => level == 9_750);
        var movements = (await Server.Get("/v1/kitchens/k1/stock/rice/movements"))["data"]!.AsArray();
        movements.ShouldContain(one => (string)one!["kind"]! == "wasted" && (string?)one["reason"] == "burnt");
    }

    [Fact]
    public async Task An_item_is_taken_off_for_an_hour_and_put_back()
    {
        var page = await Open(Role.Kitchen, "86");
        await page.GetByRole(AriaRole.Button, new() { Name = "86 masala" }).ClickAsync();
        await ShouldSay(page, "masala is off",
            () => page.GetByRole(AriaRole.Button, new() { Name = "For 1 hour" }).ClickAsync());
        await Eventually.Holds(IsOn, isOn => !isOn);
        // The key has no subject, so its label shows who it was.
        await Expect(page.Locator(".off-row .chip.bad")).ToContainTextAsync(new Regex("Off until .* by test$"));

        await page.GetByRole(AriaRole.Button, new() { Name = "Put back on" }).ClickAsync();

        await Eventually.Holds(IsOn, isOn => isOn);
    }

    // Fails if only the recipe of the dish is counted: it has no ghee.
    [Fact]
    public async Task A_cook_sees_how_long_the_stock_lasts_with_the_extras_that_are_sold()
    {
        await Server.Post("/v1/orders", new
        {
            kitchenId = "k1",
            brandId = "dosa",
            channel = "app",
            customer = new { name = "Asha" },
            fulfilment = new { type = "pickup" },
            lines = new[]
            {
                new
                {
                    itemId = "plain",
                    quantity = 7,
                    modifiers = new[] { new { itemId = "ghee-extra", quantity = 20 } },
                },
            },
        });
        var page = await Open(Role.Kitchen, "Now");

        await Expect(page.Locator(".levels > li").Filter(new() { HasText = "Ghee" }).Locator(".cover"))
            .ToHaveTextAsync("lasts 43 days");
        await Expect(page.Locator(".levels > li").Filter(new() { HasText = "Potato" }).Locator(".cover"))
            .ToHaveCountAsync(0);
    }

    async Task<IPage> Open(Role role, string tab)
    {
        var visitor = await Visit(Device.Phone);
        await visitor.SignIn(await Server.KeyOf(role, ["k1"]));
        await visitor.Page.GotoAsync("/stock/k1");
        await visitor.Page.GetByRole(AriaRole.Tab, new() { Name = tab }).ClickAsync();
        return visitor.Page;
    }

    async Task<long> OnHand() => (await Server.Get("/v1/kitchens/k1/stock/rice"))["onHand"]!.GetValue<long>();

    async Task<bool> IsOn() => (await Server.Get("/v1/kitchens/k1/menu"))["data"]!.AsArray()
        .Single(one => (string)one!["itemId"]! == "masala")!["available"]!.GetValue<bool>();
}
