using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>The customer's page.</summary>
public sealed class TrackPageTests : ScreenTest
{
    protected override void Configure(WebApplicationBuilder builder) =>
        builder.Configuration["Tracking:HeartbeatInterval"] = "00:00:01";

    [Fact]
    public async Task The_sentence_follows_the_order_to_its_end_without_the_page_being_loaded_again()
    {
        await PromiseTimes();
        var order = await Place();
        var page = (await Visit(Device.Phone)).Page;
        await page.GotoAsync((string)order["trackingUrl"]!);
        await page.EvaluateAsync("window.opened = true");
        var sentence = page.GetByRole(AriaRole.Heading, new() { Level = 1 });
        await Expect(sentence).ToHaveTextAsync("Dosa Corner has accepted your order.");

        await Move(order, "preparing");
        await Expect(sentence).ToHaveTextAsync("Dosa Corner is cooking your order.");
        await Expect(page.Locator("[aria-current=step]")).ToContainTextAsync("Cooking");
        await Server.Put($"/v1/orders/{order["id"]}/courier", new { courierId = "ravi", name = "Ravi Menon" });
        await Move(order, "out_for_delivery");
        await Expect(sentence).ToHaveTextAsync("Ravi is bringing your order.");
        await Expect(page.GetByText((string)order["deliveryCode"]!, new() { Exact = true })).ToBeVisibleAsync();
        await Server.Put($"/v1/orders/{order["id"]}/courier/arrival", new { where = "customer" });
        await Expect(sentence).ToHaveTextAsync("Ravi is at your door.");
        await Move(order, "delivered");
        await Expect(sentence).ToHaveTextAsync("Your order was delivered. Enjoy your meal!");

        await Expect(page).ToHaveTitleAsync("Your order was delivered. Enjoy your meal! · Dosa Corner");
        (await page.EvaluateAsync<bool>("window.opened === true")).ShouldBeTrue();
    }

