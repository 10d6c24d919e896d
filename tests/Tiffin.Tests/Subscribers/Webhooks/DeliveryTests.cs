using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tiffin.Domain;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Webhooks;

public sealed class DeliveryTests
{
    [Fact]
    public async Task A_call_is_verified_and_parsed_by_the_public_libraries_of_another_language()
    {
        await using var server = await TestServer.Start(configure: WebhookServer.Quick);
        await SmallChain.Open(server);
        await using var receiver = await Receiver.Start();
        var (_, secret) = await server.Webhook(receiver.Url, "order.*");

        var order = await server.PlaceOrder();
        await receiver.Receives(2);

        const string another = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        var input = receiver.Calls.Select(call => JsonSerializer.Serialize(
            new { secrets = new[] { secret, another }, headers = call.Headers, body = call.Body }));
        var lines = await Interop.Run("webhooks.mjs", string.Join('\n', input));
        lines.Count.ShouldBe(2);
        foreach (var (line, call) in lines.Zip(receiver.Calls))
        {
            var seen = JsonNode.Parse(line)!;
            seen["verified"]!.ToJsonString().ShouldBe("[true,false]");
            seen["event"]!["id"]!.GetValue<string>().ShouldBe(call.Id);
            seen["event"]!["subject"]!.GetValue<string>().ShouldBe($"orders/{order}");
            seen["event"]!["data"]!["orderId"]!.GetValue<string>().ShouldBe(order);
        }
        receiver.Calls.Select(call => call.Type).ShouldBe(["order.placed", "order.accepted"]);
    }

