using System.Net;
using System.Net.Http.Json;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Broker;

/// <summary>On a real broker, which some of the tests stop: those that need it are in this collection.</summary>
[Collection("RabbitMQ")]
public sealed class BrokerTests
{
    [Fact]
    public async Task Every_event_arrives_once_and_in_order_as_a_cloud_event()
    {
        var url = await RabbitMqFixture.CreateVirtualHost();
        await using var server = await Start(url);
        await SmallChain.Open(server);
        for (var i = 0; i < 5; i++) await Placed(server);
        var events = await Log(server);

        await using var stream = await OpenStream(url);
        await Eventually.Holds(() => stream.Positions, positions => positions.Length >= events.Count);

        stream.Positions.ShouldBe(events.Select(e => e.Position));
        foreach (var (message, e) in stream.Messages.Zip(events))
        {
            message.Id.ShouldBe(e.Id.ToString());
            message.ContentType.ShouldBe("application/cloudevents+json");
            message.Persistent.ShouldBeTrue();
            message.Body["id"]!.GetValue<string>().ShouldBe(message.Id);
            message.Body["specversion"]!.GetValue<string>().ShouldBe("1.0");
            message.RoutingKey.ShouldBe(
                $"{message.Body["type"]!.GetValue<string>()}.{message.Body["kitchenid"]?.GetValue<string>() ?? "_"}");
        }
        stream.Messages.ShouldContain(message => message.RoutingKey == "order.placed.k1");
        stream.Messages.ShouldContain(message => message.RoutingKey == "catalogue.changed._");
    }

    [Fact]
    public async Task Orders_go_on_while_the_broker_is_away_and_the_backlog_leaves_in_order()
    {
        var url = await RabbitMqFixture.CreateVirtualHost();
        var broker = await RabbitMqFixture.Broker;
        await using var server = await Start(url);
        await SmallChain.Open(server);
        await Drained(server);

        await broker.Stop();
        try
        {
            for (var i = 0; i < 20; i++) await Placed(server);
            await Eventually.Holds(() => State(server), state => state.Failures > 0);
            (await State(server)).LagEvents.ShouldBeGreaterThanOrEqualTo(20);
        }
        finally
        {
            await broker.StartAgain();
        }
        await Placed(server);
        await Drained(server);

        await using var stream = await OpenStream(url);
        var events = await Log(server);
        await Eventually.Holds(() => stream.Positions, positions => positions.Contains(events[^1].Position));
        stream.Positions.Distinct().ShouldBe(events.Select(e => e.Position));
    }

    [Fact]
    public async Task A_node_that_dies_between_confirm_and_checkpoint_repeats_the_same_ids_in_order()
    {
        var url = await RabbitMqFixture.CreateVirtualHost();
        await using var server = await Start(url);
        await SmallChain.Open(server);
        await Drained(server);
        await using var stream = await OpenStream(url);

        // Advancing the checkpoint waits for this lock: events published now are confirmed and not yet recorded.
        await using (var blocker = await Support.Session.Open(server.ConnectionString))
        {
            await Execute(blocker, """
                CREATE FUNCTION wait_for_the_test() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM pg_advisory_xact_lock_shared(1);
                    RETURN NEW;
                END $$;
                CREATE TRIGGER wait_for_the_test BEFORE UPDATE OF position ON subscribers FOR EACH ROW
                    WHEN (NEW.name = 'broker' AND NEW.position > OLD.position) EXECUTE FUNCTION wait_for_the_test();
                SELECT pg_advisory_lock(1);
                """);
            await Placed(server);
            var end = (await Log(server))[^1].Position;
            await Eventually.Holds(() => stream.Positions, positions => positions.Contains(end));
            await Eventually.Holds(() => Support.Session.Ask<long>(server.ConnectionString, """
                SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event = 'advisory'
                """), ended => ended > 0);
        }
        await Drained(server);

        var events = await Log(server);
        var ids = events.ToDictionary(e => e.Position, e => e.Id.ToString());
        await Eventually.Holds(
            () => stream.Positions, positions => positions.Count(position => position == events[^1].Position) > 1);
        stream.Messages.ShouldAllBe(message => message.Id == ids[message.Position]);
        stream.Positions.Distinct().ShouldBe(events.Select(e => e.Position));
    }

    [Fact]
    public async Task A_deleted_stream_is_created_again_and_no_event_is_unroutable()
    {
        var url = await RabbitMqFixture.CreateVirtualHost();
        await using var server = await Start(url);
        await SmallChain.Open(server);
        await Drained(server);
        var before = (await Log(server))[^1].Position;

        await using (var connection = await new RabbitMQ.Client.ConnectionFactory { Uri = url }.CreateConnectionAsync())
        {
            var channel = await connection.CreateChannelAsync();
            await channel.QueueDeleteAsync("tiffin.events.log", false, false);
        }
        await Placed(server);
        await Drained(server);

        await using var stream = await OpenStream(url);
        var later = (await Log(server)).Select(e => e.Position).Where(position => position > before).ToList();
        await Eventually.Holds(() => stream.Positions, positions => positions.Contains(later[^1]));
        stream.Positions.Distinct().ShouldBe(later);
    }

