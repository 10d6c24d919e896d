using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http;

/// <summary>What every operation has in common: methods, paths, the request id.</summary>
public sealed class EdgeTests : IAsyncLifetime
{
    TestServer server = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.Start();
        await SmallChain.Open(server);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task HEAD_answers_every_GET_without_its_body()
    {
        var order = (string)(await server.Post("/v1/orders", SmallChain.Order()))["id"]!;
        foreach (var operation in (await ApiOperation.All(server)).Where(one => one.Method == "GET"))
        {
            if (operation.Id is "signIn") continue;
            var path = operation.Path.Replace("{kitchenId}", "k1").Replace("{brandId}", "dosa")
                .Replace("{itemId}", "masala").Replace("{sku}", "rice").Replace("{id}", order);
            if (operation.Path.Contains("analytics")) path += "?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z";
            // A stream would not end; HEAD gets the response of the page.
            using var get = await Send(HttpMethod.Get, path);
            using var head = await Send(HttpMethod.Head, path);

            head.StatusCode.ShouldBe(get.StatusCode, $"HEAD {path}");
            (await head.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
            head.Content.Headers.ContentType.ShouldBe(get.Content.Headers.ContentType, path);
            if (get.Content.Headers.ContentLength is { } length && get.StatusCode != HttpStatusCode.NotFound
                && operation.Id is "getOrder")
                head.Content.Headers.ContentLength.ShouldBe(length, path);
        }
    }

    [Fact]
    public async Task HEAD_of_a_stream_ends()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/v1/events");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        (await server.Client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task HEAD_of_a_tracking_stream_leaves_its_connection_to_the_next_request()
    {
        var page = (string)(await server.Post("/v1/orders", SmallChain.Order()))["trackingUrl"]!;
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 });
        client.BaseAddress = server.Address;

        using var head = await client.SendAsync(
            new HttpRequestMessage(HttpMethod.Head, $"/v1/track/{page.Split('/')[^1]}/events"));
        using var next = await client.GetAsync("/health/live").WaitAsync(Eventually.Patience);

        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        head.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        next.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("PATCH", "/v1/orders", "GET, HEAD, POST")]
    [InlineData("HEAD", "/v1/webhooks/1/test", "POST")]
    public async Task An_unsupported_method_is_answered_with_the_allowed_ones(
        string method, string path, string allowed)
    {
        using var answer = await Send(new HttpMethod(method), path);

        answer.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        string.Join(", ", answer.Content.Headers.Allow.Order()).ShouldBe(allowed);
    }

    [Theory]
    [InlineData("charset=UTF-8", 200)]
    [InlineData("charset=\"utf-8\"", 200)]
    [InlineData("charset=utf-16", 400)]
    [InlineData("charset=utf-7", 415)]
    [InlineData("charset=\"\"", 415)]
    [InlineData("charset=none", 415)]
    public async Task A_charset_may_be_quoted_and_an_unknown_one_is_another_type(string charset, int status)
    {
        using var answer = await Put("/v1/brands/dosa", """{"name":"Dosa Corner"}""", charset);

        ((int)answer.StatusCode).ShouldBe(status, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/v1/brands/dosa", """{"name":nul}""", "/name", "expected valid JSON")]
    [InlineData("/v1/brands/dosa", """{"name":null}""", "/name", "must not be null: it is required")]
    [InlineData("/v1/kitchens/k1/hours", """{"exceptions":[{"date":"2026-02-30","closed":true}]}""",
        "/exceptions/0/date", "expected a date such as 2026-01-31")]
    public async Task A_value_that_cannot_be_read_is_refused_for_what_is_wrong_with_it(
        string path, string body, string pointer, string message)
    {
        using var answer = await Put(path, body, "charset=utf-8");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var errors = (await answer.Content.ReadFromJsonAsync<JsonNode>())!["errors"]!;
        ((string?)errors[pointer]?[0]!["message"]).ShouldBe(message, errors.ToJsonString());
    }

    [Theory]
    [InlineData("/v1/Orders")]
    [InlineData("/v1/orders/")]
    [InlineData("/V1/orders")]
    [InlineData("/v1//orders")]
    [InlineData("/v1/kitchens/k1/Stock")]
    [InlineData("/v1/kitchens/k1/stock/")]
    public async Task A_path_has_one_spelling(string path)
    {
        using var answer = await Send(HttpMethod.Get, path);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        ((string?)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["code"]).ShouldBe("not_found");
    }

    [Theory]
    [InlineData("/v1/orders", 200)]
    [InlineData("/v1/nothing", 404)]
    [InlineData("/v1/orders?limit=x", 400)]
    [InlineData("/health/live", 200)]
    [InlineData("/openapi/v1.json", 200)]
    public async Task Every_answer_has_a_request_id_which_is_the_trace_that_the_caller_began(string path, int status)
    {
        const string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        using var traced = await server.Client.SendAsync(request);
        using var untraced = await server.Client.GetAsync(path);

        ((int)traced.StatusCode).ShouldBe(status);
        traced.Headers.GetValues("Request-Id").ShouldBe([trace]);
        if (status >= 400)
            ((string?)(await traced.Content.ReadFromJsonAsync<JsonNode>())!["traceId"]).ShouldBe(trace);
        untraced.Headers.GetValues("Request-Id").Single().ShouldMatch("^[0-9a-f]{32}$");
    }

    [Theory]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [InlineData("my-own-id")]
    public async Task An_invalid_traceparent_starts_a_new_trace(string traceparent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live");
        request.Headers.TryAddWithoutValidation("traceparent", traceparent);
        using var answer = await server.Client.SendAsync(request);

        answer.Headers.GetValues("Request-Id").Single().ShouldMatch("^(?!0{32})[0-9a-f]{32}$");
    }

    [Theory]
    [InlineData(Role.Channel, false)]
    [InlineData(Role.Customer, false)]
    [InlineData(Role.Admin, true)]
    public async Task Callers_who_may_not_see_stock_get_portions_and_no_ingredients(Role role, bool seesStock)
    {
        using var caller = role == Role.Admin ? server.ClientWith(server.AdminKey)
            : await server.ClientOf(role, channel: "app", subject: "c-1");
        using var refused = await caller.Place(SmallChain.Order(quantity: 150));

        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var text = await refused.Content.ReadAsStringAsync();
        var line = JsonNode.Parse(text)!["lines"]!.AsArray().Single()!;
        ((string?)line["pointer"], (string?)line["itemId"], (int?)line["portions"])
            .ShouldBe(("/lines/0", "masala", 100));
        (line["missing"] is not null).ShouldBe(seesStock);
        text.Contains("rice").ShouldBe(seesStock);
    }

    Task<HttpResponseMessage> Put(string path, string body, string charset)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse($"application/json; {charset}");
        return server.Client.PutAsync(path, content);
    }

    Task<HttpResponseMessage> Send(HttpMethod method, string path) =>
        server.Client.SendAsync(new HttpRequestMessage(method, path));
}
