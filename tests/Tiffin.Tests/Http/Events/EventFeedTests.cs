using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Edge.Streaming;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Hosting;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Events;

public sealed class EventFeedTests(SmallChainServer shared) : IClassFixture<SmallChainServer>
{
    readonly TestServer server = shared.Server;

    [Fact]
    public async Task The_log_is_read_page_by_page_without_gap_or_duplicate()
    {
        for (var i = 0; i < 5; i++) await server.Client.Place(SmallChain.Order());

        var positions = new List<long>();
        var cursor = "0";
        while (true)
        {
            var page = await Json(server, $"/v1/events?after={cursor}&limit=4");
            positions.AddRange(page["data"]!.AsArray().Select(e => long.Parse(e!["position"]!.GetValue<string>())));
            if (page["nextCursor"]!.GetValue<string>() == cursor) break;
            cursor = page["nextCursor"]!.GetValue<string>();
        }

        positions.ShouldBe(Enumerable.Range(1, positions.Count).Select(i => (long)i));
        positions.Count.ShouldBeGreaterThan(10);
    }

    /// <summary>During a rolling upgrade.</summary>
    [Fact]
    public async Task A_page_ends_before_an_event_whose_type_only_a_newer_node_knows()
    {
        await using var own = await Own.Chain();
        await own.Client.Place(SmallChain.Order());
        var last = await Session.Ask<long>(own.ConnectionString, "SELECT max(position) FROM events");
        await Session.Run(own.ConnectionString, $"UPDATE events SET type = 99 WHERE position = {last}");

        var page = await Json(own, "/v1/events");
        page["nextCursor"]!.GetValue<string>().ShouldBe($"{last - 1}");
        page["data"]!.AsArray().Count.ShouldBe((int)last - 1);
        page = await Json(own, $"/v1/events?after={last - 1}");
        (page["data"]!.AsArray().Count, page["nextCursor"]!.GetValue<string>()).ShouldBe((0, $"{last - 1}"));
    }

    [Fact]
    public async Task The_stream_of_an_ended_order_ends_although_its_events_are_no_longer_kept()
    {
        await using var own = await Own.Chain();
        var id = (await own.Post("/v1/orders", SmallChain.Order()))["id"]!;
        await own.Put($"/v1/orders/{id}/status", new { status = "cancelled", reason = "changed_mind" });
        await own.Post("/v1/orders", SmallChain.Order());
        await Session.Run(own.ConnectionString, $"DELETE FROM events WHERE order_id = '{id}'");
        using var stream = await own.Client.OpenStream($"/v1/orders/{id}/events");

        (await stream.Events().ToListAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("events", "Last-Event-ID", "/header/Last-Event-ID")]
    [InlineData("events?lastEventId=none", null, "/query/lastEventId")]
    [InlineData("events?after=none", null, "/query/after")]
    [InlineData("orders/{0}/events?lastEventId=none", null, "/query/lastEventId")]
    [InlineData("orders/{0}/events", "Last-Event-ID", "/header/Last-Event-ID")]
    public async Task A_stream_names_the_parameter_with_an_invalid_position(string path, string? header, string pointer)
    {
        var order = (await server.Post("/v1/orders", SmallChain.Order()))["id"]!.ToString();

        using var refused = await server.Client.OpenStream(
            $"/v1/{string.Format(CultureInfo.InvariantCulture, path, order)}", header is null ? null : "none");

        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.Content.ReadAsStringAsync()).ShouldContain($"\"{pointer}\"");
    }

