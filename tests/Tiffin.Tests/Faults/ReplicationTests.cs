using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Faults;

/// <summary>
/// Rows that are committed and visible on the primary but missing on every standby: a failover would lose them. No node
/// may acknowledge or publish them.
/// </summary>
public sealed class ReplicationTests(PrivateCluster cluster) : IClassFixture<PrivateCluster>, IAsyncLifetime
{
    string database = "";

    public async Task InitializeAsync() =>
        database = await Shop.Open(portions: 100, await cluster.CreateDatabase());

    public Task DisposeAsync() => Standby.Require(database, "");

    [Fact]
    public async Task Another_node_does_not_replay_an_order_that_no_standby_has()
    {
        await using var one = await Start();
        await using var other = await Start();
        var placement = new Placement(SmallChain.Order());
        await Standby.Require(database, "missing");
        var answer = placement.Try(one.Client);
        await Standby.CancelWait(database);
        await answer;

        await placement.Try(other.Client);

        placement.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        await Standby.Require(database, "");
        await placement.Insist(other.Client);
        placement.WasReplayed.ShouldBeTrue();
        (await Shop.Orders(database)).ShouldBe(1);
    }

    [Fact]
    public async Task An_order_that_a_crash_made_visible_is_not_answered_before_a_standby_has_it()
    {
        await using var server = await Start();
        var placement = new Placement(SmallChain.Order());
        await CrashWhileWaiting(server, placement);

        // Recovery has made the order visible; the node finds it when it settles the COMMIT.
        (await Shop.Orders(database)).ShouldBe(1);
        placement.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        await placement.Try(server.Client);
        placement.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        await Standby.Require(database, "");
        await placement.Insist(server.Client);
        (await Shop.Orders(database)).ShouldBe(1);
        await Shop.ShouldVerify(database);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_node_publishes_an_event_that_no_standby_has(bool crash)
    {
        await using var server = await Start();
        await using var other = await Start();
        var head = await Head();
        if (crash) await CrashWhileWaiting(server, new Placement(SmallChain.Order()));
        else
        {
            await Standby.Require(database, "missing");
            var answer = new Placement(SmallChain.Order()).Try(server.Client);
            await Standby.CancelWait(database);
            await answer;
        }
        (await Head()).ShouldBeGreaterThan(head);

        foreach (var node in new[] { server, other })
        {
            // Nor the event's position, from which a page without a match would continue.
            foreach (var query in new[] { $"after={head}", $"after={head}&types=order.cancelled", "after=latest" })
            {
                using var page = await node.Client.GetAsync($"/v1/events?{query}");
                page.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, query);
            }
            using var summary = await node.Client.GetAsync("/v1/operations/summary");
            summary.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        }
        (await Checkpoints()).ShouldAllBe(position => position <= head);
        await Standby.Require(database, "");
        await Eventually.Holds(
            async () => (await Checkpoints()).All(position => position > head), "subscribers that continue");
        var events = JsonNode.Parse(await other.Client.GetStringAsync($"/v1/events?after={head}"))!;
        events["data"]!.AsArray().Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_node_whose_commit_waits_for_a_standby_is_not_ready_and_says_why()
    {
        await using var server = await Start();
        await Eventually.Holds(
            async () => (await Ready(server)).Status, value => value == HttpStatusCode.OK, "a ready node");
        await Standby.Require(database, "missing");
        var answer = new Placement(SmallChain.Order()).Try(server.Client);

        var last = "";
        await Eventually.Holds(async () =>
        {
            (var status, last) = await Ready(server);
            return status == HttpStatusCode.ServiceUnavailable && last.Contains("commit_stalled");
        }, () => $"The node stays ready: {last}");

        await Standby.Require(database, "");
        await answer;
        await Eventually.Holds(
            async () => (await Ready(server)).Status, value => value == HttpStatusCode.OK, "a node that recovers");
    }

    [Fact]
    public async Task A_shutdown_while_a_commit_waits_for_a_standby_ends_after_the_grace_period()
    {
        await using var server = await ServerProcess.Start(
            database, settings: new Dictionary<string, string> { ["Shutdown__GracePeriod"] = "00:00:02" });
        await Standby.Require(database, "missing");
        var placement = new Placement(SmallChain.Order());
        var answer = placement.Try(server.Client);
        await Standby.Waiter(database);

        var leaving = Stopwatch.StartNew();
        var exitCode = await server.Leave();

        exitCode.ShouldBe(0, server.Output);
        leaving.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60));
        await answer;
        placement.Status.ShouldNotBe(HttpStatusCode.Created);
    }

    /// <summary>PostgreSQL crashes and recovers while a COMMIT waits for the standby, which stays missing.</summary>
    async Task CrashWhileWaiting(TestServer server, Placement placement)
    {
        await Standby.Require(database, "missing");
        var answer = placement.Try(server.Client);
        await Standby.CrashWaiter(database);
        await answer;
    }

    Task<TestServer> Start() => TestServer.Start(database, builder =>
    {
        builder.Configuration["Commit:Deadline"] = "00:00:05";
        builder.Configuration["Shutdown:GracePeriod"] = "00:00:02";
    });

    Task<long> Head() => Session.Ask<long>(database, "SELECT max(position) FROM events");

    async Task<long[]> Checkpoints() =>
        await Session.Ask<long[]>(database, "SELECT array_agg(position) FROM subscribers") ?? [];

    static async Task<(HttpStatusCode Status, string Body)> Ready(TestServer server)
    {
        using var answer = await server.Client.GetAsync("/health/ready");
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
