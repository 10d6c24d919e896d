using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;
using Tiffin.Features.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Webhooks;

/// <summary>Maintenance that runs next to sending and must not affect it.</summary>
public sealed class WebhookUpkeepTests
{
    [Fact]
    public async Task A_deletion_that_never_ends_in_time_neither_stops_a_delivery_nor_sends_one_twice()
    {
        await using var server = await TestServer.Start(
            $"{await PostgresFixture.CreateDatabase()};Command Timeout=5",
            builder => WebhookServer.Quick(builder, options => options.LeaseDuration = TimeSpan.FromSeconds(20)));
        await SmallChain.Open(server);
        // Longer than the lease: a loop that restarts whenever a deletion fails would let no call finish.
        await using var receiver = await Receiver.Start((_, context) =>
            Task.Delay(TimeSpan.FromSeconds(25), context.RequestAborted));
        var (webhook, _) = await server.Webhook(receiver.Url, "order.placed");
        await Session.Run(server.ConnectionString, """
            CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;
            CREATE TRIGGER dawdle BEFORE DELETE ON webhook_deliveries_other
                FOR EACH STATEMENT EXECUTE FUNCTION dawdle();
            """);
        for (var i = 0; i < 4; i++) await server.PlaceOrder();

        var upkeep = server.Services.GetServices<IChore>().OfType<HistoryRetention>()
            .Single(history => history.Table == "webhook_deliveries");
        var delivered = server.Has(webhook, 4, "delivered");
        do await Should.ThrowAsync<NpgsqlException>(() => upkeep.Run(default));
        while (!delivered.IsCompleted);

        await delivered;
        receiver.Calls.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Leases_are_renewed_while_an_endpoint_cannot_be_given_up()
    {
        await using var server = await TestServer.Start(configure: builder =>
        {
            WebhookServer.Quick(builder, options => options.LeaseDuration = TimeSpan.FromSeconds(3));
            // Longer than the test waits for a renewal.
            builder.Configuration["Commit:Deadline"] = $"{Eventually.Patience * 5}";
        });
        var ring = server.Services.GetRequiredService<KeyRing>();
        var (key, row) = await ring.Create(
            KeyRules.Caller(Role.Channel, [], "app", "the-app"), "one", null, "test", default);
        using var owner = server.ClientWith(key);
        var made = await owner.Post("/v1/webhooks", new { url = "http://127.0.0.1:9/", types = new[] { "order.*" } });
        made.EnsureSuccessStatusCode();
        await using var held = await LogLock.Take(server.ConnectionString);
        await ring.Revoke(row.Id, default);
        await LogLock.Waiter(server.ConnectionString);

        var before = await Until();
        for (var renewals = 0; renewals < 3; renewals++)
            before = await Eventually.Holds(Until, until => until > before, "another renewal of the lease");

        async Task<DateTime> Until() =>
            await Session.Ask<DateTime>(server.ConnectionString, "SELECT leased_until FROM webhook_endpoints");
    }

    /// <summary>When the lease has expired, another node sends the same deliveries.</summary>
    [Fact]
    public async Task No_call_outlasts_the_lease_however_long_its_renewal_hangs()
    {
        await using var server = await TestServer.Start(configure: builder => WebhookServer.Quick(
            // A fifth of it is the margin under test, which must be longer than a pause of the machine.
            builder, options => options.LeaseDuration = TimeSpan.FromSeconds(20)));
        await SmallChain.Open(server);
        var ended = new TaskCompletionSource<DateTime>();
        await using var receiver = await Receiver.Start((_, context) =>
        {
            context.RequestAborted.Register(() => ended.TrySetResult(DateTime.UtcNow));
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await server.Webhook(receiver.Url, "order.placed");
        await server.PlaceOrder();
        await receiver.Receives(1);

        await using var held = await LogLock.TakeWebhooks(server.ConnectionString);

        var until = await Session.Ask<DateTime>(server.ConnectionString, "SELECT leased_until FROM webhook_endpoints");
        (await ended.Task.WaitAsync(Eventually.Patience)).ShouldBeLessThan(until);
    }

    [Fact]
    public async Task Deliveries_are_listed_sent_again_and_replayed_across_weekly_partitions()
    {
        await using var server = await TestServer.Start(configure: WebhookServer.Quick);
        await SmallChain.Open(server);
        await using var receiver = await Receiver.Start();
        var (webhook, _) = await server.Webhook(receiver.Url, "order.*");
        for (var i = 0; i < 3; i++) await server.PlaceOrder();
        await server.Has(webhook, 6, "delivered");
        await SplitWeek(server.ConnectionString);
        for (var i = 0; i < 3; i++) await server.PlaceOrder();
        await server.Has(webhook, 12, "delivered");
        var ids = receiver.Calls.Select(call => call.Id).Order(StringComparer.Ordinal).ToList();

        var listed = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await server.Get($"/v1/webhooks/{webhook}/deliveries?limit=5{cursor}");
            listed.AddRange(page["data"]!.AsArray().Select(one => one!["id"]!.GetValue<string>()));
            cursor = page["nextCursor"] is { } next ? $"&cursor={next.GetValue<string>()}" : null;
        }
        listed.ShouldBe(Enumerable.Reverse(ids));
        foreach (var id in new[] { ids[0], ids[^1] })
            (await server.Client.Post($"/v1/webhooks/{webhook}/deliveries/{id}/redeliver", null))
                .EnsureSuccessStatusCode();
        await receiver.Receives(14);
        // A delivery whose call is not recorded yet is completed by that call, and is not sent once more.
        await server.Has(webhook, 12, "delivered");
        var replay = await server.Client.Post(
            $"/v1/webhooks/{webhook}/replay", new { from = DateTimeOffset.UnixEpoch });
        JsonNode.Parse(await replay.Content.ReadAsStringAsync())!["queued"]!.GetValue<int>().ShouldBe(12);
        await receiver.Receives(26);
        await server.Has(webhook, 12, "delivered");
        receiver.Calls.GroupBy(call => call.Id).Select(calls => calls.Count()).Order()
            .ShouldBe([.. Enumerable.Repeat(2, 10), 3, 3]);
    }

    [Fact]
    public async Task The_last_ten_calls_of_a_delivery_are_shown_and_a_redelivery_goes_on_with_them()
    {
        await using var server = await TestServer.Start(configure: WebhookServer.Quick);
        await SmallChain.Open(server);
        await using var receiver = await Receiver.Answering(call => call.Number <= 7 ? 500 : 204);
        var (webhook, _) = await server.Webhook(receiver.Url, "order.placed");
        await server.PlaceOrder();
        await server.Has(webhook, 1, "failed");
        for (var again = 1; again <= 4; again++)
        {
            await server.Client.Post($"/v1/webhooks/{webhook}/deliveries/{receiver.Calls[0].Id}/redeliver", null);
            await receiver.Receives(7 + again);
            await server.Has(webhook, 1, "delivered");
        }

        var history = (await server.Deliveries(webhook))[0]!["history"]!.AsArray();

        history.Select(call => call!["responseCode"]!.GetValue<int>())
            .ShouldBe([.. Enumerable.Repeat(500, 6), .. Enumerable.Repeat(204, 4)]);
        history[0]!["error"]!.GetValue<string>().ShouldBe("answered 500");
        history[^1]!["error"].ShouldBeNull();
        history.ShouldAllBe(call => call!["durationMs"]!.GetValue<double>() > 0);
        history.Select(call => call!["at"]!.GetValue<DateTimeOffset>()).ShouldBeInOrder(SortDirection.Ascending);
    }

    [Fact]
    public async Task An_endpoint_that_asks_for_a_shorter_wait_than_the_schedule_s_gets_it()
    {
        await using var server = await TestServer.Start(configure: builder => WebhookServer.Quick(
            builder, options => options.RetrySchedule = [TimeSpan.FromHours(1)]));
        await SmallChain.Open(server);
        await using var receiver = await Receiver.Start((call, context) =>
        {
            if (call.Number > 1) return Task.CompletedTask;
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "1";
            return Task.CompletedTask;
        });
        var (webhook, _) = await server.Webhook(receiver.Url, "order.placed");

        await server.PlaceOrder();

        await server.Has(webhook, 1, "delivered");
    }

    /// <summary>Ends the weekly partition that is being written now, and begins another.</summary>
    static Task SplitWeek(string database) => Session.Run(database, """
        DO $$
        DECLARE
            cut   CONSTANT uuid := uuid_at(clock_timestamp());
            week  CONSTANT text := 'webhook_deliveries_'
                || to_char(date_trunc('week', now() AT TIME ZONE 'UTC'), 'YYYYMMDD');
            bound CONSTANT text[] := (SELECT regexp_match(pg_get_expr(relpartbound, oid),
                    'FROM \(''([-0-9a-f]{36})''\) TO \(''([-0-9a-f]{36})''\)')
                FROM pg_class WHERE relname = week);
        BEGIN
            EXECUTE format('ALTER TABLE webhook_deliveries DETACH PARTITION %I', week);
            EXECUTE format('ALTER TABLE webhook_deliveries ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                week, bound[1], cut);
            EXECUTE format('CREATE TABLE webhook_deliveries_now PARTITION OF webhook_deliveries
                FOR VALUES FROM (%L) TO (%L)', cut, bound[2]);
        END $$
        """);
}
