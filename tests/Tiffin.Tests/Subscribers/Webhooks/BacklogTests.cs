using System.Net.Http.Json;
using Npgsql;
using Tiffin.Engine.Storage;
using Tiffin.Features.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Webhooks;

/// <summary>The handling of the events of an endpoint that is down.</summary>
public sealed class BacklogTests
{
    static readonly TimeSpan never = TimeSpan.FromHours(1);

    [Fact]
    public async Task While_an_endpoint_is_down_its_events_wait_in_the_log_and_then_they_leave_in_order()
    {
        await using var server = await Start(options => options.ProbeInterval = never);
        var isUp = false;
        await using var receiver = await Receiver.Answering(_ => Volatile.Read(ref isUp) ? 200 : 500);
        var (webhook, _) = await server.Webhook(receiver.Url, "order.*");
        await IsHeld(server, receiver);
        await IsRead(server);
        var queued = (await server.Deliveries(webhook)).Count;

        for (var i = 0; i < 10; i++)
        {
            var order = await server.PlaceOrder();
            foreach (var status in new[] { "preparing", "ready", "out_for_delivery" }) await server.Move(order, status);
        }
        await IsRead(server);
        (await server.Deliveries(webhook)).Count.ShouldBe(queued);
        var failed = receiver.Calls.Count;
        Volatile.Write(ref isUp, true);

        await server.Has(webhook, await Events(server), "delivered");
        await Eventually.Holds<long?>(() => QueuedTo(server), to => to is null, "the log's reader serves it again");
        await server.PlaceOrder();
        await server.Has(webhook, await Events(server), "delivered");
        foreach (var order in receiver.Calls.Skip(failed).GroupBy(call => call.Subject).Where(all => all.Count() > 2))
            order.Select(call => call.Sequence).Distinct().ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task New_and_enabled_endpoints_get_later_events_although_the_reader_is_behind()
    {
        await using var server = await Start(_ => { });
        await using var enabled = await Receiver.Start();
        await using var created = await Receiver.Start();
        // The reader has work for this endpoint, and waits for its checkpoint.
        await using var waiting = await Receiver.Start();
        await server.Webhook(waiting.Url, "order.placed");
        var (old, _) = await server.Webhook(enabled.Url, "order.placed");
        await IsRead(server);
        var path = $"/v1/webhooks/{old}";
        (await server.Client.PatchAsJsonAsync(path, new { status = "disabled" })).EnsureSuccessStatusCode();
        string later;
        await using (await LogLock.TakeCheckpoint(server.ConnectionString, WebhookSubscriber.SubscriberName))
        {
            await server.PlaceOrder();
            await Eventually.Holds(() => Session.Ask<long>(server.ConnectionString, """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%subscribers%'
                """), readers => readers > 0, "a reader that waits for the lock");
            (await server.Client.PatchAsJsonAsync(path, new { status = "enabled" })).EnsureSuccessStatusCode();
            await server.Webhook(created.Url, "order.placed");
            later = await server.PlaceOrder();
        }

        await created.Receives(1);
        await enabled.Receives(1);
        await IsRead(server);

        foreach (var receiver in new[] { created, enabled })
            receiver.Calls.Select(call => call.Subject).ShouldBe([$"orders/{later}"]);
    }

    [Fact]
    public async Task An_endpoint_is_probed_although_all_queued_deliveries_are_due_much_later()
    {
        await using var server = await Start(options =>
        {
            options.ProbeInterval = TimeSpan.FromMilliseconds(50);
            options.RetrySchedule = [.. Enumerable.Repeat(never, 9)];
        });
        var isUp = false;
        await using var receiver = await Receiver.Answering(_ => Volatile.Read(ref isUp) ? 200 : 500);
        var (webhook, _) = await server.Webhook(receiver.Url, "order.*");
        await IsHeld(server, receiver);

        Volatile.Write(ref isUp, true);
        var order = await server.PlaceOrder();

        await IsDelivered(server, webhook, order);
    }

    [Fact]
    public async Task An_endpoint_that_hangs_counts_as_down_after_the_first_time_outs_however_many_events_come()
    {
        await using var server = await Start(options =>
        {
            options.ProbeInterval = never;
            (options.Timeout, options.PollInterval) = (TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(0.2));
        });
        await using var receiver = await Receiver.Start(
            (_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await server.Webhook(receiver.Url, "order.*");

        await Eventually.Holds(async () =>
        {
            await server.PlaceOrder();
            return await QueuedTo(server) is not null;
        }, "the endpoint is held");

        receiver.Calls.Count.ShouldBeLessThan(64, "outcomes are recorded as they arrive, not only in large batches");
    }

    [Fact]
    public async Task The_next_matching_events_are_queued_however_far_apart_they_are()
    {
        await using var server = await Start(_ => { });
        await using var connection = await server.Database.OpenRequest(CancellationToken.None);
        var id = await Held(connection, "order.cancelled");
        for (var i = 0; i < 4; i++)
        {
            for (var j = 0; j < 10; j++) await server.PlaceOrder();
            await server.Move(await server.PlaceOrder(), "cancelled");
        }
        await IsRead(server);

        var first = await Backlog.Queue(connection, new WebhookLease(id, 0), 3, isUp: true, CancellationToken.None);
        (first, await Queued()).ShouldBe((new BacklogStep(3, IsAtEnd: false, IsHeld: true), 3));
        var second = await Backlog.Queue(connection, new WebhookLease(id, 0), 3, isUp: false, CancellationToken.None);
        (second, await Queued()).ShouldBe((new BacklogStep(1, IsAtEnd: true, IsHeld: true), 4));
        var third = await Backlog.Queue(connection, new WebhookLease(id, 0), 3, isUp: true, CancellationToken.None);
        (third, await Queued()).ShouldBe((new BacklogStep(0, IsAtEnd: true, IsHeld: false), 4));
        (await QueuedTo(server)).ShouldBeNull();

        async Task<long> Queued()
        {
            await using var command = Sql.Command(connection, "SELECT count(*) FROM webhook_deliveries");
            return (long)(await command.ExecuteScalarAsync())!;
        }
    }

    /// <summary>During a rolling upgrade, only newer nodes queue events of the types that only they know.</summary>
    [Fact]
    public async Task Queueing_ends_before_an_event_that_only_a_newer_node_knows()
    {
        await using var server = await Start(_ => { });
        await using var connection = await server.Database.OpenRequest(CancellationToken.None);
        var id = await Held(connection, "order.*");
        for (var i = 0; i < 2; i++) await server.PlaceOrder();
        await IsRead(server);
        var newer = await Session.Ask<long>(server.ConnectionString, "SELECT max(position) - 1 FROM events");
        await Session.Run(server.ConnectionString, $"UPDATE events SET type = 99 WHERE position = {newer}");

        for (var again = 0; again < 2; again++)
        {
            var step = await Backlog.Queue(connection, new WebhookLease(id, 0), 9, isUp: true, CancellationToken.None);
            (step.Queued, step.IsHeld).ShouldBe((again == 0 ? 2 : 0, true));
            (await QueuedTo(server)).ShouldBe(newer - 1);
        }

        await Session.Run(server.ConnectionString, $"UPDATE events SET type = 0 WHERE position = {newer}");
        var last = await Backlog.Queue(connection, new WebhookLease(id, 0), 9, isUp: true, CancellationToken.None);
        (last.Queued, last.IsHeld).ShouldBe((2, false));
    }

    [Fact]
    public async Task An_endpoint_that_goes_up_and_down_gets_every_event_and_each_order_in_order()
    {
        await using var server = await Start(options => options.ProbeInterval = TimeSpan.FromMilliseconds(10));
        var (calls, isCalm) = (0, false);
        // Eight failures in a row, more than are needed to count as down, then eight successes.
        await using var receiver = await Receiver.Answering(
            _ => !Volatile.Read(ref isCalm) && Interlocked.Increment(ref calls) / 8 % 2 == 0 ? 500 : 200);
        var (webhook, _) = await server.Webhook(receiver.Url, "order.*");

        var orders = new List<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 40), new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (_, _) =>
            {
                var order = await server.PlaceOrder();
                await server.Move(order, "preparing");
                await server.Move(order, "ready");
                lock (orders) orders.Add(order);
            });
        Volatile.Write(ref isCalm, true);

        await server.Has(webhook, 160, "delivered");
        foreach (var order in orders)
            receiver.Calls.Where(call => call.Subject == $"orders/{order}").Select(call => call.Sequence).Distinct()
                .ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public async Task No_events_wait_for_a_disabled_endpoint_and_its_owner_replays_the_missed_ones()
    {
        await using var server = await Start(options => options.ProbeInterval = never);
        var isUp = false;
        await using var receiver = await Receiver.Answering(_ => Volatile.Read(ref isUp) ? 200 : 500);
        var (webhook, _) = await server.Webhook(receiver.Url, "order.*");
        await IsHeld(server, receiver);
        var missed = await server.PlaceOrder();
        await IsRead(server);

        await server.Client.PatchAsJsonAsync($"/v1/webhooks/{webhook}", new { status = "disabled" });
        (await QueuedTo(server)).ShouldBeNull();
        Volatile.Write(ref isUp, true);
        await server.Client.PatchAsJsonAsync($"/v1/webhooks/{webhook}", new { status = "enabled" });
        await IsDelivered(server, webhook, await server.PlaceOrder());

        (await server.Deliveries(webhook, $"orderId={missed}")).ShouldBeEmpty();
        await server.Client.Post($"/v1/webhooks/{webhook}/replay", new { from = DateTimeOffset.UnixEpoch });
        await IsDelivered(server, webhook, missed);
    }

    /// <summary>An endpoint for which no node sends, because another node seems to have its lease.</summary>
    static async Task<Guid> Held(NpgsqlConnection connection, string types)
    {
        var id = Guid.NewGuid();
        await Sql.Run(connection, """
            INSERT INTO webhook_endpoints
                (id, owner_role, owner_id, url, types, secrets, secrets_until, sender, leased_until, queued_to)
            VALUES ($1, 0, 'another', 'https://example.com', ARRAY[$2], ARRAY[]::bytea[],
                ARRAY[]::timestamptz[], gen_random_uuid(), 'infinity', 0)
            """, CancellationToken.None, Sql.P(id), Sql.P(types));
        return id;
    }

    static async Task<TestServer> Start(Action<WebhookOptions> more)
    {
        var server = await TestServer.Start(configure: builder => WebhookServer.Quick(builder, options =>
        {
            options.DownAfterFailures = 2;
            options.RetrySchedule = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(50), 10_000)];
            more(options);
        }));
        await SmallChain.Open(server);
        return server;
    }

