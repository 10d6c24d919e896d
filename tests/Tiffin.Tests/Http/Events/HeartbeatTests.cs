using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Npgsql;
using Tiffin.Edge;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Events;

public sealed class HeartbeatTests : IAsyncLifetime
{
    TestServer server = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.Start(
            configure: app => app.Configuration["Tracking:HeartbeatInterval"] = "00:00:00.02");
        await SmallChain.Open(server);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task A_stream_opens_with_the_server_s_time_and_the_position_that_it_starts_from()
    {
        var before = DateTimeOffset.UtcNow.AddMilliseconds(-1);

        using var stream = await server.Client.OpenStream("/v1/events?after=2");

        var first = await First(stream, _ => true);
        first.Name.ShouldBe("heartbeat");
        first.Id.ShouldBe("");
        first.Data["now"]!.GetValue<DateTimeOffset>().ShouldBeInRange(before, DateTimeOffset.UtcNow);
        first.Data["position"]!.GetValue<string>().ShouldBe("2");
    }

    [Fact]
    public async Task The_position_passes_events_that_do_not_match()
    {
        using var stream = await server.Client.OpenStream("/v1/events?types=order.placed&kitchenId=k1");
        (await server.Client.Place(SmallChain.Order("k2"))).EnsureSuccessStatusCode();
        var last = await Session.Ask<long>(server.ConnectionString, "SELECT max(position) FROM events");

        (await First(stream, frame => Position(frame) == last)).Name.ShouldBe("heartbeat");
    }

    [Fact]
    public async Task A_client_that_resumes_from_any_heartbeat_misses_nothing_and_gets_nothing_twice()
    {
        const string feed = "/v1/events?types=order.*&kitchenId=k1";
        const int orders = 40;
        var start = await Session.Ask<long>(server.ConnectionString, "SELECT max(position) FROM events");
        using var stream = await server.Client.OpenStream($"{feed}&after={start}");

        var reading = Until(stream, 2 * orders);
        for (var i = 0; i < orders; i++)
        {
            (await server.Client.Place(SmallChain.Order("k2"))).EnsureSuccessStatusCode();
            (await server.Client.Place(SmallChain.Order("k1"))).EnsureSuccessStatusCode();
        }

        var frames = await reading;
        var all = frames.Where(frame => frame.Name is null).Select(frame => frame.Id).ToList();
        var resumed = (await server.Get($"{feed}&after={start}&limit=200"))["data"]!.AsArray();
        resumed.Select(e => (string)e!["position"]!).ShouldBe(all);
        var beats = frames.Index().Where(frame => frame.Item.Name is not null).ToList();
        beats.Count.ShouldBeGreaterThan(2);
        foreach (var (at, beat) in beats)
        {
            var rest = frames.Skip(at).Where(frame => frame.Name is null).Select(frame => frame.Id);
            var cursor = (string)beat.Data["position"]!;
            all.Where(id => Number(id) > Number(cursor)).ShouldBe(rest, $"after the heartbeat at {cursor}");
        }
        var (middle, one) = beats[beats.Count / 2];
        using var second = await server.Client.OpenStream(feed, (string)one.Data["position"]!);
        var left = frames.Skip(middle).Where(frame => frame.Name is null).Select(frame => frame.Id).ToList();
        (await second.Take(left.Count)).Select(e => e.Id).ShouldBe(left);
    }

    [Fact]
    public async Task The_position_of_a_tracked_order_is_its_version()
    {
        var placed = await server.Client.Place(SmallChain.Order("k1"));
        var order = JsonNode.Parse(await placed.Content.ReadAsStringAsync())!;
        var track = $"{order.TrackPath()}/events";
        using var stranger = server.Stranger();
        using var stream = await stranger.OpenStream(track);

        var beat = await First(stream, frame => frame.Name == "heartbeat" && Position(frame) == 2);

        beat.Id.ShouldBe("2");
        beat.Data.AsObject().Select(member => member.Key).ShouldBe(["now", "position"]);
        await server.Put($"/v1/orders/{order["id"]}/status", new { status = "preparing" });
        using var resumed = await stranger.OpenStream(track, "2");
        (await resumed.Take(1)).Single().Data["status"]!.GetValue<string>().ShouldBe("preparing");
    }

    [Fact]
    public void By_default_heartbeats_come_before_a_screen_doubts_its_connection() =>
        new TrackingOptions().HeartbeatInterval.ShouldBeLessThan(TimeSpan.FromSeconds(20));

    // A screen shows that it is live as long as heartbeats arrive, so the connection by itself must not produce them.
    [Fact]
    public async Task No_heartbeat_is_sent_while_the_node_cannot_read_the_event_log()
    {
        const string endReaders = """
            SELECT count(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event = 'relation') ended
            """;
        var silence = TimeSpan.FromSeconds(1);
        var order = await server.Post("/v1/orders", SmallChain.Order("k1"));
        using var stream = await server.Client.OpenStream("/v1/events");
        var frames = stream.Frames().GetAsyncEnumerator();
        await using var holder = await Session.Open(server.ConnectionString);
        await Eventually.Holds(TryLock, "the lock of all partitions");

        var next = frames.MoveNextAsync().AsTask();
        await Eventually.Holds(async () =>
        {
            if (await Task.WhenAny(next, Task.Delay(silence)) != next) return true;
            (await next).ShouldBeTrue();
            next = frames.MoveNextAsync().AsTask();
            return false;
        }, "no heartbeat for a second");
        // Nor does a stream begin, when the feed has a new session.
        var second = server.Client.OpenStream($"/v1/orders/{order["id"]}/events");
        await Eventually.Holds(
            () => Session.Ask<long>(server.ConnectionString, endReaders), ended => ended > 0, "a reader was ended");
        (await Task.WhenAny(second, Task.Delay(2 * silence))).ShouldNotBe(second);

        await Run("ROLLBACK");
        (await next).ShouldBeTrue();
        frames.Current.Name.ShouldBe("heartbeat");
        using var begun = await second;
        (await First(begun, _ => true)).Name.ShouldBe("heartbeat");

        // Without waiting: readers of a partition would wait for the log as a whole, a deadlock.
        async Task<bool> TryLock()
        {
            try
            {
                await Run("BEGIN; LOCK TABLE events IN ACCESS EXCLUSIVE MODE NOWAIT");
                return true;
            }
            catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                await Run("ROLLBACK");
                return false;
            }
        }

        async Task Run(string sql)
        {
            await using var command = new NpgsqlCommand(sql, holder);
            await command.ExecuteNonQueryAsync();
        }
    }

    static async Task<SseEvent> First(HttpResponseMessage stream, Func<SseEvent, bool> isWanted)
    {
        stream.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await stream.Frames().FirstAsync(isWanted);
    }

    static async Task<List<SseEvent>> Until(HttpResponseMessage stream, int events)
    {
        var frames = new List<SseEvent>();
        await foreach (var frame in stream.Frames())
        {
            frames.Add(frame);
            if (frames.Count(one => one.Name is null) == events) break;
        }
        return frames;
    }

    static long? Position(SseEvent frame) =>
        frame.Name is null ? null : Number((string)frame.Data["position"]!);

    static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
