using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Domain;
using Tiffin.Engine.Storage;
using Tiffin.Features.Webhooks;
using Tiffin.Tests.Subscribers.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Webhooks;

public sealed class WebhookEndpointsTests(WebhookEndpointsTests.World world)
    : IClassFixture<WebhookEndpointsTests.World>, IAsyncLifetime
{
    static readonly Dictionary<string, string> names = new()
    {
        ["public.example"] = "8.8.8.8", ["inner.example"] = "10.0.0.1", ["self.example"] = "127.0.0.1",
    };

    static readonly object everything = new { url = "https://public.example/", types = new[] { "*" } };

    readonly TestServer server = world.Server;

    /// <summary>A server that resolves names from a list.</summary>
    public sealed class World : IAsyncLifetime
    {
        internal TestServer Server { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Server = await TestServer.Start(configure: builder =>
            {
                builder.Services.AddSingleton<ResolveName>((name, _) => names.TryGetValue(name, out var address)
                    ? Task.FromResult<IPAddress[]>([IPAddress.Parse(address)])
                    : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound)));
                builder.Services.PostConfigure<WebhookOptions>(options => options.PerOwnerMax = 3);
            });
            await SmallChain.Open(Server);
        }

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }

    /// <summary>
    /// Each test begins without endpoints: an administrator's list shows the endpoints of all owners.
    /// </summary>
    public Task InitializeAsync() => server.DeleteWebhooks();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task An_endpoint_is_created_shown_changed_and_deleted_and_its_secret_is_shown_once()
    {
        var created = await server.Client.Post("/v1/webhooks",
            new
            {
                url = "https://public.example/hook?tenant=1", types = new[] { "order.*" }, kitchens = new[] { "k1" },
            });

        created.StatusCode.ShouldBe(HttpStatusCode.Created, await created.Content.ReadAsStringAsync());
        created.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var webhook = JsonNode.Parse(await created.Content.ReadAsStringAsync())!;
        webhook["secret"]!.GetValue<string>().ShouldStartWith("whsec_");
        var path = created.Headers.Location!.OriginalString;
        path.ShouldBe($"/v1/webhooks/{webhook["id"]!.GetValue<string>()}");
        webhook.AsObject().Remove("secret");
        (await server.Get(path)).ToJsonString().ShouldBe(webhook.ToJsonString());
        (await server.Get("/v1/webhooks"))["data"]!.AsArray().Single()!.ToJsonString().ShouldBe(webhook.ToJsonString());

        var changed = await server.Client.PatchAsJsonAsync(path,
            new { types = new[] { "*" }, kitchens = Array.Empty<string>(), description = "ERP", status = "disabled" });
        changed.StatusCode.ShouldBe(HttpStatusCode.OK, await changed.Content.ReadAsStringAsync());
        var now = await server.Get(path);
        now["types"]!.ToJsonString().ShouldBe("""["*"]""");
        now["kitchens"].ShouldBeNull();
        now["description"]!.GetValue<string>().ShouldBe("ERP");
        now["status"]!.GetValue<string>().ShouldBe("disabled");
        now["url"]!.GetValue<string>().ShouldBe("https://public.example/hook?tenant=1");

        (await server.Client.DeleteAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await server.Client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await server.Client.DeleteAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_same_key_answers_the_same_secret_and_creates_one_endpoint()
    {
        var body = everything;
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => server.Client.Post("/v1/webhooks", body, "once")));

        var texts = await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync()));
        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Created);
        texts.Distinct().Count().ShouldBe(1);
        answers.Count(answer => answer.Headers.Contains("Idempotency-Replayed")).ShouldBe(3);
        (await server.Get("/v1/webhooks"))["data"]!.AsArray().Count.ShouldBe(1);

        var other = await server.Client.Post(
            "/v1/webhooks", new { url = "https://public.example/2", types = new[] { "*" } }, "once");
        await IsProblem(other, HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
        await IsProblem(await server.Client.PostAsJsonAsync("/v1/webhooks", body),
            HttpStatusCode.BadRequest, "idempotency_key_missing");
    }

    [Fact]
    public async Task Secrets_are_not_readable_in_the_database()
    {
        var created = await server.Client.Post("/v1/webhooks", everything);
        var secret = JsonNode.Parse(await created.Content.ReadAsStringAsync())!["secret"]!.GetValue<string>();

        await using var connection = await server.Database.OpenRequest(CancellationToken.None);
        await using var row = Sql.Command(
            connection, """
            SELECT secrets[1], (SELECT string_agg(answer, '') FROM administrative_requests) FROM webhook_endpoints
            """);
        await using var reader = await row.ExecuteReaderAsync();
        await reader.ReadAsync();
        var stored = reader.GetFieldValue<byte[]>(0).Concat(reader.GetFieldValue<byte[]>(1)).ToArray();
        stored.AsSpan().IndexOf(Convert.FromBase64String(secret["whsec_".Length..])).ShouldBe(-1);
        stored.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(secret)).ShouldBe(-1);
    }

    [Fact]
    public async Task An_unknown_type_is_answered_with_the_list()
    {
        var refused = await server.Client.Post("/v1/webhooks",
            new { url = "https://public.example/", types = new[] { "order.placed", "order.eaten" } });

        var problem = await IsProblem(refused, HttpStatusCode.BadRequest, "malformed_request");
        var fault = problem["errors"]!["/types/1"]![0]!;
        fault["code"]!.GetValue<string>().ShouldBe("unknown_event_type");
        fault["message"]!.GetValue<string>().ShouldContain("order.out_for_delivery");
        fault["message"]!.GetValue<string>().ShouldContain("inventory.*");
    }

    [Theory]
    [InlineData("http://public.example/")]
    [InlineData("https://inner.example/")]
    [InlineData("https://self.example/")]
    [InlineData("https://nowhere.example/")]
    [InlineData("https://localhost/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://①②⑦.⓪.⓪.①/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("not a url")]
    [InlineData("/relative")]
    [InlineData("")]
    public async Task An_address_that_cannot_be_called_is_refused_at_creation_and_at_change(string url)
    {
        var created = await server.Client.Post("/v1/webhooks", everything);

        var problem = await IsProblem(await server.Client.Post("/v1/webhooks", new { url, types = new[] { "*" } }),
            HttpStatusCode.UnprocessableEntity, "validation_failed");
        problem["errors"]!["/url"]!.AsArray().ShouldNotBeEmpty();
        await IsProblem(await server.Client.PatchAsJsonAsync(created.Headers.Location, new { url }),
            HttpStatusCode.UnprocessableEntity, "validation_failed");
    }

    [Theory]
    [InlineData(422, """{ "url": "https://public.example/", "types": [] }""")]
    [InlineData(422, """{ "url": "https://public.example/", "types": ["*"], "kitchens": ["Not a slug"] }""")]
    [InlineData(422, """{ "url": "https://public.example/", "types": ["*"], "description": " " }""")]
    [InlineData(400, """{ "url": "https://public.example/" }""")]
    [InlineData(400, """{ "types": ["*"] }""")]
    [InlineData(400, """{ "url": "https://public.example/", "types": ["*"], "secret": "whsec_mine" }""")]
    [InlineData(400, """{ "url": "https://public.example/", "types": [null] }""")]
    [InlineData(422, """{ "url": "https://public.example/", "types": ["*"], "kitchens": [null] }""")]
    [InlineData(400, """{ "url": 7, "types": ["*"] }""")]
    [InlineData(400, "nonsense")]
    public async Task A_body_that_breaks_a_rule_is_refused(int status, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/webhooks")
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid()}");

        ((int)(await server.Client.SendAsync(request)).StatusCode).ShouldBe(status);
    }

    [Theory]
    [InlineData(Role.Channel, """["order.*", "inventory.*"]""", "[]", "/types/1")]
    [InlineData(Role.Channel, """["inventory.low"]""", "[]", "/types/0")]
    [InlineData(Role.Channel, """["webhook.disabled"]""", "[]", "/types/0")]
    [InlineData(Role.Manager, """["webhook.*"]""", "[]", "/types/0")]
    [InlineData(Role.Manager, """["*"]""", """["k2"]""", "/kitchens/0")]
    [InlineData(Role.Admin, """["*"]""", """["k1", "k9"]""", "/kitchens/1")]
    [InlineData(Role.Admin, """["webhook.disabled"]""", """["k1"]""", "/types/0")]
    public async Task Types_and_kitchens_that_would_never_be_sent_are_refused_with_a_pointer(
        Role role, string types, string kitchens, string pointer)
    {
        using var owner = await server.ClientOf(
            role, role == Role.Manager ? ["k1"] : null, role == Role.Channel ? "app" : null);
        var body = JsonNode.Parse(
            $$"""{ "url": "https://public.example/", "types": {{types}}, "kitchens": {{kitchens}} }""")!;

        var refused = await IsProblem(await owner.Post("/v1/webhooks", body),
            HttpStatusCode.UnprocessableEntity, "validation_failed");
        refused["errors"]!.AsObject().Select(fault => fault.Key).ShouldBe([pointer]);

        // An administrator cannot change it to something that its owner could not set.
        var made = await owner.Post(
            "/v1/webhooks", new { url = "https://public.example/", types = new[] { "order.*" } });
        body.AsObject().Remove("url");
        refused = await IsProblem(await server.Client.PatchAsJsonAsync(made.Headers.Location, body),
            HttpStatusCode.UnprocessableEntity, "validation_failed");
        refused["errors"]!.AsObject().Select(fault => fault.Key).ShouldBe([pointer]);
    }

    [Theory]
    [InlineData(Role.Channel, "order.*", "kitchen.*", "catalogue.changed", "*")]
    [InlineData(Role.Manager, "order.*", "inventory.*", "kitchen.mode_changed", "*")]
    [InlineData(Role.Admin, "order.*", "inventory.*", "webhook.disabled", "*")]
    public async Task Types_that_the_role_may_receive_are_accepted(Role role, params string[] types)
    {
        using var owner = await server.ClientOf(
            role, role == Role.Manager ? ["k1"] : null, role == Role.Channel ? "app" : null);

        var made = await owner.Post("/v1/webhooks", new { url = "https://public.example/", types });
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_number_of_endpoints_of_an_owner_is_limited()
    {
        for (var i = 0; i < 3; i++)
            (await server.Client.Post("/v1/webhooks", everything))
                .StatusCode.ShouldBe(HttpStatusCode.Created);

        await IsProblem(await server.Client.Post("/v1/webhooks", everything),
            HttpStatusCode.Conflict, "too_many_webhooks");
    }

    [Fact]
    public async Task An_endpoint_of_another_owner_is_not_found()
    {
        var created = await server.Client.Post("/v1/webhooks", everything);
        var id = Guid.Parse(created.Headers.Location!.OriginalString["/v1/webhooks/".Length..]);
        await using var connection = await server.Database.OpenRequest(CancellationToken.None);
        var (stranger, admin) = (new Caller(Role.Channel, "other"), new Caller(Role.Admin, "another"));

        (await OwnedWebhooks.Find(connection, stranger, id.ToString(), default)).ShouldBeNull();
        (await OwnedWebhooks.List(connection, stranger, default)).ShouldBeEmpty();
        (await OwnedWebhooks.Update(connection, stranger, id, new(Description: "mine"), default)).ShouldBeNull();
        (await OwnedWebhooks.Delete(connection, stranger, id, default)).ShouldBeFalse();
        (await OwnedWebhooks.Find(connection, admin, id.ToString(), default))!.Description.ShouldBeNull();
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("DELETE", "")]
    [InlineData("GET", "/deliveries")]
    [InlineData("POST", "/test")]
    [InlineData("POST", "/rotate-secret")]
    [InlineData("POST", "/deliveries/019ab000-0000-7000-8000-000000000000/redeliver")]
    public async Task An_unknown_endpoint_is_not_found(string method, string path)
    {
        foreach (var id in new[] { Guid.CreateVersion7().ToString(), "nonsense" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), $"/v1/webhooks/{id}{path}");
            await IsProblem(await server.Client.SendAsync(request), HttpStatusCode.NotFound, "not_found");
        }
    }

    static async Task<JsonNode> IsProblem(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(status, body);
        var problem = JsonNode.Parse(body)!;
        problem["code"]!.GetValue<string>().ShouldBe(code, body);
        return problem;
    }
}
