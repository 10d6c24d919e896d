using System.Globalization;
using System.Net;
using Npgsql;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Health;

public sealed class MetricsTests : IAsyncLifetime
{
    TestServer server = null!;

    public async Task InitializeAsync()
    {
        // A separate database: the pools of other tests would be counted, too.
        server = await TestServer.Start(await PostgresFixture.CreateDatabase());
        await SmallChain.Open(server);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Placed_and_refused_orders_are_in_the_metrics_of_HTTP_and_of_the_commit_pipeline()
    {
        await server.HasMeasured();
        var before = Sum(await Scrape(), "tiffin_commit_batch_size_sum");
        for (var i = 0; i < 3; i++)
            (await server.Client.Place(SmallChain.Order())).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await server.Client.Place(SmallChain.Order(quantity: 999))).StatusCode.ShouldBe(HttpStatusCode.Conflict);

        const string Placing = "http_server_request_duration_seconds_count";
        await Eventually.Holds(
            async () => Sum(await Scrape(), Placing, "/v1/orders", "\"201\""), value => value == 3, "three orders");
        await Eventually.Holds(
            async () => Sum(await Scrape(), Placing, "/v1/orders", "\"409\""), value => value == 1, "a refusal");
        await server.HasMeasured();
        var text = await Scrape();
        (Sum(text, "tiffin_commit_batch_size_sum") - before).ShouldBe(4);
        Sum(text, "tiffin_commit_phase_duration_seconds_count", "\"write\"")
            .ShouldBe(Sum(text, "tiffin_commit_batch_size_count"));
        Sum(text, "tiffin_commit_queue_depth").ShouldBe(0);
    }

    [Fact]
    public async Task Prometheus_can_read_them_all()
    {
        await server.Client.Place(SmallChain.Order());
        var text = await Scrape();

        // The runtime and the driver name some gauges after OpenTelemetry: dotnet.assembly.count.
        (await Promtool.Check("check metrics", text))
            .Where(wish => !wish.Contains("should not have \"_count\" suffix")).ShouldBeEmpty();
        (await Record.ExceptionAsync(() => Promtool.Check("check metrics", text + "no{ 1"))).ShouldNotBeNull();
        foreach (var name in new[] { "dotnet_gc_collections_total", "kestrel_active_connections", "db_client_" })
            text.ShouldContain($"\n{name}");
    }

    [Fact]
    public async Task A_subscriber_that_stops_is_seen_to_lag()
    {
        await using var session = new NpgsqlConnection(server.ConnectionString);
        await session.OpenAsync();
        await using var stopped = new NpgsqlCommand(
            "INSERT INTO subscribers (name, failures) VALUES ('stopped', 7)", session);
        await stopped.ExecuteNonQueryAsync();

        const string Name = "subscriber=\"stopped\"";
        await Eventually.Holds(
            async () => Sum(await Scrape(), "tiffin_subscriber_lag_events", Name) > 0, "a subscriber behind the log");
        var text = await Scrape();
        Sum(text, "tiffin_subscriber_lag_seconds", Name).ShouldBeGreaterThan(0);
        Sum(text, "tiffin_subscriber_failures", Name).ShouldBe(7);
        Sum(text, "tiffin_subscriber_has_leader", Name).ShouldBe(0);
    }

    [Fact]
    public async Task The_metrics_do_not_contain_the_connection_string()
    {
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString);

        var ours = (await Scrape()).Split('\n').Where(line => line.Contains("pool_name=\"requests\"")).ToList();

        ours.ShouldNotBeEmpty();
        (await Scrape()).ShouldNotContain($"Database={settings.Database};");
    }

    async Task<string> Scrape() => await server.Client.GetStringAsync("/metrics");

    static double Sum(string text, string name, params string[] labels) => text.Split('\n')
        .Where(line => line.StartsWith(name + '{') || line.StartsWith(name + ' '))
        .Where(line => labels.All(line.Contains))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
