using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Tests.Subscribers.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http;

/// <summary>Every POST has one effect per caller and key; a repetition gets the first response byte for byte.</summary>
public sealed class IdempotencyTests(IdempotencyTests.World shared) : IClassFixture<IdempotencyTests.World>
{
    /// <summary>A valid body, and another one; null where the operation has no body.</summary>
    static readonly Dictionary<string, (object? First, object? Other)> bodies = new()
    {
        ["POST /v1/orders"] = (SmallChain.Order(), SmallChain.Order(quantity: 2)),
        ["POST /v1/kitchens/{kitchenId}/stock/movements"] = (Movement(1), Movement(2)),
        ["POST /v1/keys"] = (new { role = "admin", label = "one" }, new { role = "admin", label = "two" }),
        ["POST /v1/webhooks"] = (Webhook("https://one.example"), Webhook("https://two.example")),
        ["POST /v1/webhooks/{webhookId}/rotate-secret"] = (new { overlapHours = 1 }, new { overlapHours = 2 }),
        ["POST /v1/webhooks/{webhookId}/test"] = (null, null),
        ["POST /v1/webhooks/{webhookId}/deliveries/{eventId}/redeliver"] = (null, null),
        ["POST /v1/webhooks/{webhookId}/replay"] =
            (new { from = "2026-01-01T00:00:00Z" }, new { from = "2026-01-02T00:00:00Z" }),
    };

    /// <summary>An order has one pending attempt at a time, so its replay has a separate test.</summary>
    static readonly string[] all = [.. bodies.Keys, "POST /v1/orders/{id}/delivery-attempts"];

    /// <summary>A key that no other test sends.</summary>
    readonly string once = $"{Guid.NewGuid()}";
    TestServer server = shared.Server;

    public static TheoryData<string> Operations => [.. bodies.Keys];

    [Fact]
    public void Every_POST_of_the_application_takes_a_key_or_says_why_not()
    {
        var posts = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(one => one.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true)
            .ToDictionary(one => $"POST {one.RoutePattern.RawText}".TrimEnd('/'));

        posts.Where(one => one.Value.Metadata.GetMetadata<IdempotencyKeyUse>() is not null).Select(one => one.Key)
            .ShouldBe(all, ignoreOrder: true);
        posts.Where(one => one.Value.Metadata.GetMetadata<NoIdempotencyKey>() is not null).Select(one => one.Key)
            .Order(StringComparer.Ordinal)
            .ShouldBe([
                "POST /t/{token}", "POST /v1/devices/pairings", "POST /v1/devices/pairings/claim",
                "POST /v1/kitchens/{kitchenId}/differences", "POST /v1/session",
            ]);
        posts.Count.ShouldBe(all.Length + 5);
    }

    [Fact]
    public async Task The_document_declares_the_header_on_each_of_them()
    {
        var declared = (await ApiOperation.All(server)).Where(one => one.Method == "POST")
            .Where(one => one.Parameters.Any(parameter => (string?)parameter["name"] == "Idempotency-Key"))
            .Select(one => $"POST {one.Path}");

        declared.ShouldBe(all, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task The_same_key_and_body_get_the_first_response_again(string operation)
    {
        var path = await Path(operation);
        var (body, other) = bodies[operation];

        using var first = await server.Client.Post(path, body, once);
        using var again = await server.Client.Post(path, body, once);

        first.IsSuccessStatusCode.ShouldBeTrue(await first.Content.ReadAsStringAsync());
        again.StatusCode.ShouldBe(first.StatusCode);
        (await again.Content.ReadAsByteArrayAsync()).ShouldBe(await first.Content.ReadAsByteArrayAsync());
        again.Headers.Location.ShouldBe(first.Headers.Location);
        again.Content.Headers.ContentType.ShouldBe(first.Content.Headers.ContentType);
        first.Headers.Contains("Idempotency-Replayed").ShouldBeFalse();
        again.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);

        using var reused = await server.Client.Post(
            other is null ? path.Replace(path.Split('/')[3], Guid.NewGuid().ToString()) : path, other, once);
        reused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        ((string?)(await reused.Content.ReadFromJsonAsync<JsonNode>())!["code"]).ShouldBe("idempotency_key_reused");

        // Each caller has a separate set of keys.
        using var stranger = await server.ClientOf(Role.Admin, subject: "another");
        using var theirs = await stranger.Post(path, body, once);
        theirs.IsSuccessStatusCode.ShouldBeTrue(await theirs.Content.ReadAsStringAsync());
        theirs.Headers.Contains("Idempotency-Replayed").ShouldBeFalse();
    }

    [Theory]
    [InlineData("POST /v1/keys", "api_keys")]
    [InlineData("POST /v1/webhooks", "webhook_endpoints")]
    [InlineData("POST /v1/webhooks/{webhookId}/rotate-secret",
        "(SELECT unnest(secrets) FROM webhook_endpoints) secrets")]
    public async Task Requests_at_the_same_time_have_one_effect(string operation, string effects)
    {
        var path = await Path(operation);
        var before = await Effects();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => server.Client.Post(path, bodies[operation].First, once)));

