using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;
using Tiffin.Features.Health;
using Tiffin.Tests.Faults;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Health;

public sealed class ReadinessTests
{
    [Fact]
    public async Task A_fresh_node_makes_itself_ready_without_any_request()
    {
        await using var server = await TestServer.Start();

        var ready = await Until(server, HttpStatusCode.OK);

        ready["ready"]!.GetValue<bool>().ShouldBeTrue();
        ready["database"]!.GetValue<string>().ShouldBe("healthy");
        (await server.Client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_catalogue_of_an_earlier_run_is_loaded_before_anything_is_asked()
    {
        await using var first = await TestServer.Start();
        await SmallChain.Open(first);
        var version = first.Pipeline.Catalogue.Version;

        await using var second = await TestServer.Start(first.ConnectionString);

        (await Until(second, HttpStatusCode.OK))["catalogueVersion"]!.GetValue<long>().ShouldBe(version);
    }

    [Fact]
    public async Task A_node_that_does_not_know_a_kitchens_time_zone_is_not_ready_and_says_why()
    {
        await using var first = await TestServer.Start();
        await SmallChain.Open(first);
        await Session.Run(first.ConnectionString, "UPDATE kitchens SET time_zone = 'Mars/Olympus' WHERE id = 'k2'");
        var log = LogSpy.Listening();

        await using var second = await TestServer.Start(first.ConnectionString, app =>
        {
            app.Logging.AddProvider(log);
            app.Configuration["Commit:Deadline"] = "00:00:05";
        });

        await Until(second, HttpStatusCode.ServiceUnavailable);
        (await second.Client.Place(SmallChain.Order())).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await second.Client.GetAsync("/v1/kitchens/k1/menu")).StatusCode
            .ShouldBe(HttpStatusCode.ServiceUnavailable);
        log.Text.ShouldContain("Kitchen 'k2' is in the time zone 'Mars/Olympus', which this machine does not know");
        await Session.Run(first.ConnectionString, "UPDATE kitchens SET time_zone = 'Asia/Kolkata' WHERE id = 'k2'");
        await Until(second, HttpStatusCode.OK);
        await Eventually.Holds(
            async () => (await second.Client.Place(SmallChain.Order())).StatusCode,
            status => status == HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_node_without_its_database_is_alive_but_not_ready_and_recovers_unasked()
    {
        await using var server = await TestServer.Start();
        await Until(server, HttpStatusCode.OK);
        await using var gate = await Gate.Of(server);

        await gate.Close();
        var away = await Until(server, HttpStatusCode.ServiceUnavailable);

        away["reasons"]!.AsArray().Select(reason => reason!.GetValue<string>()).ShouldContain("database_away");
        (await server.Client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await gate.Open();
        await Until(server, HttpStatusCode.OK);
    }

    /// <summary>Such as a session that hangs in a COMMIT because there is no standby.</summary>
    [Fact]
    public async Task A_node_that_cannot_write_for_another_session_stays_unready_until_it_can()
    {
        // Set up by another server: a busy machine may need longer for that than this one's deadline.
        await using var server = await TestServer.Start(
            await Shop.Open(portions: 100), app => app.Configuration["Commit:Deadline"] = "00:00:05");
        await Until(server, HttpStatusCode.OK);
        await using var held = await LogLock.Take(server.ConnectionString);
        using var late = await server.Client.Place(SmallChain.Order());
        late.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var (_, first) = await LogLock.Waiter(server.ConnectionString);

        // The lock timeout of PostgreSQL passes, and the node tries again without any request.
        await LogLock.Waiter(server.ConnectionString, after: first);

        using var ready = await server.Client.GetAsync("/health/ready");
        (await ready.Content.ReadAsStringAsync()).ShouldContain("database_away");
        await held.Release();
        await Until(server, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Readiness_answers_within_a_second_while_the_database_is_silent_and_the_node_can_still_stop()
    {
        using var spy = LogSpy.Listening();
        var database = await PostgresFixture.CreateDatabase();
        // The stop waits for sessions that are being opened, and for statements.
        await using var proxy = ChaosProxy.Before(database + ";Timeout=10;Command Timeout=5");
        await using var server = await TestServer.Start(proxy.ConnectionString, app =>
        {
            app.Configuration["Shutdown:GracePeriod"] = "00:00:01";
            app.Configuration["Health:DatabaseTimeout"] = $"{new HealthOptions().DatabaseTimeout}";
            app.Logging.AddProvider(spy);
        });
        await Until(server, HttpStatusCode.OK);

        proxy.SilenceAll();
        var times = new List<TimeSpan>();
        var reds = 0;
        await Eventually.Holds(async () =>
        {
            var asked = Stopwatch.StartNew();
            using var answer = await server.Client.GetAsync("/health/ready");
            times.Add(asked.Elapsed);
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable) reds++;
            return reds;
        }, count => count > 50, "50 responses that the node is not ready");

        // On a busy machine, one response in ten may be slow.
        times.Order().ElementAt(times.Count * 9 / 10).ShouldBeLessThan(TimeSpan.FromSeconds(1));
        await server.DisposeAsync();
        spy.Text.ShouldNotContain("BackgroundService failed");
    }

    [Fact]
    public async Task A_subscriber_that_fails_is_a_detail_and_no_reason_and_seen_in_the_metrics()
    {
        await using var server = await TestServer.Start(configure: app =>
        {
            app.Services.AddSubscriber<Broken>();
            app.Configuration["Subscriptions:LagSampleInterval"] = "00:00:00.050";
        });
        using var measured = new Measurements(server);
        await SmallChain.Open(server);

        var report = await Until(server, HttpStatusCode.OK, body => (int?)Named(body)?["failures"] > 0);

        var broken = Named(report)!;
        broken["lagEvents"]!.GetValue<long>().ShouldBeGreaterThan(0);
        broken["lagSeconds"]!.GetValue<double>().ShouldBeGreaterThan(0);
        report.ToJsonString().ShouldNotContain(Broken.Secret);
        await Eventually.Holds(
            () => measured.Now("tiffin.subscriber.failures", "broken"), value => value > 0, "failures measured");
        measured.Now("tiffin.subscriber.lag.events", "broken").ShouldNotBeNull().ShouldBeGreaterThan(0);
        measured.Now("tiffin.subscriber.lag", "broken").ShouldNotBeNull().ShouldBeGreaterThan(0);
        await Eventually.Holds(
            () => measured.Now("tiffin.subscriber.lag.events", "analytics") == 0, "another subscriber is not delayed");
    }

    static JsonNode? Named(JsonNode report) => report["subscribers"]!.AsArray()
        .FirstOrDefault(subscriber => subscriber!["name"]!.GetValue<string>() == "broken");

    [Fact]
    public async Task A_node_that_shuts_down_reports_it_and_continues_to_respond_while_it_drains()
    {
        await using var server = await TestServer.Start(
            configure: app => app.Configuration["Shutdown:DrainDelay"] = "01:00:00");
        await SmallChain.Open(server);
        await Until(server, HttpStatusCode.OK);
        using var hurry = new CancellationTokenSource();

        var stopping = server.Stop(hurry.Token);
        // On a machine that pauses, a batch may seem to stall for a moment.
        var report = await Until(
            server, HttpStatusCode.ServiceUnavailable, body => body["reasons"]!.AsArray().Count == 1);
        var placed = await server.Client.Place(SmallChain.Order());
        await hurry.CancelAsync();
        await stopping;

        report["reasons"]!.AsArray().ShouldHaveSingleItem()!.GetValue<string>().ShouldBe("shutting_down");
        placed.StatusCode.ShouldBe(HttpStatusCode.Created);
        await Should.ThrowAsync<HttpRequestException>(() => server.Client.GetAsync("/health/live"));
    }

    static async Task<JsonNode> Until(
        TestServer server, HttpStatusCode status, Func<JsonNode, bool>? condition = null)
    {
        var (_, report) = await Eventually.Holds(
            Ask, answer => answer.Status == status && condition?.Invoke(answer.Body) != false, $"{status}");
        return report;

        async Task<(HttpStatusCode Status, JsonNode Body)> Ask()
        {
            using var answer = await server.Client.GetAsync("/health/ready");
            return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
        }
    }

    sealed class Broken : ISubscriber, ISubscriberBatch
    {
        public const string Secret = "the password is naan";

        public string Name => "broken";

        public ValueTask<ISubscriberBatch?> Prepare(
            NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancel) => new(this);

        public Task Publish(CancellationToken cancel) =>
            throw new InvalidOperationException(Secret);
    }

    /// <summary>Refuses connections to a server's database, and ends the open ones.</summary>
    sealed class Gate(NpgsqlConnection admin, string database) : IAsyncDisposable
    {
        public static async Task<Gate> Of(TestServer server)
        {
            var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString);
            var database = settings.Database!;
            settings.Database = "postgres";
            settings.Pooling = false;
            var admin = new NpgsqlConnection(settings.ConnectionString);
            await admin.OpenAsync();
            return new Gate(admin, database);
        }

        public async Task Close()
        {
            await Run($"ALTER DATABASE {database} ALLOW_CONNECTIONS false");
            await Run($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'");
        }

        public Task Open() => Run($"ALTER DATABASE {database} ALLOW_CONNECTIONS true");

        public ValueTask DisposeAsync() => admin.DisposeAsync();

        async Task Run(string sql)
        {
            await using var command = new NpgsqlCommand(sql, admin);
            await command.ExecuteNonQueryAsync();
        }
    }
}
