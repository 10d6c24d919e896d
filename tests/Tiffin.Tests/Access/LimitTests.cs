using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Edge.Streaming;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

public sealed class LimitTests(LimitTests.World world) : IClassFixture<LimitTests.World>
{
    readonly TestServer server = world.Server;

    /// <summary>A server with one limit per test; the other tests stay far below it.</summary>
    public sealed class World : IAsyncLifetime
    {
        internal TestServer Server { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Server = await TestServer.Start(configure: Limit);
            await SmallChain.Open(Server);
        }

        public async Task DisposeAsync() => await Server.DisposeAsync();

        internal static void Limit(WebApplicationBuilder app)
        {
            app.Configuration["Limits:Kitchen:RequestsPerSecond"] = "0.001";
            app.Configuration["Limits:Kitchen:Burst"] = "2";
            app.Configuration["Limits:Manager:Streams"] = "1";
            app.Configuration["Limits:Channel:ConcurrentRequests"] = "1";
            app.Configuration["Limits:Anonymous:Streams"] = "1";
            app.Configuration["Limits:OpenOrdersPerCustomer"] = "3";
            app.Configuration["Limits:AuthFailuresPerSecond"] = "0.001";
            app.Configuration["Limits:AuthFailuresBurst"] = "3";
            app.Configuration["Limits:SendBufferBytes"] = "20000";
        }
    }

    [Fact]
    public void A_bucket_lets_a_burst_through_and_then_a_steady_rate()
    {
        var clock = new ManualClock();
        var bucket = new TokenBucket(perSecond: 2, burst: 3, clock);

        var burst = Enumerable.Range(0, 4)
            .Select(_ => bucket.TryTake(out var left, out var wait) ? (left, wait) : (-1, wait));

        burst.ShouldBe([(2, 1), (1, 1), (0, 2), (-1, 1)]);
        clock.Advance(TimeSpan.FromSeconds(0.5));
        bucket.TryTake(out _, out _).ShouldBeTrue();
        bucket.TryTake(out _, out _).ShouldBeFalse();
        clock.Advance(TimeSpan.FromHours(1));
        bucket.IsFull.ShouldBeTrue();
        bucket.TryTake(out var most, out _).ShouldBeTrue();
        most.ShouldBe(2);
    }

