using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Npgsql;
using Tiffin.Tests.Faults;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

/// <summary>Slow reads exhaust the sessions for requests, and no others.</summary>
public sealed class BulkheadTests
{
    [Fact]
    public async Task Requests_that_hold_all_their_sessions_stop_neither_health_nor_subscribers_nor_the_audit()
    {
        // As in production, a request waits for a session, and a statement for the lock, for only a few seconds.
        var (server, holder) = await Held(";Timeout=10;Command Timeout=5", sessions: 24);
        await using var end = server;
        using var enough = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 80)
            .Select(_ => ReadOn(server, $"/v1/orders/{Guid.CreateVersion7()}", enough.Token)).ToList();
        await Eventually.Holds(async () => (await server.Client.GetAsync("/v1/kitchens/k1/stock")).StatusCode,
            status => status == HttpStatusCode.ServiceUnavailable, "no session is left for a request");

        // One check that fails because a busy machine opens no session in time makes the node unready until the next.
        for (var i = 0; i < 5; i++)
            await Eventually.Holds(() => Ready(server), status => status == HttpStatusCode.OK, "a ready node");
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
        var (server, holder) = await Held("", sessions: 100, app =>
        {
            app.Configuration["Limits:ExpensiveReadsMax"] = "2";
            app.Configuration["Limits:ExpensiveReadsQueueTimeout"] = "00:00:00.25";
        });
        await using var end = server;
        using var enough = new CancellationTokenSource();
        // PostgreSQL cancels a list that waits for longer than ten seconds; it is then requested again.
        var lists = Enumerable.Range(0, 2).Select(_ => ReadOn(server, "/v1/orders", enough.Token)).ToList();
        await Eventually.Holds(() => Waiting(server), value => value == 2, "two lists that wait in the database");

        var (_, retryAfter, _) = await Eventually.Holds(async () =>
        {
            using var shed = await server.Client.GetAsync("/v1/orders");
            var code = (string?)JsonNode.Parse(await shed.Content.ReadAsStringAsync())!["code"];
            return (shed.StatusCode, shed.Headers.RetryAfter?.Delta, code);
        }, answer => answer is (HttpStatusCode.ServiceUnavailable, _, "overloaded"));

        retryAfter.ShouldNotBeNull();
        await server.Get("/v1/kitchens/k1/stock");
        await enough.CancelAsync();
        await holder.DisposeAsync();
        await Task.WhenAll(lists);
        await Eventually.Holds(async () => (await server.Client.GetAsync("/v1/orders")).StatusCode,
            status => status == HttpStatusCode.OK, "a list when the others have ended");
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

    [Theory]
    [InlineData("", 5)]
    [InlineData(";Command Timeout=11", 11)]
    public async Task A_statement_may_take_as_long_as_the_connection_string_says_or_five_seconds(
        string given, int seconds)
    {
        await using var database = new Tiffin.Engine.Storage.Database(await PostgresFixture.CreateDatabase() + given);

        await using var connection = await database.OpenRequest(default);

        connection.CommandTimeout.ShouldBe(seconds);
    }

    /// <summary>A server whose reads of orders wait for a lock, until the session that holds it ends.</summary>
    static async Task<(TestServer Server, NpgsqlConnection Holder)> Held(
        string limits, int sessions, Action<WebApplicationBuilder>? configure = null)
    {
        // Set up by another server, without its limits.
        var database = await Shop.Open(portions: 100);
        var server = await TestServer.Start($"{database};Maximum Pool Size={sessions}{limits}", configure);
        var holder = await Session.Open(database);
        await using var take = new NpgsqlCommand("BEGIN; LOCK TABLE contacts IN ACCESS EXCLUSIVE MODE", holder);
        await take.ExecuteNonQueryAsync();
        return (server, holder);
    }

    static async Task ReadOn(TestServer server, string path, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            try
            {
                using (await server.Client.GetAsync(path, enough)) { }
            }
            catch (Exception ended) when (ended is OperationCanceledException or HttpRequestException)
            {
                // The test is over, or a connection broke: the others still hold sessions.
            }
        }
    }

    static async Task<HttpStatusCode> Ready(TestServer server)
    {
        using var answer = await server.Client.GetAsync("/health/ready");
        return answer.StatusCode;
    }

    static Task<long> Waiting(TestServer server) => Session.Ask<long>(
        server.ConnectionString, "SELECT count(*) FROM pg_locks WHERE relation = 'contacts'::regclass AND NOT granted");
}
