using Tiffin.Domain;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>The stock of a kitchen, on a phone.</summary>
public sealed class StockTests : ScreenTest
{
    [Fact]
    public async Task A_delivery_of_two_packs_is_booked()
    {
        var visitor = await Visit(Device.Phone);
        await visitor.SignIn(await Server.KeyOf(Role.Manager, ["k1"]));
        var page = visitor.Page;
        await page.GotoAsync("/stock/k1");

        await page.GetByRole(AriaRole.Tab, new() { Name = "Receive" }).ClickAsync();
        await page.GetByRole(AriaRole.Searchbox).FillAsync("rice");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rice batter" }).ClickAsync();
        await page.GetByLabel("Unit of Rice batter").SelectOptionAsync("g");
        await page.GetByLabel("Pack size").FillAsync("2500");
        await page.GetByLabel("Packs").FillAsync("2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Book 1 line" }).ClickAsync();

        await Expect(page.GetByText("Delivery booked")).ToBeVisibleAsync();
        await Eventually.Holds(async () => (await Server.Get("/v1/kitchens/k1/stock/rice"))["onHand"]!.GetValue<long>(),
            level => level == 15_000);
    }
}
