using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Npgsql;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

/// <summary>Slow reads take the sessions for requests, and nothing else.</summary>
public sealed class BulkheadTests
{
    [Fact]
    public async Task Requests_that_hold_all_their_sessions_stop_neither_health_nor_subscribers_nor_the_audit()
    {
        var (server, holder) = await Held(_ => { }, sessions: 24);
        await using var end = server;
        using var enough = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 80).Select(_ => ReadOn(server, enough.Token)).ToList();
        await Eventually.Holds(async () => (await server.Client.GetAsync("/v1/kitchens/k1/stock")).StatusCode,
            status => status == HttpStatusCode.ServiceUnavailable, "no session is left for a request");

        for (var i = 0; i < 5; i++)
        {
            var ready = await server.Client.GetAsync("/health/ready");
            ready.StatusCode.ShouldBe(HttpStatusCode.OK, await ready.Content.ReadAsStringAsync());
        }
        await server.Post("/v1/kitchens/k1/stock/movements",
            new { movements = new[] { new { sku = "rice", kind = "received", quantity = 1 } } });
        var head = await Session.Ask<long>(server.ConnectionString, "SELECT max(position) FROM events");
        await Eventually.Holds(() => Session.Ask<long>(
            server.ConnectionString, "SELECT position FROM subscribers WHERE name = 'ledger'"),
            position => position >= head, $"the ledger at {head}");
        var audit = await server.Get("/v1/audit");
        audit["data"]!.AsArray().Select(entry => (string)entry!["operation"]!)
            .ShouldContain("POST /v1/kitchens/{kitchenId}/stock/movements");

        await enough.CancelAsync();
        await holder.DisposeAsync();
        await Task.WhenAll(readers);
    }

    [Fact]
    public async Task Lists_above_their_bound_are_shed_and_other_requests_go_on()
    {
        var (server, holder) = await Held(app => app.Configuration["Limits:ExpensiveReadsMax"] = "2", sessions: 100);
        await using var end = server;
        var lists = Enumerable.Range(0, 2).Select(_ => server.Client.GetAsync("/v1/orders")).ToList();
        await Eventually.Holds(() => Waiting(server), value => value == 2, "two lists that wait in the database");

        using var shed = await server.Client.GetAsync("/v1/orders");

        shed.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        shed.Headers.RetryAfter.ShouldNotBeNull();
        var problem = JsonNode.Parse(await shed.Content.ReadAsStringAsync())!;
        ((string?)problem["code"]).ShouldBe("overloaded");
        await server.Get("/v1/kitchens/k1/stock");
        await holder.DisposeAsync();
        foreach (var list in await Task.WhenAll(lists)) list.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Each_session_says_what_it_is_for()
    {
        await using var server = await TestServer.Start();
        await SmallChain.Open(server);
        await server.Get("/v1/orders");
        await server.Get("/health/ready");

        var names = await Session.Ask<string>(server.ConnectionString, """
            SELECT string_agg(DISTINCT application_name, ', ') FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'tiffin %'
            """);

        foreach (var purpose in new[] { "write", "requests", "health", "access", "administration", "subscribers" })
            names!.ShouldContain($"tiffin {purpose}");
    }

    [Fact]
    public async Task A_pool_that_leaves_no_session_for_requests_is_refused_with_the_numbers()
    {
        var settings = new NpgsqlConnectionStringBuilder(await PostgresFixture.CreateDatabase()) { MaxPoolSize = 20 };

        Should.Throw<InvalidOperationException>(() => new Tiffin.Engine.Storage.Database(settings.ConnectionString))
            .Message.ShouldContain("Maximum Pool Size=20 leaves 1 connection(s) for requests");
    }

    /// <summary>A server whose reads of orders wait for a lock, until the session that holds it ends.</summary>
    static async Task<(TestServer Server, NpgsqlConnection Holder)> Held(
        Action<WebApplicationBuilder> configure, int sessions)
    {
        var settings = new NpgsqlConnectionStringBuilder(await PostgresFixture.CreateDatabase())
        {
            MaxPoolSize = sessions,
            // As in production: a request waits this many seconds for a session, and is then refused.
            Timeout = 3,
        };
        var server = await TestServer.Start(settings.ConnectionString, configure);
        await SmallChain.Open(server);
        var holder = await Session.Open(settings.ConnectionString);
        await using var take = new NpgsqlCommand("BEGIN; LOCK TABLE contacts IN ACCESS EXCLUSIVE MODE", holder);
        await take.ExecuteNonQueryAsync();
        return (server, holder);
    }

    static async Task ReadOn(TestServer server, CancellationToken enough)
    {
        try
        {
            while (!enough.IsCancellationRequested)
                using (await server.Client.GetAsync($"/v1/orders/{Guid.CreateVersion7()}", enough)) { }
        }
        catch (OperationCanceledException)
        {
            // It is enough.
        }
    }

    static Task<long> Waiting(TestServer server) => Session.Ask<long>(
        server.ConnectionString, "SELECT count(*) FROM pg_locks WHERE relation = 'contacts'::regclass AND NOT granted");
}
