using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Engine.Diagnostics;
using Tiffin.Engine.EventLog;
using Tiffin.Tests.Deploy;
using Tiffin.Tests.Faults;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Health;

public sealed class StatusTests
{
    static readonly TimeSpan[] windows = [TimeSpan.FromMinutes(5), TimeSpan.FromHours(1), RollingTally.Retention];

    [Fact]
    public async Task The_status_counts_placed_orders_and_the_freshness_of_each_subscriber()
    {
        await using var server = await TestServer.Start(configure: app => app.Services
            .PostConfigure<SubscriptionOptions>(options => options.LagSampleInterval = TimeSpan.FromMilliseconds(50)));
        await SmallChain.Open(server);
        for (var i = 0; i < 3; i++) (await server.Client.Place(SmallChain.Order())).EnsureSuccessStatusCode();
        // Refused by a business rule: the service has done what it should.
        (await server.Client.Place(SmallChain.Order(quantity: 900))).StatusCode.ShouldBe(HttpStatusCode.Conflict);

        JsonNode status = null!;
        await Eventually.Holds(async () =>
        {
            status = await server.Get("/v1/status");
            return Of(status, "availability")["windows"]![0]!["total"]!.GetValue<long>() == 4
                && status["objectives"]!.AsArray().Any(one => (string?)one!["subscriber"] == "analytics")
                && Of(status, "freshness")["windows"]![0]!["good"]!.GetValue<long>() > 0;
        }, () => $"four requests, and a sample of subscribers that are not behind: {status}");

        ((string)status["since"]!).ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");
        Of(status, "availability")["windows"]!.AsArray().Select(window => (int)window!["minutes"]!)
            .ShouldBe(windows.Select(window => (int)window.TotalMinutes));
        Of(status, "availability")["windows"]![0]!["good"]!.GetValue<long>().ShouldBe(4);
        Of(status, "availability")["windows"]![0]!["met"]!.GetValue<bool>().ShouldBeTrue();
        Of(status, "latency")["windows"]![0]!["total"]!.GetValue<long>().ShouldBe(4);
    }

    [Fact]
    public async Task An_answer_of_5xx_is_counted_against_the_objective()
    {
        // Set up by another server: a probe may take the only place in this one's queue.
        await using var server = await TestServer.Start(
            await Shop.Open(portions: 100), app => app.Configuration["Commit:QueueMax"] = "1");
        await using (await LogLock.Take(server.ConnectionString))
        {
            var waiting = Enumerable.Range(0, 20).Select(_ => server.Client.Place(SmallChain.Order())).ToList();
            await Eventually.Holds(() => waiting.Any(task => task.IsCompleted), "a full queue");
        }

        await Eventually.Holds(async () =>
        {
            var window = Of(await server.Get("/v1/status"), "availability")["windows"]![0]!;
            return (long)window["good"]! < (long)window["total"]! && !(bool)window["met"]!;
        }, "a missed objective");
    }

    [Fact]
    public void The_alerts_use_the_same_objectives()
    {
        var rules = Yaml.File("deploy/prometheus/alerts.yml")["groups"].Items
            .SelectMany(group => group["rules"].Items).ToDictionary(
                rule => rule["alert"].ToString(), rule => rule["expr"].ToString().Split('>')[^1].Trim());

        rules["OrdersFail"].ShouldBe($"{Math.Round(1 - ServiceLevels.Availability, 6)}");
        rules["OrdersSlow"].ShouldBe($"{ServiceLevels.LatencyThreshold.TotalSeconds}");
        rules["SubscriberLags"].ShouldBe($"{ServiceLevels.FreshnessThreshold.TotalSeconds}");
    }

    [Fact]
    public async Task The_response_to_a_change_shows_how_long_the_commit_took()
    {
        await using var server = await TestServer.Start();
        await SmallChain.Open(server);

        var placed = await server.Client.Place(SmallChain.Order());
        var read = await server.Client.GetAsync(placed.Headers.Location);

        placed.Headers.GetValues("Server-Timing").Single().ShouldMatch(@"^commit;dur=\d+\.\d$");
        read.Headers.Contains("Server-Timing").ShouldBeFalse();
    }

    static JsonNode Of(JsonNode status, string name) =>
        status["objectives"]!.AsArray().First(one => (string)one!["name"]! == name)!;
}
