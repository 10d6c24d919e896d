using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Tiffin.Features.Webhooks;
using Tiffin.Tests.Subscribers.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Webhooks;

public sealed class DeliveryEndpointsTests(QuickWebhookServer shared)
    : IClassFixture<QuickWebhookServer>, IAsyncLifetime
{
    readonly TestServer server = shared.Server;
    Receiver receiver = null!;
    int code = 200;

    public async Task InitializeAsync() => receiver = await Receiver.Start(async (_, context) =>
    {
        context.Response.StatusCode = Volatile.Read(ref code);
        await context.Response.Body.WriteAsync(new byte[2000]);
    });

    public async Task DisposeAsync()
    {
        await server.DeleteWebhooks();
        await receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_page_scans_a_bounded_number_of_deliveries_and_has_a_cursor_to_continue()
    {
        var webhook = Guid.NewGuid();
        var now = DateTimeOffset.UtcNow;
        var ids = Enumerable.Range(0, 7).Select(i => Guid.CreateVersion7(now.AddMilliseconds(i))).ToList();
        await Session.Run(server.ConnectionString, $"""
            INSERT INTO webhook_deliveries (endpoint_id, event_id, position, lane, type, state)
            SELECT '{webhook}', id, n, gen_random_uuid(), 0, CASE WHEN n = 1 THEN 2 ELSE 1 END
            FROM unnest(ARRAY[{string.Join(", ", ids.Select(id => $"'{id}'::uuid"))}]) WITH ORDINALITY AS e (id, n)
            """);
        await using var connection = await server.Database.OpenRequest(default);
        var (found, cursor, pages) = (new List<Guid>(), default(string), 0);
        do
        {
            Guid? before = cursor is null
                ? null
                : Guid.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)));
            var page = await DeliveryQueries.List(
                connection, webhook, new DeliveryFilter([DeliveryStatus.Failed], null, null), before, 10, default,
                scanMax: 3);
            found.AddRange(page.Data.Select(delivery => delivery.Id));
            cursor = page.NextCursor;
            pages++;
        }
        while (cursor is not null);

        found.ShouldHaveSingleItem().ShouldBe(ids[0]);
        pages.ShouldBe(3);
    }

    [Fact]
    public async Task Deliveries_are_listed_the_newest_first_by_page_and_by_filter()
    {
        var (webhook, _) = await server.Webhook(receiver.Url, "order.*");
        for (var i = 0; i < 3; i++) await server.PlaceOrder();
        await server.Has(webhook, 6, "delivered");

        var seen = new List<string>();
        var cursor = "";
        do
        {
            var page = await server.Get($"/v1/webhooks/{webhook}/deliveries?limit=4{cursor}");
            seen.AddRange(page["data"]!.AsArray().Select(one => one!["id"]!.GetValue<string>()));
            cursor = page["nextCursor"] is { } next ? $"&cursor={next.GetValue<string>()}" : null;
        }
        while (cursor is not null);

        seen.ShouldBe(receiver.Calls.Select(call => call.Id).OrderDescending(StringComparer.Ordinal));
        (await server.Deliveries(webhook, "type=order.placed")).Count.ShouldBe(3);
        (await server.Deliveries(webhook, "type=order.placed&type=order.accepted")).Count.ShouldBe(6);
        (await server.Deliveries(webhook, "status=failed")).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_delivery_shows_what_was_sent_and_what_was_answered()
    {
        var (webhook, _) = await server.Webhook(receiver.Url, "order.placed");
        var order = await server.PlaceOrder();
        await server.Has(webhook, 1, "delivered");
        var call = receiver.Calls.Single();

        var delivery = await server.Get($"/v1/webhooks/{webhook}/deliveries/{call.Id}");

        delivery["event"]!.ToJsonString().ShouldBe(call.Event.ToJsonString());
        delivery["orderId"]!.GetValue<string>().ShouldBe(order);
        delivery["type"]!.GetValue<string>().ShouldBe("order.placed");
        delivery["attempts"]!.GetValue<int>().ShouldBe(1);
        delivery["nextAttemptAt"].ShouldBeNull();
        var attempt = delivery["lastAttempt"]!;
        attempt["responseCode"]!.GetValue<int>().ShouldBe(200);
        attempt["response"]!.GetValue<string>().Length.ShouldBe(1024);
        attempt["durationMs"]!.GetValue<double>().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_delivery_that_failed_for_good_is_sent_again_under_the_same_id()
    {
        var (webhook, _) = await server.Webhook(receiver.Url, "order.placed");
        Volatile.Write(ref code, 500);
        await server.PlaceOrder();
        await server.Has(webhook, 1, "failed");
        Volatile.Write(ref code, 200);
        var id = receiver.Calls[0].Id;

        var again = await server.Client.Post($"/v1/webhooks/{webhook}/deliveries/{id}/redeliver", null);

        again.StatusCode.ShouldBe(HttpStatusCode.Accepted, await again.Content.ReadAsStringAsync());
        await server.Has(webhook, 1, "delivered");
        receiver.Calls.ShouldAllBe(call => call.Id == id);
    }

    [Fact]
    public async Task A_replay_sends_what_happened_in_a_time_even_before_the_endpoint_was_there()
    {
        var start = DateTimeOffset.UtcNow;
        var order = await server.PlaceOrder("k2");
        await server.Move(order, "preparing");
        var between = DateTimeOffset.UtcNow;
        await server.PlaceOrder("k2");
        var (webhook, _) = await server.Webhook(receiver.Url, "webhook.disabled");

        var replayed = await Replay(
            webhook, new { from = start, to = between, types = new[] { "order.*" } });

        replayed["queued"]!.GetValue<int>().ShouldBe(3);
        await server.Has(webhook, 3, "delivered");
        receiver.Calls.Select(call => call.Subject).ShouldAllBe(subject => subject == $"orders/{order}");
        receiver.Calls.Select(call => call.Sequence).ShouldBe([1, 2, 3]);

        (await Replay(webhook, new { from = start, types = new[] { "order.placed" } }))["queued"]!
            .GetValue<int>().ShouldBe(2);
        await receiver.Receives(5);
        receiver.Calls.Select(call => call.Id).Distinct().Count().ShouldBe(4);
        (await Replay(webhook, new { from = start }))["queued"]!.GetValue<int>()
            .ShouldBe(0, "the endpoint's own types, if none are given");
    }

    [Fact]
    public async Task A_replay_may_span_all_of_time()
    {
        var (webhook, _) = await server.Webhook(receiver.Url, "order.placed");
        await server.Client.Place(SmallChain.Order());
        await receiver.Receives(1);

        (await Replay(webhook, new { from = DateTimeOffset.MinValue, to = DateTimeOffset.MaxValue }))["queued"]!
            .GetValue<int>().ShouldBePositive();
    }

    [Fact]
    public async Task A_replay_that_makes_no_sense_is_refused()
    {
        var (webhook, _) = await server.Webhook(receiver.Url, "order.placed");
        var now = DateTimeOffset.UtcNow;

        (await server.Client.Post($"/v1/webhooks/{webhook}/replay", new { from = now, to = now })).StatusCode
            .ShouldBe(HttpStatusCode.UnprocessableEntity);
        var unknown = new { from = now.AddDays(-1), types = new[] { "no" } };
        (await server.Client.Post($"/v1/webhooks/{webhook}/replay", unknown))
            .StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await server.Client.Post($"/v1/webhooks/{webhook}/replay", new { from = "yesterday" })).StatusCode
            .ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("status=lost")]
    [InlineData("status=1")]
    [InlineData("type=order.eaten")]
    [InlineData("cursor=7")]
    [InlineData("orderId=7")]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=many")]
    public async Task A_filter_that_cannot_be_read_is_refused(string query)
    {
        var (webhook, _) = await server.Webhook(receiver.Url, "order.placed");

        (await server.Client.GetAsync($"/v1/webhooks/{webhook}/deliveries?{query}")).StatusCode
            .ShouldBe(HttpStatusCode.BadRequest);
    }

    async Task<JsonNode> Replay(string webhook, object body)
    {
        var response = await server.Client.Post($"/v1/webhooks/{webhook}/replay", body);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, text);
        return JsonNode.Parse(text)!;
    }
}