    [Fact]
    public async Task A_call_from_a_sandbox_is_signed_at_the_time_of_the_receiver_however_far_its_clock_was_moved()
    {
        await using var server = await TestServer.Start(configure: builder =>
        {
            WebhookServer.Quick(builder);
            builder.Configuration["Sandbox:Enabled"] = "true";
        });
        await SmallChain.Open(server);
        await using var receiver = await Receiver.Start();
        await server.Webhook(receiver.Url, "order.placed");
        await Sandbox.Advance(server, minutes: 24 * 60);

        await server.PlaceOrder();
        await receiver.Receives(1);

        // The difference that the libraries tolerate.
        var signed = DateTimeOffset.FromUnixTimeSeconds(
            long.Parse(receiver.Calls[0].Headers["webhook-timestamp"], CultureInfo.InvariantCulture));
        (DateTimeOffset.UtcNow - signed).Duration().ShouldBeLessThan(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Retries_carry_the_same_id_and_never_overtake_an_earlier_event_of_the_order()
    {
        await using var server = await TestServer.Start(configure: WebhookServer.Quick);
        await SmallChain.Open(server);
        // The first event of every order is refused twice, the others once: any of them could be overtaken.
        await using var receiver = await Receiver.Answering(
            call => call.Number <= (call.Sequence == 1 ? 2 : 1) ? 500 : 204);
        var (webhook, _) = await server.Webhook(receiver.Url, "order.*");

        var orders = new List<string>();
        for (var i = 0; i < 5; i++) orders.Add(await server.PlaceOrder());
        foreach (var order in orders) await server.Move(order, "preparing");
        await server.Has(webhook, 15, "delivered");

        foreach (var order in orders)
        {
            var calls = receiver.Calls.Where(call => call.Subject == $"orders/{order}").ToList();
            calls.Select(call => call.Sequence).ShouldBe([1, 1, 1, 2, 2, 3, 3]);
            calls.Select(call => call.Id).Distinct().Count().ShouldBe(3);
        }
        var deliveries = await server.Deliveries(webhook, $"orderId={orders[0]}");
        deliveries.Select(one => one!["attempts"]!.GetValue<int>()).Order().ShouldBe([2, 2, 3]);
    }

    [Fact]
    public async Task A_stuck_order_delays_no_other_and_is_dead_lettered_in_the_end()
    {
        await using var server = await TestServer.Start(configure: WebhookServer.Quick);
        await SmallChain.Open(server);
        var stuck = await server.PlaceOrder("k2");
        await using var receiver = await Receiver.Answering(
            call => call.Subject == $"orders/{stuck}" && call.Sequence == 2 ? 500 : 200);
        var (webhook, _) = await server.Webhook(receiver.Url, "order.accepted", "order.preparing");
        await server.Has(webhook, 0, "pending");

        await server.Move(stuck, "accepted");
        await server.Move(stuck, "preparing");
        await server.PlaceOrder();
        await server.Has(webhook, 2, "delivered");
        await server.Has(webhook, 1, "failed");

        var failed = (await server.Deliveries(webhook, "status=failed"))[0]!;
        failed["attempts"]!.GetValue<int>().ShouldBe(7);
        failed["lastAttempt"]!["responseCode"]!.GetValue<int>().ShouldBe(500);
        failed["lastAttempt"]!["error"]!.GetValue<string>().ShouldBe("answered 500");
        // The order's next event was sent only after the first one had been dead-lettered.
        receiver.Calls.Where(call => call.Subject == $"orders/{stuck}").Select(call => call.Sequence)
            .ShouldBe([2, 2, 2, 2, 2, 2, 2, 3]);
    }

    [Fact]
    public async Task A_backlog_many_times_the_window_leaves_in_order_when_a_dead_endpoint_is_back()
    {
        await using var server = await TestServer.Start(configure: builder => WebhookServer.Quick(builder, options =>
        {
            (options.InFlightMax, options.DownAfterFailures) = (4, 2);
            options.RetrySchedule = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(50), 10_000)];
        }));
        await SmallChain.Open(server);
        var isUp = false;
        await using var receiver = await Receiver.Answering(_ => Volatile.Read(ref isUp) ? 200 : 500);
        var (webhook, _) = await server.Webhook(receiver.Url, "order.*");
        for (var i = 0; i < 10; i++)
        {
            var order = await server.PlaceOrder();
            foreach (var status in new[] { "preparing", "ready", "out_for_delivery" }) await server.Move(order, status);
        }
        await receiver.Receives(10);
        receiver.Calls.ShouldAllBe(call => call.Sequence == 1);
        var failed = receiver.Calls.Count;
        Volatile.Write(ref isUp, true);

        await server.Has(webhook, 50, "delivered");

        foreach (var order in receiver.Calls.Skip(failed).GroupBy(call => call.Subject))
            order.Select(call => call.Sequence).Distinct().ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task An_endpoint_that_hangs_holds_up_no_other()
    {
        await using var server = await TestServer.Start(configure: WebhookServer.Quick);
        await SmallChain.Open(server);
        await using var dead = await Receiver.Start(
            (_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var healthy = await Receiver.Start();
        var (_, _) = await server.Webhook(dead.Url, "order.*");
        var (webhook, _) = await server.Webhook(healthy.Url, "order.*");

        for (var i = 0; i < 40; i++) await server.PlaceOrder();
        await server.Has(webhook, 80, "delivered");

        dead.Calls.Count.ShouldBeInRange(1, 8, "concurrent calls to one endpoint are bounded");
    }

    [Fact]
    public async Task Another_node_takes_over_from_a_dead_one_and_no_event_is_lost()
    {
        var connectionString = await PostgresFixture.CreateDatabase();
        await using var receiver = await Receiver.Start();
        await using var server = await TestServer.Start(connectionString, builder =>
            WebhookServer.Quick(builder, options => options.LeaseDuration = TimeSpan.FromSeconds(6)));
        await SmallChain.Open(server);
        await using var connection = await server.Database.OpenRequest(CancellationToken.None);
        var (webhook, _) = await server.Webhook(receiver.Url, "order.*");

        // The lease of a dead node: it took the endpoint and will not renew the lease.
        await Sql.Run(connection, """
            UPDATE webhook_endpoints SET sender = gen_random_uuid(), leased_until = clock_timestamp() + interval '3 s'
            """, CancellationToken.None);
        for (var i = 0; i < 5; i++) await server.PlaceOrder();
        await server.Has(webhook, 10, "delivered");

        receiver.Calls.Select(call => call.Id).Distinct().Count().ShouldBe(10);
    }

    [Fact]
    public async Task An_event_without_data_is_sent_and_delays_no_other()
    {
        await using var server = await TestServer.Start(configure: WebhookServer.Quick);
        await SmallChain.Open(server);
        await using var receiver = await Receiver.Start();
        var (webhook, _) = await server.Webhook(receiver.Url, "order.placed");

        await server.AppendEmpty(EventType.OrderPlaced);
        await server.PlaceOrder();

        await server.Has(webhook, 2, "delivered");
        receiver.Calls.Count(call => call.Event["data"]!.AsObject().Count == 0).ShouldBe(1);
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_is_logged_and_dead_lettered_and_delays_no_other()
    {
        var spy = LogSpy.Listening();
        await using var server = await TestServer.Start(configure: builder =>
        {
            WebhookServer.Quick(builder);
            builder.Logging.AddProvider(spy);
        });
        await SmallChain.Open(server);
        await using var receiver = await Receiver.Start();
        await server.Webhook(receiver.Url, "order.placed");

        await server.AppendEmpty(EventType.WebhookDisabled);
        await server.PlaceOrder();

        await receiver.Receives(1);
        spy.Text.ShouldMatch(@"webhooks skipped the unreadable event at position \d+ \(WebhookDisabled\)");
    }

    [Fact]
    public async Task Events_not_sent_before_a_stop_are_sent_after_the_start()
    {
        var connectionString = await PostgresFixture.CreateDatabase();
        var isUp = false;
        await using var receiver = await Receiver.Answering(_ => Volatile.Read(ref isUp) ? 200 : 500);
        string webhook;
        await using (var before = await TestServer.Start(connectionString, builder =>
            WebhookServer.Quick(builder, options =>
                options.RetrySchedule = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(50), 1000)])))
        {
            await SmallChain.Open(before);
            (webhook, _) = await before.Webhook(receiver.Url, "order.*");
            await before.PlaceOrder();
            await receiver.Receives(2);
        }
        Volatile.Write(ref isUp, true);

        await using var after = await TestServer.Start(connectionString, WebhookServer.Quick);
        await after.Has(webhook, 2, "delivered");

        var received = receiver.Calls.Select(call => call.Sequence).ToList();
        received.ShouldBe(received.Order());
        received.Distinct().ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Both_secrets_sign_while_one_takes_over_from_the_other()
    {
        await using var server = await TestServer.Start(configure: WebhookServer.Quick);
        await SmallChain.Open(server);
        await using var receiver = await Receiver.Start();
        var (webhook, before) = await server.Webhook(receiver.Url, "order.placed");

        var rotated = await server.Client.Post($"/v1/webhooks/{webhook}/rotate-secret", new { overlapHours = 1 });
        rotated.StatusCode.ShouldBe(HttpStatusCode.OK);
        var after = JsonNode.Parse(await rotated.Content.ReadAsStringAsync())!["secret"]!.GetValue<string>();
        await server.Client.Post($"/v1/webhooks/{webhook}/test", null);
        (await server.Client.Post($"/v1/webhooks/{webhook}/rotate-secret", new { overlapHours = 0 }))
            .StatusCode.ShouldBe(HttpStatusCode.OK);
        await server.Client.Post($"/v1/webhooks/{webhook}/test", null);

        var lines = await Interop.Run("webhooks.mjs", string.Join('\n', receiver.Calls.Select(call =>
            JsonSerializer.Serialize(
                new { secrets = new[] { before, after }, headers = call.Headers, body = call.Body }))));
        lines.Select(line => JsonNode.Parse(line)!["verified"]!.ToJsonString())
            .ShouldBe(["[true,true]", "[false,false]"]);
        receiver.Calls.Select(call => call.Headers["webhook-signature"].Split(' ').Length).ShouldBe([2, 1]);
    }
}
