using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tiffin.Domain;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>The printed pages: the 80 mm kitchen ticket and the count sheet.</summary>
public sealed partial class PrintTests : BoardScreenTest
{
    const double PixelsPerMillimetre = 96 / 25.4;

    [Theory]
    [InlineData(100)]
    [InlineData(160)]
    public async Task A_ticket_has_everything_a_cook_needs_and_fits_80_mm_at_any_text_size(int zoom)
    {
        var order = await Placed(note: "No peanuts please, allergic. Pack the sambar separately, well closed");
        var page = (await Open(set: one =>
            one.AddInitScriptAsync($"localStorage.setItem('tiffin.zoom', {zoom})"))).Page;
        await Expect(Card(page, order).Locator(".note")).ToBeVisibleAsync();
        await Card(page, order).Locator(".card-title").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Print ticket" })).ToBeVisibleAsync();

        await page.EmulateMediaAsync(new() { Media = Media.Print });

        var ticket = page.Locator(".ticket");
        string[] content =
        [
            $"#{order["number"]}", "Dosa Corner", "Delivery · app", "2 × masala", "+ ghee-extra",
            "No peanuts please, allergic. Pack the sambar separately, well closed", "1 × plain",
        ];
        foreach (var text in content) await Expect(Lines(ticket, text)).ToBeVisibleAsync();
        await Expect(page.Locator(".board, .panel").First).ToBeHiddenAsync();
        await Expect(page.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        (await Right(page, ".ticket")).ShouldBe(80 * PixelsPerMillimetre, 0.5);
        (await Right(page, ".ticket *")).ShouldBeLessThanOrEqualTo(76 * PixelsPerMillimetre + 0.5);
        var paper = await Pages(page);
        paper.Width.ShouldBe(80, 0.5);
        paper.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_count_sheet_has_a_line_for_each_ingredient_and_none_of_the_recorded_levels()
    {
        var visitor = await Visit(Device.Phone);
        await visitor.SignIn(await Server.KeyOf(Role.Manager, ["k1"]));
        var page = visitor.Page;
        await page.GotoAsync("/stock/k1");
        await page.GetByRole(AriaRole.Tab, new() { Name = "Count" }).ClickAsync();
        await page.GetByLabel("Counted: Ghee").FillAsync("9");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Print count sheet" })).ToBeVisibleAsync();

        await page.EmulateMediaAsync(new() { Media = Media.Print });

        var sheet = page.Locator(".sheet");
        await Expect(sheet.Locator("h1")).ToHaveTextAsync("Count sheet · k1");
        await Expect(sheet.Locator("tbody td:first-child")).ToHaveTextAsync(["Ghee", "Potato masala", "Rice batter"]);
        foreach (var row in await sheet.Locator("tbody tr").AllAsync()) await Expect(row).ToBeVisibleAsync();
        (await sheet.InnerTextAsync()).ShouldNotMatch(@"\d{2}");
        await Expect(page.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Tab)).ToHaveCountAsync(0);
        await Expect(page.GetByLabel("Counted: Ghee")).ToBeHiddenAsync();
        await Expect(page.Locator(".head")).ToBeHiddenAsync();
        (await Right(page, ".sheet, .sheet *")).ShouldBeLessThanOrEqualTo(Device.Phone.Width);
        (await Pages(page)).Count.ShouldBe(1);
    }

    Task<JsonNode> Placed(string note) => Server.Post("/v1/orders", new
    {
        kitchenId = "k1",
        brandId = "dosa",
        channel = "app",
        customer = new { name = "Asha" },
        fulfilment = new { type = "delivery", address = SmallChain.Home },
        lines = new object[]
        {
            new
            {
                itemId = "masala", quantity = 2, note,
                modifiers = new[] { new { itemId = "ghee-extra", quantity = 1 } },
            },
            new { itemId = "plain", quantity = 1 },
        },
    });

    // The smallest element with the text: the name of a line is in more than one.
    static ILocator Lines(ILocator ticket, string text) =>
        ticket.Locator("p, .line-name, .modifier, .note > span").Filter(new() { HasText = text }).First;

    /// <summary>The rightmost edge of the matching elements, in pixels.</summary>
    static Task<double> Right(IPage page, string selector) => page.EvaluateAsync<double>(
        "(all) => Math.max(...[...document.querySelectorAll(all)].map((one) => one.getBoundingClientRect().right))",
        selector);

    /// <summary>The width of the paper in millimetres, and the number of pages.</summary>
    static async Task<(double Width, int Count)> Pages(IPage page)
    {
        var text = Encoding.Latin1.GetString(await page.PdfAsync(new() { PreferCSSPageSize = true }));
        var boxes = MediaBox().Matches(text);
        var points = double.Parse(boxes[0].Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        return (points / 72 * 25.4, boxes.Count);
    }

    [GeneratedRegex(@"/MediaBox \[0 0 ([\d.]+) [\d.]+\]")]
    private static partial Regex MediaBox();
}
