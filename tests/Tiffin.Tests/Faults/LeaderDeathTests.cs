using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tiffin.Tests.Subscribers.Webhooks;
using Tiffin.Tests.Support;
using Xunit.Abstractions;
using StreamReader = Tiffin.Tests.Subscribers.Broker.StreamReader;

namespace Tiffin.Tests.Faults;

/// <summary>Nodes that read the log for everybody are killed under load, with a real broker beside them.</summary>
[Collection("RabbitMQ")]
public sealed class LeaderDeathTests(ITestOutputHelper output)
{
    const int Kills = 10;

    /// <summary>Orders under way at once; each pauses between its steps.</summary>
    const int Hands = 8;
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(50);

    static readonly string[] forward = ["preparing", "out_for_delivery", "delivered"];
    static readonly string[] subscribers = ["analytics", "webhooks", "notifications", "broker"];

    [Fact]
    public async Task Leaders_killed_under_load_lose_nothing_double_nothing_and_keep_every_order_in_order()
    {
        var database = await Shop.Open(portions: 100_000);
        var broker = await RabbitMqFixture.CreateVirtualHost();
        await using var hooks = await Receiver.Start();
        await using var gateway = await Receiver.Start();
        await using var cluster = await Cluster.Start(database, Settings(broker, gateway));
        await Subscribe(cluster.Client, hooks.Url);
        using var enough = new CancellationTokenSource();

        var hands = Enumerable.Range(0, Hands).Select(_ => Orders(cluster, enough.Token)).ToList();
        try
        {
            for (var i = 0; i < Kills; i++)
                await await Task.WhenAny([.. hands, cluster.KillLeader(subscribers[i % subscribers.Length])]);
            await enough.CancelAsync();
            output.WriteLine($"{(await Task.WhenAll(hands)).Sum()} orders");
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
        await Eventually.Holds(() => stream.Positions.Contains(last), "the end of the stream");
        stream.Positions.Distinct().ShouldBe(Enumerable.Range(1, (int)last).Select(position => (long)position));
    }

    static Dictionary<string, string> Settings(Uri broker, Receiver gateway) => new()
    {
        ["Subscriptions__Lease"] = "00:00:01.5",
        ["Subscriptions__Standby"] = "00:00:00.2",
        ["Webhooks__Lease"] = "00:00:01.5",
        ["Webhooks__AllowHttp"] = "true",
        ["Webhooks__AllowLoopback"] = "true",
        ["Notifications__ClaimFor"] = "00:00:05",
        ["Notifications__Timeout"] = "00:00:04",
        ["Notifications__Gateway__Url"] = gateway.Url,
        ["Broker__Url"] = broker.ToString(),
    };

    static async Task Subscribe(HttpClient client, string url)
    {
        var created = await client.Post("/v1/webhooks", new { url, types = new[] { "*" } });
        created.StatusCode.ShouldBe(HttpStatusCode.Created, await created.Content.ReadAsStringAsync());
    }

    /// <summary>One order after the other; answers how many.</summary>
    static async Task<int> Orders(Cluster cluster, CancellationToken enough)
    {
        var count = 0;
        for (; !enough.IsCancellationRequested; count++)
        {
            var placement = new Placement(Order());
            await placement.Insist(() => cluster.Client);
            placement.Status.ShouldBe(HttpStatusCode.Created);
            foreach (var status in count % 3 == 0 ? ["cancelled"] : forward)
            {
                await Task.Delay(pause, CancellationToken.None);
                await Move(cluster, placement.OrderId!.Value, status);
            }
        }
        return count;
    }

    static JsonNode Order()
    {
        var order = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(SmallChain.Order()))!;
        order["customer"]!["consent"] = true;
        return order;
    }

    /// <summary>Asks until it is so: asking for the status that the order has changes nothing.</summary>
    static Task Move(Cluster cluster, Guid order, string status) => Eventually.Holds(async () =>
    {
        try
        {
            using var moved = await cluster.Client.PutAsJsonAsync($"/v1/orders/{order}/status", new { status });
            if (moved.StatusCode != HttpStatusCode.ServiceUnavailable)
                moved.StatusCode.ShouldBe(HttpStatusCode.OK, await moved.Content.ReadAsStringAsync());
            return moved.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }, $"{order} is {status}");

    /// <summary>Everybody has read everything, and what came of it has come to its end.</summary>
    static Task Settled(string database) => Eventually.Holds(async () => await Session.Ask<long>(database, """
        SELECT (SELECT count(*) FROM subscribers WHERE position < (SELECT max(position) FROM events))
            + (SELECT count(*) FROM webhook_deliveries WHERE state = 0)
            + (SELECT count(*) FROM notifications WHERE state < 2)
        """) == 0, "the end of the work");

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
        // What its dead node may have sent is not sent again.
        var sent = await Session.Ask<Guid[]>(database, "SELECT array_agg(id) FROM notifications WHERE state = 2");
        sent!.Length.ShouldBeGreaterThan(Hands);
        sent.Except(messages).ShouldBeEmpty();
    }
}