    [Theory]
    [InlineData("types=order.*", "order.placed", "order.accepted")]
    [InlineData("types=order.placed", "order.placed")]
    [InlineData("types=order.accepted,inventory.received&kitchenId=k1", "inventory.received", "order.accepted")]
    [InlineData("types=order.*&kitchenId=k2", "order.placed")]
    [InlineData("types=order.*&brandId=unknown")]
    public async Task A_reader_gets_only_what_it_filters_for(string filter, params string[] types)
    {
        var head = await Head();
        foreach (var kitchen in new[] { "k1", "k2" })
        {
            await server.Post($"/v1/kitchens/{kitchen}/stock/movements",
                new { movements = new[] { new { sku = "rice", kind = "received", quantity = 1 } } });
            await server.Client.Place(SmallChain.Order(kitchen));
        }

        var page = await Json(server, $"/v1/events?after={head}&{filter}");

        Types(page).Distinct().Order(StringComparer.Ordinal).ShouldBe(types.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("types=order.eaten", "order.accepted, order.cancelled")]
    [InlineData("types=food.*", "inventory.low")]
    [InlineData("after=-1", "position")]
    [InlineData("after=x", "position")]
    [InlineData("limit=0", "1 to 200")]
    [InlineData("limit=201", "1 to 200")]
    [InlineData("wait=31", "0 to 30")]
    [InlineData("kitchenId=NOT A SLUG", "expected ^")]
    public async Task A_parameter_that_cannot_be_used_is_explained(string query, string explanation)
    {
        var answer = await server.Client.GetAsync(new Uri($"/v1/events?{query}", UriKind.Relative));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(explanation);
    }

    [Fact]
    public async Task A_long_poll_answers_as_soon_as_something_happens()
    {
        var poll = Json(server, "/v1/events?after=latest&types=order.placed&wait=30");
        while (!poll.IsCompleted) await server.Client.Place(SmallChain.Order());

        Types(await poll).ShouldAllBe(type => type == "order.placed");
        Types(await poll).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_long_poll_without_news_answers_empty_and_keeps_the_cursor()
    {
        var last = await Head();

        var page = await Json(server, $"/v1/events?after={last}&wait=1");

        page["data"]!.AsArray().ShouldBeEmpty();
        page["nextCursor"]!.GetValue<string>().ShouldBe($"{last}");
    }

    [Fact]
    public async Task A_stream_resumes_from_the_last_id_without_gap_or_duplicate()
    {
        var head = await Head();
        for (var i = 0; i < 7; i++) await server.Client.Place(SmallChain.Order());
        using (var first = await server.Client.OpenStream($"/v1/events?after={head}"))
        {
            (await first.Take(3)).Select(e => long.Parse(e.Id)).ShouldBe([head + 1, head + 2, head + 3]);
        }
        using var second = await server.Client.OpenStream("/v1/events", lastEventId: $"{head + 3}");
        var reading = second.Take(40);
        for (var i = 0; i < 15; i++) await server.Client.Place(SmallChain.Order());

        (await reading).Select(e => long.Parse(e.Id)).ShouldBe(Enumerable.Range(4, 40).Select(i => head + i));
    }

    [Fact]
    public async Task A_stream_names_each_event_once_however_it_was_read()
    {
        await server.Client.Place(SmallChain.Order());
        using var stream = await server.Client.OpenStream("/v1/events?after=0");

        var streamed = (await stream.Take(5)).Select(e => e.Data["id"]!.GetValue<string>());
        var paged = (await Json(server, "/v1/events?after=0&limit=5"))["data"]!.AsArray()
            .Select(e => e!["id"]!.GetValue<string>());

        streamed.ShouldBe(paged);
        stream.Headers.GetValues("X-Accel-Buffering").ShouldBe(["no"]);
        stream.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
    }

    [Fact]
    public async Task A_cursor_before_the_log_is_answered_with_its_start()
    {
        await using var server = await Open();
        await server.Client.Place(SmallChain.Order());
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using (var forget = new NpgsqlCommand("DELETE FROM events WHERE position <= 4", connection))
            await forget.ExecuteNonQueryAsync();

        var answer = await server.Client.GetAsync(new Uri("/v1/events?after=2", UriKind.Relative));

        answer.StatusCode.ShouldBe(HttpStatusCode.Gone);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        problem["code"]!.GetValue<string>().ShouldBe("cursor_gone");
        var page = await Json(server, $"/v1/events?after={problem["oldest"]!.GetValue<string>()}");
        page["data"]![0]!["position"]!.GetValue<string>().ShouldBe("5");
    }

    [Theory]
    [InlineData("after=99999", null)]
    [InlineData("after=99999&wait=30", null)]
    [InlineData("after=99999", "text/event-stream")]
    [InlineData("lastEventId=99999", "text/event-stream")]
    public async Task A_cursor_of_a_replaced_log_is_answered_with_its_end(string query, string? accept)
    {
        var last = await Head();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/events?{query}");
        if (accept is not null) request.Headers.Accept.ParseAdd(accept);

        using var answer = await server.Client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        problem["code"]!.GetValue<string>().ShouldBe("cursor_ahead");
        problem["newest"]!.GetValue<string>().ShouldBe($"{last}");
        (await Json(server, $"/v1/events?after={last}"))["data"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stream_of_events_that_a_failover_lost_is_closed_without_a_partial_event()
    {
        await using var server = await Open();
        using var stream = await server.Client.OpenStream("/v1/events?after=0");
        var reading = stream.Take(int.MaxValue);
        await server.Client.Place(SmallChain.Order());
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        // Replaces the last event, up to which the feed may have read, with another one.
        await using (var rewind = new NpgsqlCommand("""
            UPDATE events SET id = gen_random_uuid() WHERE position = (SELECT max(position) FROM events)
            """, connection))
        {
            await Eventually.Holds(async () =>
            {
                await rewind.ExecuteNonQueryAsync();
                // The tail of this node's own commits needs no query of the database.
                server.Services.GetRequiredService<LogTail>().Clear();
                return reading.IsCompleted;
            }, "the end of the stream");
        }

        // The last replacement may follow the end of the stream, and then ends the next one, too.
        await Eventually.Holds(async () =>
        {
            using var again = await server.Client.OpenStream("/v1/events?after=0");
            return (await again.Take(3)).Select(e => e.Id).SequenceEqual(["1", "2", "3"]);
        }, "a stream that continues");
    }

    [Theory]
    [InlineData("/v1/events?after={0}&wait=30", null)]
    [InlineData("/v1/events", "{0}")]
    public async Task A_reader_that_resumes_on_a_node_whose_feed_is_behind_sees_no_event_twice(
        string path, string? lastEventId)
    {
        // Without a poll and a notification, the feed does not see what another node appends.
        await using var server = await Open(b => b.Configuration["Tracking:PollInterval"] = "01:00:00");
        // The filter excludes the events appended here, which cannot be shown: if the feed wakes all the same, they
        // must not end this stream.
        using var holdsTheFeed = await server.Client.OpenStream("/v1/events?types=order.placed");
        for (var i = 0; i < 3; i++) await server.AppendEmpty(EventType.InventoryLow);
        var seen = await Session.Ask<long>(server.ConnectionString, "SELECT max(position) FROM events");

        var next = Next(server, string.Format(CultureInfo.InvariantCulture, path, seen),
            lastEventId is null ? null : $"{seen}");
        await Eventually.Holds(
            () => server.Services.GetRequiredService<LiveFeed>().Clients == 2 || next.IsCompleted, "a second reader");
        (await server.Client.Place(SmallChain.Order())).EnsureSuccessStatusCode();

        (await next).ShouldBe(seen + 1);
    }

    static async Task<long> Next(TestServer server, string path, string? lastEventId)
    {
        if (lastEventId is null)
            return long.Parse((await Json(server, path))["data"]![0]!["position"]!.GetValue<string>());
        using var stream = await server.Client.OpenStream(path, lastEventId);
        return long.Parse((await stream.Take(1))[0].Id);
    }

    [Fact]
    public async Task A_stream_that_opens_just_after_the_last_one_ended_gets_the_next_event()
    {
        // The longest wait of the feed, longer than a stream waits for the feed.
        await using var server = await Open(b => b.Configuration["Tracking:PollInterval"] = "01:00:00");
        var feed = server.Services.GetRequiredService<LiveFeed>();
        for (var i = 0; i < 3; i++)
        {
            using (var last = await server.Client.OpenStream("/v1/events?after=latest"))
            {
                (await server.Client.Place(SmallChain.Order())).EnsureSuccessStatusCode();
                (await last.Take(1)).ShouldHaveSingleItem();
            }
            await Eventually.Holds(() => feed.Clients, clients => clients == 0);
            // The feed wakes, and finds that it has no client.
            (await server.Client.Place(SmallChain.Order())).EnsureSuccessStatusCode();

            using var next = await server.Client.OpenStream("/v1/events?after=latest");
            (await server.Client.Place(SmallChain.Order())).EnsureSuccessStatusCode();
            (await next.Take(1)).ShouldHaveSingleItem();
        }
    }

    [Fact]
    public async Task A_filter_that_passes_nothing_in_a_whole_window_does_not_hide_what_comes_after_it()
    {
        await using var server = await Open();
        await Session.Run(server.ConnectionString, """
            INSERT INTO events (position, id, at, type, kitchen, data)
            SELECT (SELECT max(position) FROM events) + n, gen_random_uuid(), now(), 32, 'k1', '{}'
            FROM generate_series(1, 20001) n
            """);
        (await server.Client.Place(SmallChain.Order())).EnsureSuccessStatusCode();

        using var stream = await server.Client.OpenStream("/v1/events?after=0&types=order.placed");

        (await stream.Take(1))[0].Data["type"]!.GetValue<string>().ShouldBe("order.placed");
    }

    [Fact]
    public async Task A_busy_stream_has_one_timer_for_its_heartbeat()
    {
        var heartbeat = TimeSpan.FromSeconds(1234);
        var clock = new TimersOf(heartbeat);
        await using var server = await Open(builder =>
        {
            builder.Configuration["Tracking:HeartbeatInterval"] = heartbeat.ToString();
            builder.Services.AddSingleton<TimeProvider>(clock);
        });
        using var stream = await server.Client.OpenStream("/v1/events");

        var reading = stream.Take(20);
        for (var i = 0; i < 10; i++) (await server.Client.Place(SmallChain.Order())).EnsureSuccessStatusCode();

        (await reading).Count.ShouldBe(20);
        clock.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_node_that_has_drained_refuses_a_new_stream_as_unavailable()
    {
        await using var server = await Open();
        server.Services.GetRequiredService<Drain>().End();

        // Some streams join the feed before they notice the drain.
        for (var i = 0; i < 200; i++)
        {
            using var answer = await server.Client.OpenStream("/v1/events");

            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]!.GetValue<string>()
                .ShouldBe("shutting_down");
        }
    }

    [Fact]
    public async Task Streams_end_when_the_node_stops()
    {
        var server = await Open();
        using var stream = await server.Client.OpenStream("/v1/events");
        var reading = stream.Take(int.MaxValue);

        await server.DisposeAsync().AsTask().WaitAsync(Eventually.Patience);

        (await reading.WaitAsync(Eventually.Patience)).ShouldBeEmpty();
    }

    /// <summary>Counts the timers that are started with one due time.</summary>
    sealed class TimersOf(TimeSpan due) : TimeProvider
    {
        int count;

        public int Count => Volatile.Read(ref count);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == due) Interlocked.Increment(ref count);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    /// <summary>A separate server, for a test that configures it, changes its log or stops it.</summary>
    static async Task<TestServer> Open(Action<WebApplicationBuilder>? configure = null)
    {
        var server = await TestServer.Start(configure: configure);
        await SmallChain.Open(server);
        return server;
    }

    async Task<long> Head() =>
        long.Parse((await Json(server, "/v1/events?after=latest"))["nextCursor"]!.GetValue<string>());

    static IEnumerable<string> Types(JsonNode page) =>
        page["data"]!.AsArray().Select(e => e!["type"]!.GetValue<string>());

    static async Task<JsonNode> Json(TestServer server, string path) =>
        JsonNode.Parse(await server.Client.GetStringAsync(new Uri(path, UriKind.Relative)))!;
}
