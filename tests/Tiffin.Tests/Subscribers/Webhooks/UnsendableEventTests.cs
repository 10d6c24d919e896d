using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Tests.Access;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Webhooks;

/// <summary>An event that this node cannot send delays no other, and does not count against the endpoint.</summary>
public sealed class UnsendableEventTests : IAsyncLifetime
{
    TestServer server = null!;
    Receiver receiver = null!;
    HttpClient owner = null!;
    string webhook = "";

    /// <summary>With a single worker, which an event could terminate.</summary>
    public async Task InitializeAsync()
    {
        server = await TestServer.Start(configure: builder =>
            WebhookServer.Quick(builder, options => options.Concurrency = 1));
        await SmallChain.Open(server);
        receiver = await Receiver.Start();
        owner = await server.ClientOf(Role.Channel, channel: "app");
        var made = await owner.Post("/v1/webhooks", new { url = receiver.Url, types = new[] { "order.placed" } });
        webhook = (string)JsonNode.Parse(await made.Content.ReadAsStringAsync())!["id"]!;
    }

    public async Task DisposeAsync()
    {
        owner.Dispose();
        await server.DisposeAsync();
        await receiver.DisposeAsync();
    }

    /// <summary>During a rolling upgrade, and after a rollback to the older build.</summary>
    [Fact]
    public async Task An_event_that_only_a_newer_build_knows_waits_for_such_a_node()
    {
        await Queue(type: 99, data: "{}");
        await Eventually.Holds(Unknown, one => one.IsLater, "the delivery is left for later");

        await server.Client.Place(MatrixCast.Order(theirs: true));
        await receiver.Receives(1);

        var (state, attempts, _) = await Unknown();
        (state, attempts).ShouldBe((0, 0));
        // This build has no name for its type.
        (await server.Deliveries(webhook)).ShouldHaveSingleItem()!["type"]!.GetValue<string>()
            .ShouldBe("order.placed");
        // Now this build knows it.
        await Session.Run(server.ConnectionString, "UPDATE events SET type = 0 WHERE position = 0");
        await receiver.Receives(2);
    }

    [Fact]
    public async Task An_unreadable_event_is_dead_lettered()
    {
        await Queue(type: 0, data: """{"stock""");
        await server.Has(webhook, 1, "failed");

        await server.Client.Place(MatrixCast.Order(theirs: true));
        await server.Has(webhook, 1, "delivered");

        (await server.Deliveries(webhook, "status=failed"))[0]!["lastAttempt"]!["error"]!.GetValue<string>()
            .ShouldBe("the event cannot be read");
        (await server.Get($"/v1/webhooks/{webhook}"))["failingSince"].ShouldBeNull();
    }

    /// <summary>Adds a delivery of an event that comes before all others, so that no subscriber reads it.</summary>
    Task Queue(int type, string data) => Session.Run(server.ConnectionString, $"""
        WITH added AS (
            INSERT INTO events (position, id, at, order_id, sequence, type, kitchen, brand_id, channel, data)
            VALUES (0, uuid_at(now()), now(), gen_random_uuid(), 1, {type}, 'k1', 'dosa', 'app', '{data}'::text::bytea)
            RETURNING *)
        INSERT INTO webhook_deliveries (endpoint_id, event_id, position, lane, order_id, sequence, type)
        SELECT '{webhook}', id, position, order_id, order_id, sequence, type FROM added
        """);

    async Task<(int State, int Attempts, bool IsLater)> Unknown()
    {
        var found = (await Session.Ask<string>(server.ConnectionString, """
            SELECT concat_ws(' ', state, attempts, next_at > clock_timestamp()) FROM webhook_deliveries
            WHERE position = 0
            """))!.Split(' ');
        return (int.Parse(found[0]), int.Parse(found[1]), found[2] == "t");
    }
}
