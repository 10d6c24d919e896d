using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Tests.Subscribers.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.OpenApi;

public sealed partial class ApiDocumentTests : IAsyncLifetime
{
    static readonly string[] undescribed =
    [
        "GET /", "GET /openapi/v1.json", "GET /asyncapi.json", "GET /metrics", "GET /problems", "GET /problems/{code}",
        "GET /sign-in", "GET /pair", "GET /start", "GET /kitchen/{kitchenId}", "GET /stock/{kitchenId}",
        "GET /operations", "GET /analytics", "GET /assets/{name}", "GET /icon.svg", "GET /sw.js", "GET /t/{token}",
        "POST /t/{token}",
    ];

    TestServer server = null!;
    IReadOnlyList<ApiOperation> operations = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.Start();
        operations = await ApiOperation.All(server);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public void Every_route_is_an_operation_of_the_document()
    {
        var routes =
            from route in server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints)
                .OfType<RouteEndpoint>()
            from method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
            select $"{method} {Constraint().Replace("/" + route.RoutePattern.RawText!.Trim('/'), "}")}";

        routes.Except(undescribed).Order().ShouldBe(operations.Select(o => $"{o.Method} {o.Path}").Order());
    }

    [Fact]
    public void Every_operation_says_what_it_is_and_what_can_go_wrong()
    {
        var silent = operations.SelectMany(Silence);

        silent.ShouldBeEmpty();
        operations.Select(operation => operation.Id).ShouldBeUnique();
    }

    [Fact]
    public void Every_tag_is_described_in_the_order_of_the_features()
    {
        var tags = operations[0].Document["tags"]!.AsArray().Select(tag => (string)tag!["name"]!).ToList();

        tags.ShouldBe(Server.Features.SelectMany(feature => feature.Tags).Select(tag => tag.Name)
            .Where(name => name != "Sandbox"));
        operations.SelectMany(operation => operation.Node["tags"]!.AsArray()).Select(tag => (string)tag!)
            .Except(tags).ShouldBeEmpty();
    }

    static IEnumerable<string> Silence(ApiOperation operation)
    {
        foreach (var member in new[] { "operationId", "summary", "description" })
            if (string.IsNullOrWhiteSpace((string?)operation.Node[member]))
                yield return $"{operation.Id} has no {member}";
        if (operation.Node["tags"] is not JsonArray { Count: > 0 }) yield return $"{operation.Id} has no tags";
        foreach (var parameter in operation.Parameters)
            if (string.IsNullOrWhiteSpace((string?)parameter["description"]))
                yield return $"{operation.Id} does not describe {parameter["name"]}";
        foreach (var (status, response) in operation.Node["responses"]!.AsObject())
        {
            if (string.IsNullOrWhiteSpace((string?)response!["description"]))
                yield return $"{operation.Id} does not say when it answers {status}";
            var bodies = response["content"]?.AsObject() ?? [];
            foreach (var (type, body) in bodies)
                if (type is not "text/event-stream" && body!["example"] is null && body["examples"] is null)
                    yield return $"{operation.Id} has no example for {status} in {type}";
            if (status[0] is '4' or '5' && bodies.Count == 0) yield return $"{operation.Id} has no body for {status}";
        }
        if (operation.Node["requestBody"] is not null && operation.RequestExample is null)
            yield return $"{operation.Id} has no example of a request";
        if (!operation.Codes(500).Contains("internal_error")) yield return $"{operation.Id} has no problem codes";
    }

    [Fact]
    public void Every_example_fits_its_schema()
    {
        var errors =
            from operation in operations
            from body in Bodies(operation)
            from example in Examples(operation, body)
            from error in new JsonSchema(operation.Document).Errors(body["schema"]!, example)
            select $"{operation.Id}: {error}";

        errors.ShouldBeEmpty();
    }

    static IEnumerable<JsonNode?> Examples(ApiOperation operation, JsonNode body) =>
        body["examples"] is JsonObject named
        ? named.Select(one => operation.Document["components"]!["examples"]![one.Key]!["value"])
        : [body["example"]];

    static IEnumerable<JsonNode> Bodies(ApiOperation operation) =>
        operation.Node["responses"]!.AsObject().Select(response => response.Value!)
            .Append(operation.Node["requestBody"])
            .SelectMany(holder => holder?["content"]?.AsObject() ?? [])
            .Where(body => body.Key.EndsWith("json", StringComparison.Ordinal)).Select(body => body.Value!);

    [Fact]
    public async Task Responses_for_orders_and_health_match_their_schemas()
    {
        await SmallChain.Open(server);
        var address = SmallChain.Home;
        (address["line2"], address["landmark"]) = ("Flat 3", "Near the post office");
        (address["latitude"], address["longitude"], address["instructions"]) = (12.9716, 77.5946, "Ring twice");
        var placed = await server.Client.Place(new
        {
            kitchenId = "k1",
            brandId = "dosa",
            channel = "app",
            externalReference = "A-1",
            customer = new { id = "c-1", name = "Asha", phone = "+919800000000", email = "asha@example.com" },
            fulfilment = new { type = "delivery", address },
            lines = new[]
            {
                new
                {
                    itemId = "masala", quantity = 1, note = "crisp",
                    modifiers = new[] { new { itemId = "ghee-extra", quantity = 1 } },
                },
            },
            payment = new { method = "upi", status = "paid", reference = "p-1" },
            metadata = new Dictionary<string, string> { ["table"] = "4" },
        });
        var cancelled = await server.Client.PutAsync(placed.Headers.Location + "/status", Json("""
            { "status": "cancelled", "reason": "customer_called", "stock": "waste" }
            """));

        await Fits(placed, "placeOrder", 201);
        await Fits(await server.Client.GetAsync(placed.Headers.Location), "getOrder", 200);
        await Fits(cancelled, "changeOrderStatus", 200);
        await Fits(await server.Client.GetAsync("/v1/events"), "listEvents", 200);
        await Fits(await server.Client.GetAsync(placed.Headers.Location + "/events"), "listOrderEvents", 200);
        var order = JsonNode.Parse(await cancelled.Content.ReadAsStringAsync())!;
        await Fits(await server.Client.GetAsync(order.TrackPath()), "trackOrder", 200);
        await Fits(await server.Client.GetAsync("/health/ready"), "getReadiness", 200);
        await Fits(await server.Client.GetAsync("/health/live"), "getLiveness", 200);
    }

    [Fact]
    public async Task Responses_for_lists_and_stock_match_their_schemas()
    {
        await SmallChain.Open(server);
        (await server.Client.Place(SmallChain.Order())).EnsureSuccessStatusCode();

        await Fits(await server.Client.GetAsync("/v1/orders"), "listOrders", 200);
        await Fits(await server.Client.GetAsync("/v1/kitchens/k1/stock?limit=1"), "listStock", 200);
        await Fits(await server.Client.GetAsync("/v1/kitchens/k1/stock/rice"), "getStock", 200);
        await Fits(await server.Client.PutAsync("/v1/kitchens/k1/stock/rice", Json("""{ "threshold": 999999 }""")),
            "setThreshold", 200);
        await Fits(await server.Client.GetAsync("/v1/alerts"), "listAlerts", 200);
        var movements = new HttpRequestMessage(HttpMethod.Post, "/v1/kitchens/k1/stock/movements")
        {
            Headers = { { "Idempotency-Key", "delivery-1" } },
            Content = Json("""
                { "movements": [{ "sku": "rice", "kind": "received", "quantity": 100, "note": "Morning" }] }
                """),
        };
        await Fits(await server.Client.SendAsync(movements), "recordMovements", 201);
        await Fits(await server.Client.GetAsync("/v1/kitchens/k1/stock/rice/movements"), "listMovements", 200);
        await Fits(await server.Client.GetAsync("/v1/analytics/summary"), "getSummary", 200);
        await Fits(await server.Client.GetAsync("/v1/analytics/timeseries?metric=placed"), "getTimeseries", 200);
        await Fits(await server.Client.GetAsync("/v1/analytics/items"), "listSoldItems", 200);
    }

    [Fact]
    public async Task Responses_for_the_catalogue_match_their_schemas()
    {
        await SmallChain.Open(server);
        var later = DateTimeOffset.UtcNow.AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

        foreach (var (id, path) in new[]
        {
            ("listBrands", "brands"), ("getBrand", "brands/dosa"), ("listIngredients", "ingredients?limit=1"),
            ("getIngredient", "ingredients/rice"), ("listItems", "items"), ("getItem", "items/masala"),
            ("listKitchens", "kitchens"), ("getKitchen", "kitchens/k1"), ("getMenu", "kitchens/k1/menu"),
        })
        {
            await Fits(await server.Client.GetAsync($"/v1/{path}"), id, 200);
        }
        foreach (var (id, path) in new[]
        {
            ("putBrand", "brands/dosa"), ("putIngredient", "ingredients/rice"), ("putItem", "items/ghee-extra"),
        })
        {
            var body = await server.Client.GetStringAsync($"/v1/{path}");
            await Fits(await server.Client.PutAsync($"/v1/{path}", Json(body)), id, 200);
        }
        await Fits(await server.Client.PutAsync("/v1/kitchens/k1", Json("""
            { "name": "One", "timeZone": "Asia/Kolkata", "currency": "INR", "brands": ["dosa"] }
            """)), "putKitchen", 200);
        await Fits(await server.Client.PutAsync("/v1/kitchens/k1/mode", Json($$"""
            { "mode": "busy", "until": "{{later}}", "delayMinutes": 20 }
            """)), "setKitchenMode", 200);
        await Fits(await server.Client.PutAsync("/v1/kitchens/k1/items/masala/availability", Json($$"""
            { "available": false, "until": "{{later}}" }
            """)), "setAvailability", 200);
        await Fits(await server.Client.GetAsync("/v1/kitchens/k1/menu?brandId=dosa"), "getMenu", 200);
    }

    [Fact]
    public async Task Responses_for_notifications_match_their_schemas()
    {
        await SmallChain.Open(server);
        var order = await server.PlaceOrder();
        var address = Json("""{ "email": "chef@example.com" }""");

        await Fits(await server.Client.GetAsync($"/v1/orders/{order}/notifications"), "listOrderNotifications", 200);
        await Fits(await server.Client.PutAsync("/v1/kitchens/k1/alert-address", address), "putAlertAddress", 200);
        await Fits(await server.Client.GetAsync("/v1/kitchens/k1/alert-address"), "getAlertAddress", 200);
    }

    [Fact]
    public async Task Responses_for_webhooks_match_their_schemas()
    {
        await using var calling = await TestServer.Start(configure: WebhookServer.Quick);
        await SmallChain.Open(calling);
        await using var receiver = await Receiver.Start();
        var client = calling.Client;
        var created = await client.Post("/v1/webhooks", new { url = receiver.Url, types = new[] { "order.*" } });
        var id = (string)JsonNode.Parse(await created.Content.ReadAsStringAsync())!["id"]!;
        var path = $"/v1/webhooks/{id}";
        await calling.PlaceOrder();
        await calling.Has(id, 2, "delivered");
        var sent = $"{path}/deliveries/{(await calling.Deliveries(id))[0]!["id"]}";

        await Fits(created, "createWebhook", 201);
        await Fits(await client.GetAsync("/v1/webhooks"), "listWebhooks", 200);
        await Fits(await client.GetAsync(path), "getWebhook", 200);
        await Fits(await client.PatchAsync(path, Json("""{ "kitchens": ["k1"] }""")), "updateWebhook", 200);
        await Fits(await client.GetAsync($"{path}/deliveries?limit=1"), "listDeliveries", 200);
        await Fits(await client.GetAsync(sent), "getDelivery", 200);
        await Fits(await client.Post($"{sent}/redeliver", null), "redeliver", 202);
        await Fits(await client.Post($"{path}/replay", new { from = "2026-01-31T00:00:00Z" }), "replayEvents", 202);
        await Fits(await client.Post($"{path}/rotate-secret", new { overlapHours = 1 }), "rotateWebhookSecret", 200);
        await Fits(await client.Post($"{path}/test", null), "testWebhook", 200);
    }

    async Task Fits(HttpResponseMessage answer, string id, int status)
    {
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(status, text);
        var operation = operations.Single(operation => operation.Id == id);
        var schema = operation.Response(status, "application/json")!["schema"]!;
        new JsonSchema(operation.Document).Errors(schema, JsonNode.Parse(text)).ShouldBeEmpty();
    }

    [Fact]
    public void Only_the_listed_operations_are_public()
    {
        var open = operations.Where(operation => operation.IsPublic)
            .Select(operation => operation.Path);

        open.ShouldAllBe(path => path.StartsWith("/health/") || path.StartsWith("/v1/track/")
            || path == "/v1/session/methods" || path == "/v1/session/sign-in" || path == "/v1/devices/pairings"
            || path == "/v1/devices/pairings/claim");
        operations[0].Document["components"]!["securitySchemes"]!["bearer"]!["scheme"]!.ToString().ShouldBe("bearer");
    }

    [Fact]
    public async Task The_reference_page_and_all_that_it_loads_come_from_this_machine()
    {
        var page = await server.Client.GetStringAsync("/docs/index.html");
        var loaded = Loaded().Matches(page).Select(match => match.Groups[1].Value).ToList();

        loaded.Count.ShouldBeGreaterThan(2);
        foreach (var path in loaded)
        {
            var address = new Uri(new Uri(server.Client.BaseAddress!, "docs/"), path);
            address.Authority.ShouldBe(server.Client.BaseAddress!.Authority);
            (await server.Client.GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.OK, path);
        }
        (await server.Client.GetStringAsync("/docs/index.js")).ShouldContain("/openapi/v1.json");
    }

    static StringContent Json(string text) => new(text, null, "application/json");

    [GeneratedRegex(@":[^}]*\}")]
    private static partial Regex Constraint();

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Loaded();
}