        var texts = await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync()));
        answers.ShouldAllBe(answer => answer.IsSuccessStatusCode);
        texts.Distinct().Count().ShouldBe(1);
        answers.Count(answer => answer.Headers.Contains("Idempotency-Replayed")).ShouldBe(7);
        (await Effects() - before).ShouldBe(1);

        Task<long> Effects() => Session.Ask<long>(server.ConnectionString, $"SELECT count(*) FROM {effects}");
    }

    [Fact]
    public async Task A_key_that_another_transaction_locks_is_in_progress_and_no_failure_of_the_database()
    {
        var path = await Path("POST /v1/webhooks/{webhookId}/test");
        using var first = await server.Client.Post(path, null, once);
        await using var other = await Session.Open(server.ConnectionString);
        await using var transaction = await other.BeginTransactionAsync();
        await using var delete = new NpgsqlCommand("DELETE FROM administrative_requests", other);
        (await delete.ExecuteNonQueryAsync()).ShouldBeGreaterThan(0);

        using var second = await server.Client.Post(path, null, once);

        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        second.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        ((string?)(await second.Content.ReadFromJsonAsync<JsonNode>())!["code"]).ShouldBe("request_in_progress");
    }

    [Fact]
    public async Task A_repetition_of_a_pending_request_is_answered_with_Retry_After()
    {
        var path = await Path("POST /v1/webhooks/{webhookId}/test");
        var isCalled = new TaskCompletionSource();
        var goesOn = new TaskCompletionSource();
        await using var slow = await Receiver.Start(async (_, _) =>
        {
            isCalled.TrySetResult();
            await goesOn.Task;
        });
        await server.Client.PatchAsJsonAsync(path[..path.LastIndexOf('/')], new { url = slow.Url });

        var first = server.Client.Post(path, null, once);
        await isCalled.Task.WaitAsync(Eventually.Patience);
        using var second = await server.Client.Post(path, null, once);
        goesOn.SetResult();
        using var third = await server.Client.Post(path, null, once);

        second.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        ((string?)(await second.Content.ReadFromJsonAsync<JsonNode>())!["code"]).ShouldBe("request_in_progress");
        second.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        (await first).StatusCode.ShouldBe(HttpStatusCode.OK);
        third.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Conflict);
        slow.Calls.Count.ShouldBe(1);
    }

    /// <summary>Its effect may have happened, so a repetition must not have it once more.</summary>
    [Fact]
    public async Task A_request_that_its_client_abandons_keeps_its_key()
    {
        var path = await Path("POST /v1/webhooks/{webhookId}/test");
        var isCalled = new TaskCompletionSource();
        var isAbandoned = new TaskCompletionSource();
        await using var slow = await Receiver.Start(async (_, call) =>
        {
            call.RequestAborted.Register(() => isAbandoned.TrySetResult());
            isCalled.TrySetResult();
            await isAbandoned.Task;
        });
        await server.Client.PatchAsJsonAsync(path[..path.LastIndexOf('/')], new { url = slow.Url });
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Add(IdempotencyKey.Header, once);
        using var client = new CancellationTokenSource();

        var first = server.Client.SendAsync(request, client.Token);
        await isCalled.Task.WaitAsync(Eventually.Patience);
        await client.CancelAsync();
        await isAbandoned.Task.WaitAsync(Eventually.Patience);

        await Should.ThrowAsync<OperationCanceledException>(() => first);
        for (var repetition = 0; repetition < 20; repetition++)
        {
            using var again = await server.Client.Post(path, null, once);
            again.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        }
        slow.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_refusal_leaves_the_key_free()
    {
        var path = await Path("POST /v1/webhooks/{webhookId}/replay");
        var from = new { from = "2026-01-01T00:00:00Z" };
        var webhook = path[..path.LastIndexOf('/')];
        await server.Client.PatchAsJsonAsync(webhook, new { status = "disabled" });
        (await server.Client.Post(path, from, once)).StatusCode.ShouldBe(HttpStatusCode.Conflict);

        await server.Client.PatchAsJsonAsync(webhook, new { status = "enabled" });

        (await server.Client.Post(path, from, once)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_pending_request_of_a_dead_node_is_taken_over_and_old_responses_expire()
    {
        await using var own = server = await Start();
        var path = await Path("POST /v1/webhooks/{webhookId}/test");
        (await server.Client.Post(path, null, once)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Session.Run(server.ConnectionString, """
            UPDATE administrative_requests SET status = NULL, answer = NULL, at = now() - interval '20 seconds'
            """);
        (await server.Client.Post(path, null, once)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await Session.Run(server.ConnectionString,
            "UPDATE administrative_requests SET at = now() - interval '61 seconds' WHERE answer IS NULL");
        (await server.Client.Post(path, null, once)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await Session.Run(server.ConnectionString,
            "UPDATE administrative_requests SET at = now() - interval '73 hours'");
        await using var connection = await server.Database.OpenRequest(default);
        (await Tiffin.Edge.AdministrativeRequestTable.DeleteExpired(connection, 10, default)).ShouldBeGreaterThan(0);
        (await Session.Ask<long>(server.ConnectionString, "SELECT count(*) FROM administrative_requests")).ShouldBe(0);
    }

    /// <summary>The path of an operation, for an existing endpoint that has received a call.</summary>
    async Task<string> Path(string operation)
    {
        var path = operation["POST ".Length..].Replace("{kitchenId}", "k1");
        if (!path.Contains("{webhookId}")) return path;
        var (id, _) = await server.Webhook(shared.Receiver.Url, "order.*");
        if (path.Contains("{eventId}"))
        {
            await server.PlaceOrder();
            await server.Has(id, 2, "delivered");
            path = path.Replace("{eventId}", (string)(await server.Deliveries(id))[0]!["id"]!);
        }
        return path.Replace("{webhookId}", id);
    }

    static async Task<TestServer> Start()
    {
        var server = await TestServer.Start(configure: builder =>
        {
            WebhookServer.Quick(builder);
            builder.Services.AddSingleton<Tiffin.Features.Webhooks.ResolveName>(
                (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        });
        await SmallChain.Open(server);
        return server;
    }

    static object Movement(int quantity) =>
        new { movements = new[] { new { sku = "rice", kind = "received", quantity } } };

    static object Webhook(string url) => new { url, types = new[] { "order.*" } };

    /// <summary>A server that delivers to this machine, and a receiver that takes everything.</summary>
    public sealed class World : IAsyncLifetime
    {
        public TestServer Server { get; private set; } = null!;
        internal Receiver Receiver { get; private set; } = null!;

        public async Task InitializeAsync() =>
            (Server, Receiver) = (await Start(), await Receiver.Answering(_ => 200));

        public async Task DisposeAsync()
        {
            await Server.DisposeAsync();
            await Receiver.DisposeAsync();
        }
    }
}
