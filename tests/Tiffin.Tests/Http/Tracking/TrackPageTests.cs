using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Tracking;

/// <summary>
/// The customer's page as the server writes it, by the clock of a sandbox that begins at 12:00 in the kitchen's zone.
/// An order takes 20 minutes to prepare, and 10 to 25 to deliver.
/// </summary>
public sealed partial class TrackPageTests : IAsyncLifetime
{
    static readonly TimeZoneInfo kolkata = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata");

    TestServer server = null!;
    HttpClient customer = null!;
    DateTimeOffset noon;

    public async Task InitializeAsync()
    {
        server = await Sandbox.Start();
        await SmallChain.Open(server);
        foreach (var (id, acceptance) in new[] { ("k1", Acceptance.Automatic), ("k2", Acceptance.Manual) })
            await server.Pipeline.Submit(SmallChain.Kitchen(id, acceptance) with
            {
                Times = new()
                {
                    PrepMinutes = 20, DeliveryMinutes = new(10, 25), HandoverCodes = HandoverCodes.Optional,
                },
            });
        var tomorrow = TimeZoneInfo.ConvertTime(Sandbox.Now(server), kolkata).Date.AddDays(1);
        noon = new DateTimeOffset(tomorrow.AddHours(12), kolkata.BaseUtcOffset);
        await Sandbox.MoveTo(server, noon);
        customer = server.Stranger();
    }

