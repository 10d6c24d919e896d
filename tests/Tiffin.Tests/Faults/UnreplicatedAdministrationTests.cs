using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Faults;

/// <summary>A change that a failover may lose is not reported as done.</summary>
public sealed class UnreplicatedAdministrationTests(PrivateCluster cluster)
    : IClassFixture<PrivateCluster>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>A failed test must not leave the next one waiting for a standby forever.</summary>
    public Task DisposeAsync() => Standby.Require(cluster.Postgres.ConnectionString("postgres"), "");

    [Theory]
    [InlineData("DELETE", "/v1/keys/{key}")]
    [InlineData("DELETE", "/v1/customers/c-1/personal-data")]
    [InlineData("PUT", "/v1/kitchens/k1/alert-address", """{ "email": "chef@example.com" }""")]
    [InlineData("DELETE", "/v1/kitchens/k1/alert-address")]
    public async Task A_change_that_no_standby_has_is_unknown(string method, string path, string? body = null)
    {
        await using var server = await Start();
        var (id, _) = await Key(server);
        await Standby.Require(server.ConnectionString, "missing");

        using var request = new HttpRequestMessage(new HttpMethod(method), path.Replace("{key}", id));
        if (body is not null) request.Content = new StringContent(body, null, "application/json");
        using var answer = await server.Client.SendAsync(request);

        await ShouldBeUnknown(answer);
        await Standby.Require(server.ConnectionString, "");
    }

    [Fact]
    public async Task A_cancelled_wait_for_the_standby_is_not_a_success()
    {
        await using var server = await Start(patience: 60);
        var (id, _) = await Key(server);
        await Standby.Require(server.ConnectionString, "missing");

        var revoked = server.Client.DeleteAsync($"/v1/keys/{id}");
        await Eventually.Holds(async () => await Session.Ask<bool>(server.ConnectionString, """
            SELECT coalesce(bool_or(pg_cancel_backend(pid)), false) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event = 'SyncRep'
            """), "a commit waiting for its standby");

        await ShouldBeUnknown(await revoked);
        await Standby.Require(server.ConnectionString, "");
    }

    [Fact]
    public async Task A_retried_change_is_answered_once_a_standby_has_it()
    {
        await using var server = await Start();
        var (id, key) = await Key(server);
        await Standby.Require(server.ConnectionString, "missing");
        await ShouldBeUnknown(await server.Client.DeleteAsync($"/v1/keys/{id}"));
        await Session.Run(server.ConnectionString,
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        using var client = server.ClientWith(key);
        await Eventually.Holds(async () =>
            (await client.GetAsync("/v1/orders")).StatusCode == HttpStatusCode.Unauthorized, "the key is revoked here");

        // The key is revoked, but only here: a failover would break a promise to that effect.
        await ShouldBeUnknown(await server.Client.DeleteAsync($"/v1/keys/{id}"));

        await Standby.Require(server.ConnectionString, "");
        (await server.Client.DeleteAsync($"/v1/keys/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Signing_out_without_a_standby_is_unknown()
    {
        await using var server = await Start();
        var (_, key) = await Key(server);
        using var opened = await Send(
            server, HttpMethod.Post, request => request.Headers.Authorization = new("Bearer", key));
        opened.StatusCode.ShouldBe(HttpStatusCode.Created);
        var session = JsonNode.Parse(await opened.Content.ReadAsStringAsync())!;
        var cookie = opened.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        await Standby.Require(server.ConnectionString, "missing");

        using var answer = await Send(server, HttpMethod.Delete, request =>
        {
            request.Headers.Add("Cookie", cookie);
            request.Headers.Add("X-Antiforgery-Token", (string)session["antiforgeryToken"]!);
        });

        await ShouldBeUnknown(answer);
        await Standby.Require(server.ConnectionString, "");
    }

    /// <summary>The default is long enough for the setup and differs from the timeout of an audit entry.</summary>
    async Task<TestServer> Start(int patience = 6)
    {
        var server = await TestServer.Start(await cluster.CreateDatabase(), app =>
        {
            app.Configuration["Database:CommitTimeout"] = $"{TimeSpan.FromSeconds(patience)}";
            app.Configuration["Commit:Deadline"] = $"{Eventually.Patience}";
            // Each response waits that long for its audit entry, which no standby has either.
            app.Configuration["Access:AuditWriteTimeout"] = "00:00:00.2";
        });
        await SmallChain.Open(server);
        return server;
    }

    static async Task<(string Id, string Key)> Key(TestServer server)
    {
        var made = await server.Client.PostAsJsonAsync("/v1/keys", new { role = "admin", label = "short" });
        var body = await made.Content.ReadAsStringAsync();
        made.StatusCode.ShouldBe(HttpStatusCode.Created, body);
        var key = JsonNode.Parse(body)!;
        return ((string)key["id"]!, (string)key["key"]!);
    }

    static async Task<HttpResponseMessage> Send(
        TestServer server, HttpMethod method, Action<HttpRequestMessage> prepare)
    {
        using var handler = new HttpClientHandler { UseCookies = false };
        using var client = new HttpClient(handler) { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(method, "/v1/session");
        prepare(request);
        return await client.SendAsync(request);
    }

    static async Task ShouldBeUnknown(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, body);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        ((string?)JsonNode.Parse(body)!["code"]).ShouldBe("outcome_unknown");
    }
}
