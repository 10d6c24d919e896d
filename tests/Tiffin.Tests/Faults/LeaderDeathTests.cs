using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiffin.Tests.Subscribers.Webhooks;
using Tiffin.Tests.Support;
using Xunit.Abstractions;
using StreamReader = Tiffin.Tests.Subscribers.Broker.StreamReader;

namespace Tiffin.Tests.Faults;

/// <summary>Kills the nodes that lead subscribers, under load and with a real broker.</summary>
[Collection("RabbitMQ")]
public sealed class LeaderDeathTests(ITestOutputHelper output)
{
    // Must be first: fields are initialized in textual order.
    static readonly string[] subscribers = ["analytics", "webhooks", "notifications", "broker"];

    /// <summary>
    /// With TIFFIN_LEADER_DEATH=full in the environment: 10 kills in at least a minute under 500 orders a second.
    /// Otherwise one kill for each subscriber, under less load.
    /// </summary>
    static readonly bool isFull = Environment.GetEnvironmentVariable("TIFFIN_LEADER_DEATH") == "full";
    static readonly int kills = isFull ? 10 : subscribers.Length;
    static readonly double perSecond = isFull ? 500 : 40;
    static readonly TimeSpan between = isFull ? TimeSpan.FromSeconds(6) : TimeSpan.Zero;

    /// <summary>Every n-th order is delivered or cancelled, and its customer consents to messages.</summary>
    static readonly int oneIn = isFull ? 10 : 2;

    /// <summary>Maximum of concurrent orders; further ones wait when a dead node blocks this many.</summary>
    const int UnderWayMax = 4_000;

    static readonly string[] forward = ["preparing", "out_for_delivery", "delivered"];

    [Fact]
    public async Task Leaders_killed_under_load_lose_duplicate_and_reorder_nothing()
    {
        var database = await Shop.Open(portions: 1_000_000);
        var broker = await RabbitMqFixture.CreateVirtualHost();
        await using var hooks = await Receiver.Start();
        await using var gateway = await Receiver.Start();
        await using var cluster = await Cluster.Start(database, Settings(broker, gateway));
        await Subscribe(cluster.Client, hooks.Url);
        using var enough = new CancellationTokenSource();

        var load = Orders(cluster, enough.Token);
        try
        {
            for (var i = 0; i < kills; i++)
                await await Task.WhenAny(
                    load, Task.WhenAll(cluster.KillLeader(subscribers[i % subscribers.Length]), Task.Delay(between)));
            await enough.CancelAsync();
            output.WriteLine($"{kills} kills under {await load}");
            await Settled(database);
        }
        finally
        {
            output.WriteLine(cluster.Output);
        }

        await Shop.ShouldVerify(database);
        await ShouldBeReceived(database, hooks);
        await ShouldBeTold(database, gateway);
        await using var stream = await StreamReader.Open(broker);
        var last = await Session.Ask<long>(database, "SELECT max(position) FROM events");
        await Eventually.Holds(() => stream.Positions, positions => positions.Contains(last), "the end of the stream");
        stream.Positions.Distinct().ShouldBe(Enumerable.Range(1, (int)last).Select(position => (long)position));
    }

    static Dictionary<string, string> Settings(Uri broker, Receiver gateway) => new()
    {
        ["Subscriptions__LeaseDuration"] = "00:00:01.5",
        ["Subscriptions__LeaseRetryInterval"] = "00:00:00.2",
        ["Webhooks__LeaseDuration"] = "00:00:01.5",
        ["Webhooks__AllowHttp"] = "true",
        ["Webhooks__AllowLoopback"] = "true",
        ["Notifications__ClaimTimeout"] = "00:00:05",
        ["Notifications__Timeout"] = "00:00:04",
        ["Notifications__Gateway__Url"] = gateway.Url,
        ["Broker__Url"] = broker.ToString(),
    };

    static async Task Subscribe(HttpClient client, string url)
    {
        var created = await client.Post("/v1/webhooks", new { url, types = new[] { "*" } });
        created.StatusCode.ShouldBe(HttpStatusCode.Created, await created.Content.ReadAsStringAsync());
    }