    /// <summary>Places orders, each after the previous one was refused, until the endpoint counts as down.</summary>
    static Task IsHeld(TestServer server, Receiver receiver) => Eventually.Holds(async () =>
    {
        var subject = $"orders/{await server.PlaceOrder()}";
        await Eventually.Holds(async () => await QueuedTo(server) is not null
            || receiver.Calls.Any(call => call.Subject == subject), "the order is refused");
        return await QueuedTo(server) is not null;
    }, "the endpoint is held");

    static Task IsRead(TestServer server) => server.HasRead("webhooks");

    /// <summary>Waits until both events of the order are delivered.</summary>
    static async Task IsDelivered(TestServer server, string webhook, string order) => await Eventually.Holds(
        () => server.Deliveries(webhook, $"orderId={order}"),
        all => all.Count(one => one!["status"]!.GetValue<string>() == "delivered") == 2,
        "the order's events are delivered");

    static async Task<int> Events(TestServer server)
    {
        await using var connection = await server.Database.OpenRequest(CancellationToken.None);
        await using var command = Sql.Command(connection, "SELECT count(order_id)::int FROM events");
        return (int)(await command.ExecuteScalarAsync())!;
    }

    static async Task<long?> QueuedTo(TestServer server)
    {
        await using var connection = await server.Database.OpenRequest(CancellationToken.None);
        await using var command = Sql.Command(connection, "SELECT queued_to FROM webhook_endpoints");
        return await command.ExecuteScalarAsync() as long?;
    }
}
