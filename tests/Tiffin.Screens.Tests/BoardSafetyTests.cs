using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Edge.Access;
using Tiffin.Engine.Commit;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>What a board must never do, and how it is used with fingers and keys alone.</summary>
public sealed partial class BoardSafetyTests : BoardScreenTest
{
    [Fact]
    public async Task What_others_have_written_is_text()
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

    // Fails if a note is cut, by its card or by dots, or has the colour of the card.
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

    [Fact]
    public async Task A_device_that_is_no_longer_paired_leaves_the_board()
    {
        var visitor = (await Visit(Device.Tablet)).Expect($"401 {Stream}", $"401 {Snapshot}");
        var id = await Pair(visitor);
        await Show(visitor.Page);

        (await Server.Client.DeleteAsync($"/v1/devices/{id}")).IsSuccessStatusCode.ShouldBeTrue();

        await Expect(visitor.Page).ToHaveURLAsync(SignInForTheBoard());
    }

    [Fact]
    public async Task Signing_out_elsewhere_in_the_browser_leaves_the_board()
    {
        var visitor = (await Open()).Expect($"401 {Stream}", $"401 {Snapshot}");
        var http = visitor.Context.APIRequest;
        var session = (await (await http.GetAsync("/v1/session")).JsonAsync())!.Value;

        var answer = await http.DeleteAsync("/v1/session", new()
        {
            Headers = new Dictionary<string, string>
            {
                [Sessions.AntiforgeryHeader] = session.GetProperty("antiforgeryToken").GetString()!,
            },
        });

        answer.Status.ShouldBe(204);
        await Expect(visitor.Page).ToHaveURLAsync(SignInForTheBoard());
    }

    [Fact]
    public async Task The_keyboard_alone_is_enough()
    {
        JsonNode[] orders = [await Place(), await Place(), await Place()];
        var page = (await Open(set: page => page.Clock.InstallAsync())).Page;
        await Expect(page.GetByRole(AriaRole.Article)).ToHaveCountAsync(3);
        var keys = page.Keyboard;

        await StopTime(page);
        await keys.PressAsync("2");
        await Expect(Card(page, orders[1])).ToHaveCountAsync(0);
        await keys.PressAsync("Backspace");
        await Expect(Card(page, orders[1])).ToBeVisibleAsync();

        await ResumeTime(page);
        await keys.PressAsync("ArrowRight");
        await Expect(Card(page, orders[0])).ToBeFocusedAsync();
        await keys.PressAsync("ArrowRight");
        await Expect(Card(page, orders[1])).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await WillBeReady(orders[1]);
        (await Status(orders[0])).ShouldBe("accepted");

        await TabTo(page, Button(page, "Ready", orders[0]));
        await keys.PressAsync("Enter");
        await WillBeReady(orders[0]);
        (await Status(orders[2])).ShouldBe("accepted");

        await Expect(page.Locator(".undo-bar li")).ToHaveCountAsync(0);
        await keys.PressAsync("Backspace");
        var recall = page.GetByRole(AriaRole.Dialog, new() { Name = "Last bumped" });
        await Expect(recall).ToContainTextAsync($"#{orders[0]["number"]}");
        await keys.PressAsync("Escape");
        await Expect(recall).ToHaveCountAsync(0);
    }

    // Fails if the cover lets a touch or a key through, or does not end by itself, and if a palm bumps.
    [Fact]
    public async Task A_screen_that_is_cleaned_takes_no_touch_for_20_seconds_and_then_that_of_one_finger_alone()
    {
        var order = await Place();
        var visitor = await Open(set: page => page.Clock.InstallAsync());
        var page = visitor.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Settings" }).TapAsync();
        // The bar above the cards goes with the first tap: what is touched below it has its place then.
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Tap for sound" })).ToHaveCountAsync(0);
        await StopTime(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Clean screen" }).TapAsync();
        var cover = page.GetByRole(AriaRole.Dialog, new() { Name = "Wipe the screen now" });
        await Expect(cover).ToBeVisibleAsync();
        var ready = Button(page, "Ready", order);
        var (x, y) = Middle((await ready.BoundingBoxAsync())!);

        // Taps nevertheless: a tap of the button waits until nothing covers it.
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
        // The click of a touch that does not count may follow it.
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

    /// <summary>Pairs the visitor's browser; answers the id of the device.</summary>
    async Task<string> Pair(Visitor visitor)
    {
        var pairing = await Post("/v1/devices/pairings", null);
        (await Server.Client.PutAsync($"/v1/devices/pairings/{pairing.GetProperty("userCode").GetString()}",
            System.Net.Http.Json.JsonContent.Create(new { kitchenId = "k1", name = "Tandoor" })))
            .IsSuccessStatusCode.ShouldBeTrue();
        var deviceSecret = pairing.GetProperty("deviceSecret").GetString();
        return (await Post("/v1/devices/pairings/claim", new { deviceSecret })).GetProperty("id").GetString()!;

        async Task<JsonElement> Post(string path, object? body)
        {
            var answer = await visitor.Context.APIRequest.PostAsync(path, new() { DataObject = body });
            answer.Ok.ShouldBeTrue(await answer.TextAsync());
            return (await answer.JsonAsync())!.Value;
        }
    }

    async Task Put(CatalogueCommand put) => (await Server.Pipeline.Submit(put)).ShouldBeOfType<Outcome.OfEntry>();

    [GeneratedRegex("/sign-in\\?returnTo=%2Fkitchen%2Fk1$")]
    private static partial Regex SignInForTheBoard();
}
