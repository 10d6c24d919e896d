using System.Text.Json;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>A test of a kitchen's board.</summary>
public abstract class BoardScreenTest : ScreenTest
{
    protected const string Stream = "GET /v1/events";
    protected const string Snapshot = "GET /v1/kitchens/k1/board";

    /// <summary>
    /// The response of a proxy. Its Retry-After keeps the board from retrying while a test looks at it.
    /// </summary>
    protected static readonly RouteFulfillOptions Blocked = new()
    {
        Status = 403,
        Headers = new Dictionary<string, string> { ["Content-Type"] = "text/html", ["Retry-After"] = "60" },
        Body = "<h1>Blocked</h1>",
    };

    /// <summary>A cook in front of a board that is live.</summary>
    private protected async Task<Visitor> Open(
        string kitchen = "k1", Device? device = null, Func<IPage, Task>? set = null)
    {
        var visitor = await Visit(device ?? Device.Tablet);
        await visitor.SignIn(await Server.KeyOf(Role.Kitchen, [kitchen]));
        if (set is not null) await set(visitor.Page);
        await Show(visitor.Page, kitchen);
        return visitor;
    }

    protected static async Task Show(IPage page, string kitchen = "k1")
    {
        await page.GotoAsync($"/kitchen/{kitchen}");
        await ShouldBe(page, "live");
        // A live board is not complete yet: it reads the names in parallel with the stream, and then the menu.
        await Eventually.Holds(
            () => page.EvaluateAsync<bool>(
                "kitchen => localStorage.getItem(`tiffin.board.${kitchen}.menu`) !== null", kitchen),
            isRead => isRead, "the menu is read");
        await page.EvaluateAsync("window.opened = true");
    }

    /// <summary>Taps twice at the same instant, however long the machine takes between the two.</summary>
    protected static async Task Bounce(ILocator target)
    {
        await target.Page.EvaluateAsync("""
            window.realTime = Object.getOwnPropertyDescriptor(Event.prototype, 'timeStamp');
            Object.defineProperty(Event.prototype, 'timeStamp', { get: () => 0, configurable: true });
            """);
        await target.DblClickAsync();
        await target.Page.EvaluateAsync("Object.defineProperty(Event.prototype, 'timeStamp', window.realTime)");
    }

    protected static Task ShouldBe(IPage page, string link) =>
        Expect(page.Locator(".board")).ToHaveAttributeAsync("data-link", link);

    protected static async Task ShouldNotHaveBeenLoadedAgain(IPage page) =>
        (await page.EvaluateAsync<bool>("window.opened === true")).ShouldBeTrue();

    protected static ILocator Card(IPage page, JsonNode order) =>
        page.GetByRole(AriaRole.Article, new() { Name = $"Order #{order["number"]}", Exact = true });

    protected static ILocator Button(IPage page, string what, JsonNode order) =>
        Button(page.Locator("body"), what, order);

    protected static ILocator Button(ILocator within, string what, JsonNode order) =>
        within.GetByRole(AriaRole.Button, new() { Name = $"{what}: order #{order["number"]}", Exact = true });

    // By key: the second of two quick taps on the same spot would be a bounce.
    protected static Task Press(ILocator button) => button.PressAsync("Enter");

    protected static Task Bump(IPage page, JsonNode order) => Button(page, "Ready", order).ClickAsync();

    /// <summary>
    /// Stops the time of day of a page whose clock was installed before it was opened. Timers keep running, but a tap
    /// can be undone until <see cref="ResumeTime"/>, however slow the machine is.
    /// </summary>
    protected static async Task StopTime(IPage page) => await page.Clock.SetFixedTimeAsync(await TimeOf(page));

    protected static async Task ResumeTime(IPage page) => await page.Clock.SetSystemTimeAsync(await TimeOf(page));

    static async Task<DateTime> TimeOf(IPage page) =>
        DateTime.UnixEpoch.AddMilliseconds(await page.EvaluateAsync<double>("Date.now()"));

    protected Task<JsonNode> Place(string kitchen = "k1") => Server.Post("/v1/orders", SmallChain.Order(kitchen));

    protected Task<JsonNode> PlaceNoted(string note) => Server.Post("/v1/orders", new
    {
        kitchenId = "k1",
        brandId = "dosa",
        channel = "app",
        customer = new { name = "Asha" },
        fulfilment = new { type = "pickup" },
        lines = new[] { new { itemId = "plain", quantity = 1, note } },
    });

    /// <summary>An accepted order of a kitchen that accepts manually.</summary>
    protected async Task<JsonNode> PlaceAccepted(string kitchen, DateTimeOffset? at = null)
    {
        var order = JsonSerializer.SerializeToNode(SmallChain.Order(kitchen))!;
        if (at is { } time) order["fulfilment"]!["at"] = time;
        return await Move(await Server.Post("/v1/orders", order), "accepted");
    }

    protected Task<JsonNode> Move(JsonNode order, string status) =>
        Server.Put($"/v1/orders/{order["id"]}/status", new { status });

    protected async Task<string> Status(JsonNode order) =>
        (string)(await Server.Get($"/v1/orders/{order["id"]}"))["status"]!;

    protected Task<string> WillBeReady(JsonNode order) =>
        Eventually.Holds(() => Status(order), status => status == "ready");

    /// <summary>How often the order has become ready.</summary>
    protected async Task<int> TimesReady(JsonNode order) =>
        (await Server.Get($"/v1/orders/{order["id"]}"))["timeline"]!.AsArray()
            .Count(step => (string)step!["status"]! == "ready" && step["event"] is null);

    protected async Task PromiseTimes() => await Server.Pipeline.Submit(
        SmallChain.Kitchen("k1", Acceptance.Automatic) with { Times = new() { PrepMinutes = 20 } });
}
