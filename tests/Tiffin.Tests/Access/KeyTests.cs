using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

public sealed class KeyTests(SmallChainServer shared) : IClassFixture<SmallChainServer>
{
    readonly TestServer server = shared.Server;

    [Fact]
    public async Task A_key_is_shown_once_and_kept_as_a_hash()
    {
        var made = await Make(new { role = "kitchen", label = "pass", kitchens = new[] { "k1" } });
        var key = (string)made["key"]!;

        key.ShouldMatch("^tk_[0-9a-f]{12}_[0-9a-f]{64}$");
        var listed = (await server.Get("/v1/keys?limit=200")).ToJsonString();
        listed.ShouldContain((string)made["prefix"]!);
        listed.ShouldNotContain(key[16..]);
        await using var connection = await server.Database.OpenRequest(default);
        await using var command = new NpgsqlCommand("SELECT hash FROM api_keys WHERE id = $1", connection);
        command.Parameters.Add(new() { Value = Guid.Parse((string)made["id"]!) });
        ((byte[])(await command.ExecuteScalarAsync())!).ShouldBe(ApiKey.Hash(key));
        using var client = server.ClientWith(key);
        (await client.GetAsync("/v1/orders")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("""{ "role": "kitchen", "label": "x" }""", "/kitchens")]
    [InlineData("""{ "role": "admin", "label": "x", "kitchens": ["k1"] }""", "/kitchens")]
    [InlineData("""{ "role": "channel", "label": "x" }""", "/channel")]
    [InlineData("""{ "role": "customer", "label": "x", "channel": "app" }""", "/subject")]
    [InlineData("""{ "role": "system", "label": "x" }""", "/role")]
    [InlineData("""{ "role": "admin", "label": " " }""", "/label")]
    [InlineData("""{ "role": "admin", "label": "x", "expiresAt": "2020-01-01T00:00:00Z" }""", "/expiresAt")]
    public async Task A_key_with_missing_or_invalid_members_is_not_created(string body, string pointer)
    {
        var answer = await server.Client.PostAsync("/v1/keys", new StringContent(body, null, "application/json"));

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        problem["errors"]![pointer].ShouldNotBeNull(problem.ToJsonString());
    }

    [Fact]
    public async Task A_key_works_at_once_on_another_node_and_ends_there_within_seconds_with_its_streams()
    {
        // As often as it reads changes; it does not wait for the reload of all keys.
        KeyRing.PollInterval.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        await using var other = await TestServer.Start(
            server.ConnectionString, app => app.Configuration["Access:KeyReloadInterval"] = "01:00:00");
        var made = await Make(new { role = "admin", label = "short" });
        using var elsewhere = other.ClientWith((string)made["key"]!);
        (await elsewhere.GetAsync("/v1/orders")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var stream = await elsewhere.OpenStream("/v1/events");
        stream.StatusCode.ShouldBe(HttpStatusCode.OK);

        (await server.Client.DeleteAsync($"/v1/keys/{made["id"]}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        using var here = server.ClientWith((string)made["key"]!);
        (await here.GetAsync("/v1/orders")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var deadline = new CancellationTokenSource(Eventually.Patience);
        while ((await elsewhere.GetAsync("/v1/orders", deadline.Token)).StatusCode == HttpStatusCode.OK)
            await Task.Delay(50, deadline.Token);
        (await stream.Content.ReadAsStringAsync(deadline.Token)).ShouldStartWith("retry:");
        (await server.Client.DeleteAsync($"/v1/keys/{made["id"]}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("DELETE FROM api_keys WHERE id = '{0}'", HttpStatusCode.Unauthorized)]
    [InlineData("UPDATE api_keys SET role = 2, kitchens = '{{k1}}' WHERE id = '{0}'", HttpStatusCode.Forbidden)]
    [InlineData("UPDATE api_keys SET expires_at = now() WHERE id = '{0}'", HttpStatusCode.Unauthorized)]
    public async Task A_key_that_was_changed_by_SQL_is_noticed_within_the_reload_time(
        string sql, HttpStatusCode expected)
    {
        await using var node = await Reloading();
        var made = await Make(new { role = "admin", label = "edited" });
        using var client = node.ClientWith((string)made["key"]!);
        (await client.GetAsync("/v1/keys")).StatusCode.ShouldBe(HttpStatusCode.OK);

        await Session.Run(node.ConnectionString, string.Format(null, sql, made["id"]));

        await Eventually.Holds(
            async () => (await client.GetAsync("/v1/keys")).StatusCode == expected, $"{expected} for the key");
    }

    [Fact]
    public async Task A_key_whose_revocation_a_failover_took_back_works_again()
    {
        await using var node = await Reloading();
        var made = await Make(new { role = "admin", label = "lost" });
        using var client = node.ClientWith((string)made["key"]!);
        (await node.Client.DeleteAsync($"/v1/keys/{made["id"]}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.GetAsync("/v1/keys")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        await Session.Run(node.ConnectionString, $"""
            UPDATE api_keys SET revoked_at = NULL, changed_at = now() - interval '1 hour' WHERE id = '{made["id"]}'
            """);

        await Eventually.Holds(
            async () => (await client.GetAsync("/v1/keys")).StatusCode == HttpStatusCode.OK, "the key works again");
    }

    [Fact]
    public async Task A_node_whose_clock_is_ahead_ends_no_key_early()
    {
        var end = DateTimeOffset.UtcNow.AddMinutes(10);
        var made = await Make(new { role = "admin", label = "short", expiresAt = end });
        var ahead = new ShiftedClock(TimeSpan.FromMinutes(15));
        await using var database = new Database(server.ConnectionString, ahead);
        using var ring = new KeyRing(
            database, Options.Create(new AccessOptions()), ahead, NullLogger<KeyRing>.Instance);

        (await ring.Find((string)made["key"]!, default)).ShouldNotBeNull();
    }

    Task<TestServer> Reloading() => TestServer.Start(
        server.ConnectionString, app => app.Configuration["Access:KeyReloadInterval"] = "00:00:01");

    [Fact]
    public async Task Two_keys_of_one_subject_are_one_caller()
    {
        using var old = await server.ClientOf(Role.Channel, channel: "app", subject: "the-app");
        using var next = await server.ClientOf(Role.Channel, channel: "app", subject: "the-app");

        var first = await old.Place(SmallChain.Order(), key: "k");
        var again = await next.Place(SmallChain.Order(), key: "k");

        again.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);
        (await again.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Checking_a_key_does_not_query_the_database()
    {
        var database = new NpgsqlConnectionStringBuilder(server.ConnectionString).Database;
        // No order has such an id, so every query of the database is one of the check.
        async Task Ask() =>
            (await server.Client.GetAsync("/v1/orders/none")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await Ask();
        var asked = 0;
        using var listener = new System.Diagnostics.ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref System.Diagnostics.ActivityCreationOptions<System.Diagnostics.ActivityContext> _) =>
                System.Diagnostics.ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TagObjects.Any(tag => Equals(tag.Value, database))
                    && activity.TagObjects.Any(tag => tag.Value is string text && text.Contains("FROM api_keys")))
                    Interlocked.Increment(ref asked);
            },
        };
        System.Diagnostics.ActivitySource.AddActivityListener(listener);

        for (var i = 0; i < 2_000; i++) await Ask();

        // Changes are read every two seconds, however many requests arrive.
        asked.ShouldBeLessThan(100);
    }

    [Fact]
    public async Task The_time_of_a_keys_last_use_is_stored()
    {
        var ring = server.Services.GetRequiredService<KeyRing>();
        var made = await Make(new { role = "admin", label = "used" });
        var key = await ring.Find((string)made["key"]!, default);
        key.ShouldNotBeNull();

        await ring.WriteUse(default);

        var rows = await ring.List(Guid.Empty, 200, default);
        rows.Single(row => row.Id == key.Row.Id).LastUsedAt.ShouldNotBeNull();
    }

    async Task<JsonNode> Make(object request)
    {
        var answer = await server.Client.PostAsJsonAsync("/v1/keys", request);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }
}