    [Fact]
    public async Task A_queue_that_is_full_holds_the_events_back_and_not_the_orders()
    {
        var url = await RabbitMqFixture.CreateVirtualHost();
        await using var server = await Start(url);
        await SmallChain.Open(server);
        await Drained(server);
        await using var connection = await new RabbitMQ.Client.ConnectionFactory { Uri = url }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync("full", durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?>
            {
                ["x-queue-type"] = "quorum", ["x-max-length"] = 1, ["x-overflow"] = "reject-publish",
            });
        await channel.QueueBindAsync("full", "tiffin.events", "order.placed.*");

        // A quorum queue reports with some delay that it is full: messages that arrive at once may all be accepted.
        await Eventually.Holds(async () =>
        {
            var state = await State(server);
            if (state.LagEvents == 0) await Placed(server);
            return state;
        }, state => state.Failures > 0, "a full queue");
        (await State(server)).LagEvents.ShouldBeGreaterThan(0);
        await channel.QueueDeleteAsync("full", false, false);
        await Drained(server);

        await using var stream = await OpenStream(url);
        var events = await Log(server);
        await Eventually.Holds(() => stream.Positions, positions => positions.Contains(events[^1].Position));
        stream.Positions.Distinct().ShouldBe(events.Select(e => e.Position));
    }

    [Fact]
    public async Task A_broker_that_blocks_its_publishers_holds_the_events_back_and_not_the_orders()
    {
        var url = await RabbitMqFixture.CreateVirtualHost();
        var broker = await RabbitMqFixture.Broker;
        await using var server = await Start(url);
        await SmallChain.Open(server);
        await Drained(server);

        await broker.Control("set_vm_memory_high_watermark", "0.00001");
        try
        {
            await Placed(server);
            await Eventually.Holds(() => State(server), state => state.Failures > 0);
            await Placed(server);
            (await State(server)).LagEvents.ShouldBeGreaterThan(0);
        }
        finally
        {
            await broker.Control("set_vm_memory_high_watermark", "0.4");
        }
        await Drained(server);

        await using var stream = await OpenStream(url);
        var events = await Log(server);
        await Eventually.Holds(() => stream.Positions, positions => positions.Contains(events[^1].Position));
        stream.Positions.Distinct().ShouldBe(events.Select(e => e.Position));
    }

    [Fact]
    public async Task An_event_without_data_is_published_and_delays_no_other()
    {
        var url = await RabbitMqFixture.CreateVirtualHost();
        await using var server = await Start(url);
        await SmallChain.Open(server);
        await server.AppendEmpty(EventType.OrderPlaced);
        await Placed(server);
        await Drained(server);

        await using var stream = await OpenStream(url);
        var events = await Log(server);
        await Eventually.Holds(() => stream.Positions, positions => positions.Contains(events[^1].Position));
        stream.Positions.Distinct().ShouldBe(events.Select(e => e.Position));
        stream.Messages.ShouldContain(message => message.Body["data"]!.AsObject().Count == 0);
    }

    [Fact]
    public async Task Without_an_address_nothing_is_published_and_a_wrong_one_is_refused_at_the_start()
    {
        await using var server = await TestServer.Start();
        await SmallChain.Open(server);
        await using var session = await server.Database.OpenRequest(default);
        (await SubscriberTable.States(session, default)).ShouldNotContain(state => state.Name == "broker");

        var refusal = await Should.ThrowAsync<InvalidOperationException>(
            () => Start(new Uri("http://guest:secret@127.0.0.1/")));
        refusal.Message.ShouldContain("Broker__Url");
        refusal.Message.ShouldNotContain("secret");
    }

    internal static Task<TestServer> Start(Uri url) => TestServer.Start(configure: builder =>
    {
        builder.Configuration["Broker:Url"] = url.AbsoluteUri;
        builder.Configuration["Subscriptions:BackoffMax"] = "00:00:00.5";
    });

    internal static async Task Placed(TestServer server)
    {
        var answer = await server.Client.Place(SmallChain.Order());
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
    }

    internal static Task Drained(TestServer server)
    {
        SubscriberState? state = null;
        return Eventually.Holds(async () => (state = await State(server)).LagEvents == 0, () => $"{state}");
    }

    /// <summary>The stream exists once the server has connected for the first time.</summary>
    internal static async Task<StreamReader> OpenStream(Uri url)
    {
        StreamReader? reader = null;
        var last = "";
        await Eventually.Holds(async () =>
        {
            try
            {
                reader = await StreamReader.Open(url);
                return true;
            }
            catch (RabbitMQ.Client.Exceptions.OperationInterruptedException refused)
            {
                last = refused.Message;
                return false;
            }
        }, () => $"No stream: {last}");
        return reader!;
    }

    static async Task<SubscriberState> State(TestServer server)
    {
        await using var session = await Session(server);
        return (await SubscriberTable.States(session, default)).SingleOrDefault(state => state.Name == "broker")
            ?? new("broker", 0, long.MaxValue, 0, false, 0, null);
    }

    static async Task<List<StoredEvent>> Log(TestServer server)
    {
        await using var session = await Session(server);
        return await EventTable.ReadAfter(session, 0, int.MaxValue, default);
    }

    /// <summary>
    /// Does not use the server's pool, which considers the database lost when one of its sessions is terminated.
    /// </summary>
    static async Task<NpgsqlConnection> Session(TestServer server)
    {
        var session = new NpgsqlConnection(server.ConnectionString);
        await session.OpenAsync();
        return session;
    }

    static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