    public async Task DisposeAsync()
    {
        customer.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task The_link_of_an_order_is_the_address_of_its_page()
    {
        var order = await Place();
        var url = (string)order["trackingUrl"]!;
        using var page = await customer.GetAsync(url);

        url.ShouldStartWith($"{server.Address}t/");
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        page.Headers.CacheControl!.ToString().ShouldBe("no-store");
        page.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        page.Headers.GetValues("Content-Security-Policy").Single().ShouldNotContain("unsafe");
        var html = await page.Content.ReadAsStringAsync();
        html.ShouldContain("<noscript><meta http-equiv=\"refresh\" content=\"20\"></noscript>");
        foreach (var file in Loaded().Matches(html).Select(match => match.Groups[1].Value))
            (await customer.GetAsync(file)).StatusCode.ShouldBe(HttpStatusCode.OK, file);
        Loaded().Count(html).ShouldBe(3);
    }

    [Fact]
    public async Task It_shows_nothing_that_the_token_may_not_see()
    {
        var order = await Place();
        var html = await Html(order);

        foreach (var secret in new[]
        {
            (string)order["id"]!, "Asha", "9800000000", "MG Road", "560001", "120.00", "class=\"code\"",
        })
            html.ShouldNotContain(secret);
    }

    [Fact]
    public async Task The_page_shows_the_state_of_a_delivery_in_one_sentence_and_its_arrival_time()
    {
        var order = await Place("k2");
        (await Seen(order)).ShouldBe("Dosa Corner has your order and will confirm it soon. | Arrives 12:30 – 12:45 | "
            + "[Ordered 12:00] Cooking Ready On its way Delivered");
        await Move(order, "accepted");
        (await Seen(order)).ShouldStartWith(
            "Dosa Corner has accepted your order. | Arrives 12:30 – 12:45 | [Ordered 12:00]");
        await Sandbox.Advance(server, 5);
        await Move(order, "preparing");
        (await Seen(order)).ShouldBe("Dosa Corner is cooking your order. | Arrives 12:30 – 12:45 | "
            + "Ordered 12:00 [Cooking 12:05] Ready On its way Delivered");
        await Move(order, "ready");
        (await Seen(order)).ShouldStartWith(
            "Your order is ready and about to leave the kitchen. | Arrives 12:30 – 12:45");
        await server.Put($"/v1/orders/{order["id"]}/courier", new { courierId = "ravi", name = "Ravi Menon" });
        await Sandbox.Advance(server, 15);
        await Move(order, "out_for_delivery");
        (await Seen(order)).ShouldBe("Ravi is bringing your order. | Arrives 12:30 – 12:45 | "
            + $"Your code {Code(order)} | Ordered 12:00 Cooking 12:05 Ready 12:05 [On its way 12:20] Delivered");
        await server.Put($"/v1/orders/{order["id"]}/courier/arrival", new { where = "customer" });
        (await Seen(order)).ShouldStartWith($"Ravi is at your door. | Your code {Code(order)}");
        await Sandbox.Advance(server, 1);
        await Move(order, "delivered");
        (await Seen(order)).ShouldBe("Your order was delivered. Enjoy your meal! | Delivered 12:21 | "
            + "Ordered 12:00 Cooking 12:05 Ready 12:05 On its way 12:20 Delivered 12:21");
        (await Html(order)).ShouldNotContain("refresh");
        (await Html(order)).ShouldNotContain("data-events");
    }

    [Fact]
    public async Task A_pickup_has_four_steps_and_its_code_at_the_counter()
    {
        var order = await Place(body => body["fulfilment"] = new JsonObject { ["type"] = "pickup" });
        (await Seen(order)).ShouldBe("Dosa Corner has accepted your order. | Ready at 12:20 | "
            + "[Ordered 12:00] Cooking Ready to collect Collected");
        await Move(order, "preparing");
        await Move(order, "ready");
        (await Seen(order)).ShouldBe($"Your order is ready. Collect it at the counter. | Your code {Code(order)} | "
            + "Ordered 12:00 Cooking 12:00 [Ready to collect 12:00] Collected");
        await Move(order, "delivered");
        (await Seen(order)).ShouldStartWith("You have collected your order. Enjoy your meal! | Collected 12:00");
    }

    [Fact]
    public async Task The_page_lists_the_modifiers_of_an_item()
    {
        var order = await Place(body => body["lines"] = JsonNode.Parse(
            """[{ "itemId": "masala", "quantity": 2, "modifiers": [{ "itemId": "ghee-extra", "quantity": 3 }] }]"""));

        var items = Regex.Match(await Html(order), "<section id=\"items\">.*?</section>", RegexOptions.Singleline);

        items.Value.ShouldContain(
            "<li><span class=\"number\">2 ×</span> <span>masala<small>+ 3 × ghee-extra</small></span></li>");
    }

    [Fact]
    public async Task A_scheduled_order_is_for_its_day_until_that_day_comes()
    {
        var order = await Place(body => body["fulfilment"]!["at"] = noon.AddDays(1).AddHours(1));
        (await Seen(order)).ShouldStartWith(
            "Your order is scheduled. Dosa Corner will start cooking in time. | Planned for Tomorrow, 13:00 | ");
        var later = await Place(body => body["fulfilment"]!["at"] = noon.AddDays(2).AddHours(1));
        (await Seen(later)).ShouldContain(
            $"| Planned for {noon.AddDays(2).ToString("ddd d MMM", CultureInfo.InvariantCulture)}, 13:00 | ");

        await Sandbox.MoveTo(server, noon.AddHours(12.5));

        (await Seen(order)).ShouldContain("| Planned for 13:00 | ");
    }

    [Fact]
    public async Task A_failed_attempt_says_what_happened_and_what_follows()
    {
        var order = await Place();
        await Move(order, "preparing");
        await Move(order, "out_for_delivery");
        await server.Post($"/v1/orders/{order["id"]}/delivery-attempts", new { outcome = "not_reachable" },
            HttpStatusCode.OK);
        (await Seen(order)).ShouldStartWith("Your order could not be delivered yet. | "
            + "The courier was at your address and could not reach you. | "
            + "Dosa Corner will decide in a few minutes what happens next. Call them if you can. | ");
        await server.Put($"/v1/orders/{order["id"]}/delivery-attempts/1/decision", new { decision = "retry" });
        (await Seen(order)).ShouldStartWith(
            "Your order is on its way. | Arrives 12:30 – 12:45 | It is being brought to you again. | ");
    }

    [Fact]
    public async Task A_cancelled_order_says_why_if_it_is_known_and_has_no_steps()
    {
        var late = await Place("k2");
        await Sandbox.Advance(server, 30);
        (await Seen(late)).ShouldBe("Your order was cancelled. | Cancelled 12:08 | "
            + "The kitchen did not confirm it in time. | If you have questions, ask where you ordered.");
        var order = await Place();
        await server.Put($"/v1/orders/{order["id"]}/status", new { status = "cancelled", reason = "changed_mind" });
        (await Seen(order)).ShouldBe(
            "Your order was cancelled. | Cancelled 12:30 | If you have questions, ask where you ordered.");
    }

    [Fact]
    public async Task The_customer_may_cancel_until_the_kitchen_begins()
    {
        var order = await Place(body => body["customer"]!["id"] = "c-17");
        (await Html(order)).ShouldContain("<summary>Cancel the order</summary>");
        (await Cancel(order)).ShouldEndWith("?lang=en");

        (await Seen(order)).ShouldStartWith("Your order was cancelled. | Cancelled 12:00 | ");
        var ended = (await server.Get($"/v1/orders/{order["id"]}"))["timeline"]!.AsArray()[^1]!;
        ((string)ended["by"]!, (string)ended["reason"]!).ShouldBe(("customer", "changed_mind"));
        (await Cancel(order)).ShouldEndWith("?lang=en");
    }

    [Fact]
    public async Task A_started_order_cannot_be_cancelled_and_the_page_explains_it()
    {
        var order = await Place(body => body["customer"]!["id"] = "c-17");
        await Move(order, "preparing");
        (await Html(order)).ShouldNotContain("Cancel the order");

        var back = await Cancel(order);

        back.ShouldEndWith("?lang=en&cancel=late");
        (await customer.GetStringAsync(back))
            .ShouldContain("<p>The kitchen has started your order, so it can no longer be cancelled here.</p>");
        ((string)(await server.Get($"/v1/orders/{order["id"]}"))["status"]!).ShouldBe("preparing");
    }

    [Fact]
    public async Task An_order_without_a_customer_id_is_cancelled_where_it_was_placed()
    {
        var order = await Place();

        (await Html(order)).ShouldNotContain("Cancel the order");
        (await Cancel(order)).ShouldEndWith("&cancel=late");
        ((string)(await server.Get($"/v1/orders/{order["id"]}"))["status"]!).ShouldBe("accepted");
    }

    [Fact]
    public async Task A_chain_may_disable_cancelling_by_customers()
    {
        await using var strict = await TestServer.Start(server.ConnectionString, app =>
            app.Configuration["Tracking:CustomersMayCancel"] = "false");
        var order = await Place(body => body["customer"]!["id"] = "c-17");
        var page = new Uri(strict.Address, new Uri((string)order["trackingUrl"]!).AbsolutePath);

        (await customer.GetStringAsync(page)).ShouldNotContain("Cancel the order");
        await customer.PostAsync(page, null);

        ((string)(await server.Get($"/v1/orders/{order["id"]}"))["status"]!).ShouldBe("accepted");
    }

    [Fact]
    public async Task Names_are_text()
    {
        const string name = "<script>alert(1)</script>\"'&";
        await server.Pipeline.Submit(new PutBrand("dosa", name) { Caller = SmallChain.Admin });
        var order = await Place();
        var html = await Html(order);

        Script().Count(html).ShouldBe(1);
        html.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp; has accepted your order.");
        (await Seen(order)).ShouldStartWith($"{name} has accepted your order.");
    }

    [Theory]
    [InlineData("hi-IN,hi;q=0.9,en;q=0.8", "", "hi")]
    [InlineData("ta,en;q=0.5,hi;q=0.7", "", "hi")]
    [InlineData("ta", "", "en")]
    [InlineData("", "", "en")]
    [InlineData("hi;q=0", "", "en")]
    [InlineData("en", "?lang=hi", "hi")]
    [InlineData("hi", "?lang=<script>", "hi")]
    public async Task The_page_is_in_the_requested_language(string accepted, string query, string language)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, (string)(await Place())["trackingUrl"]! + query);
        if (accepted.Length > 0) request.Headers.Add("Accept-Language", accepted);
        using var answer = await customer.SendAsync(request);
        var html = await answer.Content.ReadAsStringAsync();

