using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Engine.Commit;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>What a board must never do, and how it reacts to fingers.</summary>
public sealed class BoardSafetyTests : BoardScreenTest
{
    [Fact]
    public async Task Markup_written_by_others_is_shown_as_text()
    {
        const string script = "<script>window.ran = 1</script>";
        const string image = "<img src=x onerror='window.ran = 1'>";
        await Put(new PutBrand("dosa", image) { Caller = SmallChain.Admin });
        await Put(new PutItem("plain", "dosa", script, null, ItemKind.Item, new Money(9000, "INR"), 500,
            [new RecipeLine("rice", 100)], []) { Caller = SmallChain.Admin });
        var page = (await Open()).Page;

        var order = await Server.Post("/v1/orders", new
        {
            kitchenId = "k1",
            brandId = "dosa",
            channel = "app",
            customer = new { name = image },
            fulfilment = new { type = "pickup" },
            lines = new[] { new { itemId = "plain", quantity = 1, note = $"no nuts {script}{image}" } },
        });

        var card = Card(page, order);
        await Expect(card.Locator(".item-name")).ToHaveTextAsync(script);
        await Expect(card.Locator(".brand-name")).ToHaveTextAsync(image);
        await Expect(card.Locator(".note")).ToContainTextAsync($"{script}{image}");
        await card.Locator(".card-title").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).Locator("dd").GetByText(image)).ToBeVisibleAsync();
        await Expect(page.Locator("img, #screen script")).ToHaveCountAsync(0);
        (await page.EvaluateAsync<bool>("'ran' in window")).ShouldBeFalse();
    }

    // Fails if a note is cut off by its card or by an ellipsis, or has the colour of the card.
    [Theory]
    [InlineData(390)]
    [InlineData(1280)]
    public async Task A_note_of_any_length_is_on_yellow_and_whole(int width)
    {
        var note = string.Concat(Enumerable.Repeat("Less salt, well done. ", 10))[..199] + "!";
        var page = (await Open(device: new Device(width, 800))).Page;
        var order = await PlaceNoted(note);

        var shown = Card(page, order).Locator(".note");
        await Expect(shown).ToContainTextAsync(note);
        (await shown.EvaluateAsync<string[]>("""
            note => {
              const text = document.createRange();
              text.selectNodeContents(note);
              const [inner, card] = [text.getBoundingClientRect(), note.closest("article").getBoundingClientRect()];
              const { backgroundColor, textOverflow } = getComputedStyle(note);
              const isOut = inner.left < card.left || inner.right > card.right || inner.bottom > card.bottom;
              return [isOut || note.scrollHeight > note.clientHeight ? "cut" : "whole", textOverflow, backgroundColor];
            }
            """)).ShouldBe(["whole", "clip", "rgb(255, 233, 138)"]);
    }

    // Fails if the cover lets a touch or a key through or does not end by itself, or if a palm bumps an order.
    [Fact]
    public async Task A_screen_being_cleaned_ignores_touches_for_20_seconds_and_then_accepts_one_finger_only()
    {
        var order = await Place();
        var visitor = await Open(set: page => page.Clock.InstallAsync());
        var page = visitor.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Settings" }).TapAsync();
        // The first tap removes the bar above the cards; after that, what is below it no longer moves.
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Tap for sound" })).ToHaveCountAsync(0);
        await StopTime(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Clean screen" }).TapAsync();
        var cover = page.GetByRole(AriaRole.Dialog, new() { Name = "Wipe the screen now" });
        await Expect(cover).ToBeVisibleAsync();
        var ready = Button(page, "Ready", order);
        var (x, y) = Middle((await ready.BoundingBoxAsync())!);

        // Taps by position: a tap on the button would wait until nothing covers it.
        await page.Touchscreen.TapAsync(x, y);
        await page.Keyboard.PressAsync("1");
        await Expect(page.Locator(".undo-bar li")).ToHaveCountAsync(0);
        await Expect(Card(page, order)).ToBeVisibleAsync();

        await ResumeTime(page);
        await page.Clock.FastForwardAsync(21_000);
        await Expect(cover).ToHaveCountAsync(0);
        await StopTime(page);
        var glass = await visitor.Context.NewCDPSessionAsync(page);
        await Touch(glass, new { x, y, radiusX = 60, radiusY = 60 });
        await Touch(glass, new { x, y, id = 0 }, new { x = x + 60, y, id = 1 });
        // The click of an ignored touch may follow it.
        await page.Clock.FastForwardAsync(1_000);
        (await Status(order)).ShouldBe("accepted");
        await Expect(page.Locator(".undo-bar li")).ToHaveCountAsync(0);

        await ready.TapAsync();
        await Expect(Button(page, "Undo", order)).ToBeVisibleAsync();
    }

    static (float X, float Y) Middle(LocatorBoundingBoxResult box) =>
        (box.X + box.Width / 2, box.Y + box.Height / 2);

    /// <summary>Puts one finger after the other on the glass, and lifts them together.</summary>
    static async Task Touch(ICDPSession glass, params object[] fingers)
    {
        for (var down = 1; down <= fingers.Length; down++) await Send("touchStart", fingers[..down]);
        await Send("touchEnd", []);

        Task Send(string type, object[] touchPoints) =>
            glass.SendAsync("Input.dispatchTouchEvent", new() { ["type"] = type, ["touchPoints"] = touchPoints });
    }

    async Task Put(CatalogueCommand put) => (await Server.Pipeline.Submit(put)).ShouldBeOfType<Outcome.OfEntry>();
}