    [Fact]
    public async Task The_page_is_complete_without_script()
    {
        var order = await Place();
        var page = (await Visit(Device.Phone with { HasScript = false })).Page;

        await page.GotoAsync((string)order["trackingUrl"]!);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToHaveTextAsync("Dosa Corner has accepted your order.");
        await Expect(page.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(6);
        await Expect(page.Locator("noscript meta")).ToHaveAttributeAsync("http-equiv", "refresh");
    }

    [Fact]
    public async Task Without_a_connection_the_page_says_so_until_it_has_seen_what_it_missed()
    {
        var order = await Place();
        var visitor = await Visit(Device.Phone);
        var page = visitor.Page;
        await page.GotoAsync((string)order["trackingUrl"]!);
        var offline = page.GetByText("No connection. What you see may be out of date.");
        await Expect(offline).ToBeHiddenAsync();

        await visitor.Context.SetOfflineAsync(true);
        await Expect(offline).ToBeVisibleAsync();
        await Move(order, "preparing");
        await visitor.Context.SetOfflineAsync(false);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToHaveTextAsync("Dosa Corner is cooking your order.");
        await Expect(offline).ToBeHiddenAsync();
        await Move(order, "ready");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToHaveTextAsync("Your order is ready and about to leave the kitchen.");
        visitor.Expect([.. visitor.Faults.Where(fault => fault.Contains("net::ERR_INTERNET_DISCONNECTED"))]);
    }

    [Fact]
    public async Task A_read_that_fails_is_repeated_although_the_stream_stays_open()
    {
        var order = await Place();
        var url = (string)order["trackingUrl"]!;
        var visitor = await Visit(Device.Phone);
        var page = visitor.Page;
        await page.GotoAsync(url);
        await page.RouteAsync(url, route => route.FulfillAsync(new() { Status = 503 }), new() { Times = 1 });

        await Move(order, "preparing");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToHaveTextAsync("Dosa Corner is cooking your order.");
        visitor.Expect([.. visitor.Faults.Where(fault => fault.Contains("503"))]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_customer_cancels_with_and_without_script(bool hasScript)
    {
        var order = await Place(customerId: "c-17");
        var page = (await Visit(Device.Phone with { HasScript = hasScript })).Page;
        await page.GotoAsync((string)order["trackingUrl"]!);

        await page.GetByText("Cancel the order").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes, cancel it" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToHaveTextAsync("Your order was cancelled.");
        await Expect(page.GetByText("Cancel the order")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_cancellation_prompt_stays_open_while_the_order_changes()
    {
        await PromiseTimes();
        var order = await Place(customerId: "c-17");
        var page = (await Visit(Device.Phone)).Page;
        await page.GotoAsync((string)order["trackingUrl"]!);
        await page.GetByText("Cancel the order").ClickAsync();
        var button = page.GetByRole(AriaRole.Button, new() { Name = "Yes, cancel it" });
        await button.FocusAsync();

        await Server.Put($"/v1/orders/{order["id"]}/promise", new { prepMinutes = 60, reason = "busy" });

        await Expect(page.Locator(".notes")).ToBeVisibleAsync();
        await Expect(button).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_page_that_was_offline_for_longer_than_events_are_kept_goes_on()
    {
        var order = await Place();
        var visitor = await Visit(Device.Phone);
        var page = visitor.Page;
        await page.Clock.InstallAsync();
        await page.GotoAsync((string)order["trackingUrl"]!);
        await page.EvaluateAsync("window.opened = true");
        var sentence = page.GetByRole(AriaRole.Heading, new() { Level = 1 });
        await Expect(sentence).ToHaveTextAsync("Dosa Corner has accepted your order.");
        await visitor.Context.SetOfflineAsync(true);
        // Going offline does not close an open stream; the page does when it has been silent for too long.
        await page.Clock.FastForwardAsync(60_000);
        await Move(order, "preparing");
        await Place();
        await Session.Run(Server.ConnectionString,
            "DELETE FROM events WHERE position < (SELECT max(position) FROM events)");

        await visitor.Context.SetOfflineAsync(false);

        await Expect(sentence).ToHaveTextAsync("Dosa Corner is cooking your order.");
        await Move(order, "cancelled");
        await Expect(sentence).ToHaveTextAsync("Your order was cancelled.");
        (await page.EvaluateAsync<bool>("window.opened === true")).ShouldBeTrue();
        visitor.Expect([.. visitor.Faults.Where(fault => fault.Contains("net::ERR_INTERNET_DISCONNECTED"))]);
    }

    [Fact]
    public async Task Markup_in_a_name_is_shown_as_text()
    {
        const string name = "<img src=x onerror=alert(1)>";
        await Server.Pipeline.Submit(new PutBrand("dosa", name) { Caller = SmallChain.Admin });
        var order = await Place();
        var page = (await Visit(Device.Phone)).Page;
        await page.GotoAsync((string)order["trackingUrl"]!);
        await Move(order, "preparing");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToHaveTextAsync($"{name} is cooking your order.");
        await Expect(page.Locator("img")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData(false, "en-IN")]
    [InlineData(true, "hi-IN")]
    public async Task Axe_finds_nothing_on_the_way_and_at_the_end(bool isDark, string locale)
    {
        await PromiseTimes();
        var order = await Place();
        var visitor = await Visit(Device.Phone with { IsDark = isDark, Locale = locale });
        await Move(order, "preparing");
        await Move(order, "out_for_delivery");
        await visitor.Page.GotoAsync((string)order["trackingUrl"]!);
        await Expect(visitor.Page.Locator(".code")).ToBeVisibleAsync();
        (await visitor.AxeViolations()).ShouldBeEmpty();

        await Move(order, "delivered");

        await Expect(visitor.Page.Locator(".code")).ToHaveCountAsync(0);
        (await visitor.AxeViolations()).ShouldBeEmpty();
        (await visitor.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBe(Device.Phone.Width);
    }

    [Fact]
    public async Task An_unknown_link_shows_a_page_in_the_readers_language()
    {
        var visitor = (await Visit(Device.Phone with { Locale = "hi-IN" })).Expect("404 GET /t/none");
        await visitor.Page.GotoAsync("/t/none");

        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToHaveTextAsync("यह ऑर्डर नहीं मिला");
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "English" }).ClickAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToHaveTextAsync("We cannot find this order");
        (await visitor.AxeViolations()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_page_loads_ten_kilobytes_of_script_at_most()
    {
        var order = await Place();
        var visitor = await Visit(Device.Phone);
        var scripts = new List<Task<int>>();
        visitor.Page.RequestFinished += (_, request) =>
        {
            if (request.ResourceType == "script") scripts.Add(Size(request));
        };
        await visitor.Page.GotoAsync((string)order["trackingUrl"]!, new() { WaitUntil = WaitUntilState.Load });

        var sizes = await Task.WhenAll(scripts);
        sizes.ShouldNotBeEmpty();
        sizes.Sum().ShouldBeLessThan(10 * 1024);

        static async Task<int> Size(IRequest request) => (await request.SizesAsync()).ResponseBodySize;
    }

    async Task PromiseTimes() => await Server.Pipeline.Submit(SmallChain.Kitchen("k1", Acceptance.Automatic) with
    {
        Times = new() { PrepMinutes = 20, DeliveryMinutes = new(10, 25), HandoverCodes = HandoverCodes.Optional },
    });

    Task<JsonNode> Place(string? customerId = null)
    {
        var body = JsonSerializer.SerializeToNode(SmallChain.Order())!;
        if (customerId is not null) body["customer"]!["id"] = customerId;
        return Server.Post("/v1/orders", body);
    }

    Task<JsonNode> Move(JsonNode order, string status) =>
        Server.Put($"/v1/orders/{order["id"]}/status", new { status });
}