        html.ShouldContain($"<html lang=\"{language}\">");
        html.ShouldContain(language == "hi" ? "स्वीकार कर लिया है" : "has accepted your order");
    }

    [Theory]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("%3Cscript%3E")]
    public async Task An_unknown_link_is_answered_with_a_page_that_explains_it(string token)
    {
        using var answer = await customer.GetAsync($"/t/{token}");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        (await answer.Content.ReadAsStringAsync()).ShouldContain("<h1>We cannot find this order</h1>");
    }

    [Fact]
    public async Task Too_many_requests_are_a_page_that_tries_again()
    {
        await using var strict = await TestServer.Start(configure: app =>
        {
            app.Configuration["Limits:Anonymous:Burst"] = "1";
            app.Configuration["Limits:Anonymous:RequestsPerSecond"] = "0.001";
        });
        using var visitor = strict.Stranger();
        await visitor.GetAsync("/t/x");
        using var answer = await visitor.GetAsync("/t/x");

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldContain("We cannot show your order right now");
        html.ShouldContain("<meta http-equiv=\"refresh\" content=\"20\">");
    }

    [Fact]
    public async Task The_public_address_of_the_server_is_that_of_the_link()
    {
        await using var named = await TestServer.Start(server.ConnectionString, app =>
            app.Configuration["Tracking:PublicUrl"] = "https://orders.example/");
        var order = await Place();
        var seen = await named.Get($"/v1/orders/{order["id"]}");

        ((string)seen["trackingUrl"]!).ShouldBe(
            ((string)order["trackingUrl"]!).Replace($"{server.Address}", "https://orders.example/"));
    }

    /// <summary>The texts of the status and the steps; the current step is in brackets.</summary>
    async Task<string> Seen(JsonNode order)
    {
        var html = (await Html(order)).Replace("\n", "");
        var now = Regex.Match(html, "<section id=\"now\".*?>(.*?)</section>").Groups[1].Value;
        var steps = Regex.Match(html, "<section id=\"steps\">(?:<h2.*?</h2>)?(.*?)</section>").Groups[1].Value;
        var parts = Regex.Matches(now, "<(h1|p).*?>(.*?)</\\1>").Select(match => Text(match.Groups[2].Value)).ToList();
        var list = Regex.Matches(steps, "<li(.*?)>(.*?)</li>").Select(match =>
        {
            var step = Text(match.Groups[2].Value);
            return match.Groups[1].Value.Contains("aria-current") ? $"[{step}]" : step;
        });
        var all = string.Join(" | ", [.. parts, string.Join(' ', list)]);
        return (all.EndsWith(" | ") ? all[..^3] : all).Replace(" Tell it to the courier, and only at the door.", "")
            .Replace(" Tell it to the staff at the counter.", "");
    }

    static string Text(string html) =>
        WebUtility.HtmlDecode(Regex.Replace(Regex.Replace(html, "</span>|<span>|<strong.*?>", " "), "<.*?>", ""))
            .Trim().Replace("  ", " ");

    async Task<string> Html(JsonNode order) => await customer.GetStringAsync((string)order["trackingUrl"]!);

    /// <summary>Where the page's form leads.</summary>
    async Task<string> Cancel(JsonNode order)
    {
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var answer = await browser.PostAsync((string)order["trackingUrl"]!, null);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        return new Uri(server.Address, answer.Headers.Location!).ToString();
    }

    static string Code(JsonNode order) => (string)order["deliveryCode"]!;

    Task<JsonNode> Move(JsonNode order, string status) =>
        server.Put($"/v1/orders/{order["id"]}/status", new { status });

    Task<JsonNode> Place(string kitchen = "k1") => server.Post("/v1/orders", SmallChain.Order(kitchen));

    Task<JsonNode> Place(Action<JsonNode> change)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(SmallChain.Order())!;
        change(body);
        return server.Post("/v1/orders", body);
    }

    [GeneratedRegex("(?:src|href)=\"(/[^\"]+)\"")]
    private static partial Regex Loaded();

    [GeneratedRegex("<script")]
    private static partial Regex Script();
}