    /// <summary>Open-loop load: orders arrive at the rate, regardless of response times. Returns the figures.</summary>
    static async Task<string> Orders(Cluster cluster, CancellationToken enough)
    {
        var (clock, under, count) = (Stopwatch.StartNew(), new HashSet<Task>(), 0);
        for (; !enough.IsCancellationRequested; count++)
        {
            var early = TimeSpan.FromSeconds(count / perSecond) - clock.Elapsed;
            if (early > TimeSpan.Zero) await Task.Delay(early, CancellationToken.None);
            foreach (var ended in under.Where(order => order.IsCompleted).ToList()) under.Remove(await Ended(ended));
            if (under.Count >= UnderWayMax) under.Remove(await Ended(await Task.WhenAny(under)));
            under.Add(Live(cluster, count));
        }
        var came = clock.Elapsed;
        await Task.WhenAll(under);
        return $"{count} orders in {came.TotalSeconds:0} s, {count / came.TotalSeconds:0} a second";

        static async Task<Task> Ended(Task order)
        {
            await order;
            return order;
        }
    }

    static async Task Live(Cluster cluster, int number)
    {
        var (order, isOneOf) = (JsonSerializer.SerializeToNode(SmallChain.Order())!, number % oneIn == 0);
        order["customer"]!["consent"] = isOneOf;
        var placement = new Placement(order);
        await placement.Insist(() => cluster.Client);
        placement.Status.ShouldBe(HttpStatusCode.Created);
        if (!isOneOf) return;
        foreach (var status in number % 3 == 0 ? ["cancelled"] : forward)
            await Move(cluster, placement.OrderId!.Value, status);
    }

    /// <summary>Retries until it succeeds: setting the current status again changes nothing.</summary>
    static Task Move(Cluster cluster, Guid order, string status) => Eventually.Holds(async () =>
    {
        try
        {
            using var moved = await cluster.Client.PutAsJsonAsync($"/v1/orders/{order}/status", new { status });
            if (moved.StatusCode != HttpStatusCode.ServiceUnavailable)
                moved.StatusCode.ShouldBe(HttpStatusCode.OK, await moved.Content.ReadAsStringAsync());
            return moved.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception lost) when (lost is HttpRequestException or SocketException or OperationCanceledException)
        {
            return false;
        }
    }, $"{order} is {status}");

    /// <summary>Waits until every subscriber has read the whole log and all effects are complete.</summary>
    static async Task Settled(string database)
    {
        var left = long.MaxValue;
        do
        {
            // Continues as long as less is left.
            var before = left;
            await Eventually.Holds(async () => (left = await Left(database)) == 0 || left < before, "less left to do");
        }
        while (left > 0);
    }

    static Task<long> Left(string database) => Session.Ask<long>(database, """
        SELECT (SELECT count(*) FROM subscribers WHERE position < (SELECT max(position) FROM events))
            + (SELECT count(*) FROM webhook_deliveries WHERE state = 0)
            + (SELECT count(*) FROM notifications WHERE state < 2)
        """);

    static async Task ShouldBeReceived(string database, Receiver hooks)
    {
        var calls = hooks.Calls.Where(call => call.Number == 1 && call.Type.StartsWith("order.")).ToList();
        calls.Count.ShouldBe((int)await Session.Ask<long>(
            database, "SELECT count(*) FROM events WHERE order_id IS NOT NULL"));
        foreach (var order in calls.GroupBy(call => call.Subject))
            order.Select(call => call.Sequence).ShouldBe(Enumerable.Range(1, order.Count()), order.Key);
    }

    static async Task ShouldBeTold(string database, Receiver gateway)
    {
        var messages = gateway.Calls.Select(call => JsonNode.Parse(call.Body)!["id"]!.GetValue<Guid>()).ToList();
        messages.ShouldBeUnique();
        // A message that a dead node may have sent is not sent again.
        var sent = await Session.Ask<Guid[]>(database, "SELECT array_agg(id) FROM notifications WHERE state = 2");
        sent!.Length.ShouldBeGreaterThan(10);
        sent.Except(messages).ShouldBeEmpty();
    }
}