    [Fact]
    public async Task A_caller_over_the_limit_learns_the_limit_and_the_wait_and_others_are_not_affected()
    {
        using var greedy = await server.ClientOf(Role.Kitchen, ["k1"], subject: "greedy");
        using var other = await server.ClientOf(Role.Kitchen, ["k1"], subject: "other");

        var first = await greedy.GetAsync("/v1/orders");
        await greedy.GetAsync("/v1/orders");
        var third = await greedy.GetAsync("/v1/orders");

        first.Headers.GetValues("RateLimit-Policy")
            .ShouldBe(["\"caller\";q=2;w=2000, \"concurrency\";q=100;qu=\"concurrent-requests\""]);
        first.Headers.GetValues("RateLimit").Single().ShouldStartWith("\"caller\";r=1;t=");
        third.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        third.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 1000);
        (await third.Content.ReadAsStringAsync()).ShouldContain("too_many_requests");
        (await other.GetAsync("/v1/orders")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Streams_of_one_caller_are_counted_and_a_closed_one_makes_room()
    {
        using var caller = await server.ClientOf(Role.Manager, ["k1"]);
        var open = await caller.OpenStream("/v1/events");
        open.StatusCode.ShouldBe(HttpStatusCode.OK);

        var refused = await caller.OpenStream("/v1/events");
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("too_many_streams");

        open.Dispose();
        await Eventually.Holds(Next, status => status == HttpStatusCode.OK, "a new stream");

        async Task<HttpStatusCode> Next()
        {
            using var next = await caller.OpenStream("/v1/events");
            return next.StatusCode;
        }
    }

    [Fact]
    public async Task Long_polls_count_as_concurrent_requests()
    {
        using var caller = await server.ClientOf(Role.Channel, channel: "app");
        using var other = await server.ClientOf(Role.Channel, channel: "app");
        var last = (string)(await server.Get("/v1/events?after=latest"))["nextCursor"]!;
        var feed = server.Services.GetRequiredService<LiveFeed>();
        await Eventually.Holds(() => feed.Clients, value => value == 0, "the end of the streams of other tests");
        using var hangUp = new CancellationTokenSource();
        var waiting = caller.GetAsync($"/v1/events?after={last}&wait=30", hangUp.Token);

        await Eventually.Holds(() => feed.Clients, value => value == 1, "a request that waits");

        var refused = await caller.GetAsync("/v1/session");
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        var problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync())!;
        ((string?)problem["code"], (string?)problem["detail"]).ShouldBe(("too_many_concurrent_requests",
            "1 request in flight is the limit for this caller. Wait for a response before you send the next one."));
        refused.Headers.GetValues("RateLimit").ShouldBe(["\"concurrency\";r=0;t=1"]);
        refused.Headers.GetValues("RateLimit-Policy").Single()
            .ShouldEndWith(", \"concurrency\";q=1;qu=\"concurrent-requests\"");
        (await other.GetAsync("/v1/session")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await hangUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
        await Eventually.Holds(
            async () => (await caller.GetAsync("/v1/session")).StatusCode == HttpStatusCode.OK,
            "room after the first request has ended");
    }

    [Fact]
    public async Task Visitors_are_bounded_by_their_address_and_leave_room_for_callers()
    {
        await using var server = await TestServer.Start(configure: app =>
        {
            app.Configuration["Limits:Anonymous:Burst"] = "4";
            app.Configuration["Limits:Anonymous:RequestsPerSecond"] = "0.001";
            app.Configuration["Tracking:AnonymousClientsMax"] = "1";
            app.Configuration["Tracking:ClientsMax"] = "2";
        });
        await SmallChain.Open(server);
        var placed = await server.Client.Place(SmallChain.Order());
        var link = JsonNode.Parse(await placed.Content.ReadAsStringAsync())!.TrackPath();
        using var visitor = server.Stranger();
        using var kitchen = await server.ClientOf(Role.Kitchen, ["k1"]);
        using var followed = await visitor.OpenStream($"{link}/events");
        followed.StatusCode.ShouldBe(HttpStatusCode.OK);

        (await visitor.OpenStream($"{link}/events")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await visitor.GetAsync(link)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await visitor.GetAsync("/v1/track/none")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var tooMany = await visitor.GetAsync(link);

        tooMany.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        tooMany.Headers.RetryAfter.ShouldNotBeNull();
        using var stream = await kitchen.OpenStream("/v1/events");
        stream.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await visitor.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Streams_of_one_address_are_counted()
    {
        var placed = await server.Client.Place(SmallChain.Order());
        var link = JsonNode.Parse(await placed.Content.ReadAsStringAsync())!.TrackPath();
        using var visitor = server.Stranger();
        using var first = await visitor.OpenStream($"{link}/events");

        (await visitor.OpenStream($"{link}/events")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public void Addresses_of_one_IPv6_network_share_their_limits(string one, string other, bool same)
    {
        var limits = new CallerLimits(Options.Create(new LimitOptions()), TimeProvider.System);

        (limits.Failures(IPAddress.Parse(one)) == limits.Failures(IPAddress.Parse(other))).ShouldBe(same);
        (limits.OfAddress(IPAddress.Parse(one)) == limits.OfAddress(IPAddress.Parse(other))).ShouldBe(same);
    }

    [Fact]
    public async Task The_limit_of_open_orders_per_customer_holds_across_nodes()
    {
        await using var other = await TestServer.Start(server.ConnectionString, World.Limit);
        var key = await server.KeyOf(Role.Customer, channel: "app", subject: "c-1");
        using var here = server.ClientWith(key);
        using var there = other.ClientWith(key);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(
            i => (i % 2 == 0 ? here : there).Place(SmallChain.Order(item: "plain"))));

        var refused = answers.Where(answer => !answer.IsSuccessStatusCode).ToList();
        refused.Count.ShouldBe(7);
        foreach (var answer in refused)
            (await answer.Content.ReadAsStringAsync()).ShouldContain("too_many_open_orders");
        var one = answers.First(answer => answer.IsSuccessStatusCode).Headers.Location!;
        await server.Put($"{one}/status", new { status = "cancelled" });
        (await there.Place(SmallChain.Order())).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await server.Client.Place(MatrixCast.Order(theirs: true))).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Failed_authentication_is_rate_limited_and_a_valid_key_from_the_same_address_is_not()
    {
        using var stranger = server.Stranger();

        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++) answers.Add((await stranger.GetAsync("/v1/orders")).StatusCode);

        answers[..3].ShouldAllBe(status => status == HttpStatusCode.Unauthorized);
        answers[3].ShouldBe(HttpStatusCode.TooManyRequests);
        (await server.Client.GetAsync("/v1/orders")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("GET /v1/orders HTTP/1.1\r\nHost: x\r\nX-Slow: ")]
    [InlineData("POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n"
        + "Idempotency-Key: k\r\nAuthorization: Bearer {0}\r\n\r\n{{")]
    public async Task A_client_that_sends_a_request_too_slowly_is_disconnected(string beginning)
    {
        await using var server = await TestServer.Start(
            configure: app => app.Configuration["Limits:RequestTimeout"] = "00:00:02");
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            string.Format(System.Globalization.CultureInfo.InvariantCulture, beginning, server.AdminKey)));

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var reader = new StreamReader(stream);
        (await reader.ReadToEndAsync(deadline.Token)).ShouldContain("408");
    }

    [Fact]
    public async Task The_send_buffer_of_a_slow_client_is_bounded()
    {
        var transport = server.Services.GetRequiredService<IOptions<SocketTransportOptions>>().Value;
        using var listening = transport.CreateBoundListenSocket(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listening.LocalEndPoint!);

        using var accepted = await listening.AcceptAsync();

        // Linux allocates twice as much, for its own bookkeeping.
        accepted.SendBufferSize.ShouldBeInRange(20_000, 40_000);
    }

    sealed class ManualClock : TimeProvider
    {
        long now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
        public override long GetTimestamp() => now;
        public void Advance(TimeSpan time) => now += time.Ticks;
    }
}
