using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Faults;

/// <summary>Batches that are blocked on purpose: the next in its prefetch, later commands in the queue.</summary>
public sealed class BatchTests
{
    [Theory]
    [InlineData("P0001", HttpStatusCode.InternalServerError)]
    // The driver closes its session after these: internal error, damaged page, I/O error, configuration file.
    [InlineData("XX000", HttpStatusCode.InternalServerError)]
    [InlineData("XX001", HttpStatusCode.InternalServerError)]
    [InlineData("58030", HttpStatusCode.InternalServerError)]
    [InlineData("F0000", HttpStatusCode.InternalServerError)]
    // Also after these: disk full, out of memory. The order may succeed later.
    [InlineData("53100", HttpStatusCode.ServiceUnavailable)]
    [InlineData("53200", HttpStatusCode.ServiceUnavailable)]
    public async Task An_order_that_PostgreSQL_rejects_fails_without_the_others_of_its_batch(
        string sqlState, HttpStatusCode expected)
    {
        await using var server = await Start("Commit:Deadline=00:01:00");
        using var measured = new Measurements(server);
        await Refuse(server, sqlState, "NEW.external_reference = 'culprit'");
        var placements = Placement.Many(16, i => Order(i == 11 ? "culprit" : $"good-{i}"));
        await PlaceInOneBatch(server, placements, measured);

        placements[11].Status.ShouldBe(expected);
        placements.Where((_, i) => i != 11).ShouldAllBe(placement => placement.Status == HttpStatusCode.Created);
        (await Shop.Orders(server.ConnectionString)).ShouldBe(16);
        await Shop.ShouldVerify(server.ConnectionString);
    }

    [Theory]
    [InlineData("XX001")]
    [InlineData("53200")]
    public async Task A_client_that_repeats_a_refused_order_does_not_stall_the_others(string sqlState)
    {
        await using var server = await Start("Commit:Deadline=00:00:30");
        await Refuse(server, sqlState, "NEW.external_reference = 'culprit'");
        var culprit = new Placement(Order("culprit"));
        using var end = new CancellationTokenSource();
        var repeats = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested) await culprit.Try(server.Client);
        });

        var neighbours = Placement.Many(12, i => Order($"good-{i}"));
        foreach (var neighbour in neighbours) await neighbour.Try(server.Client);
        await end.CancelAsync();
        await repeats;

        neighbours.ShouldAllBe(neighbour => neighbour.Status == HttpStatusCode.Created);
    }

    [Theory]
    // 42501: no privilege. 23514 without a constraint: no partition for a row.
    [InlineData("42501")]
    [InlineData("42P01")]
    [InlineData("23514")]
    [InlineData("XX001")]
    [InlineData("P0001")]
    public async Task An_error_common_to_all_orders_is_answered_503_without_isolating_each(string sqlState)
    {
        await using var server = await Start("Commit:Deadline=00:01:00");
        using var measured = new Measurements(server);
        await Refuse(server, sqlState, "NEW.external_reference IS NOT NULL");
        var placements = Placement.Many(64, i => Order($"all-{i}"));
        await PlaceInOneBatch(server, placements, measured);

        placements.Select(placement => placement.Status).Distinct().ShouldBe([HttpStatusCode.ServiceUnavailable]);
        measured.Of("tiffin.commit.rejected").ShouldAllBe(turned => turned.Tag == "database_away");
    }

    /// <summary>The last one is rejected when the bisection is given up.</summary>
    [Fact]
    public async Task Eight_orders_that_are_all_refused_are_all_answered()
    {
        await using var server = await Start("Commit:Deadline=00:00:20");
        using var measured = new Measurements(server);
        await Refuse(server, "P0001", "NEW.external_reference IS NOT NULL");
        var placements = Placement.Many(8, i => Order($"all-{i}"));
        await PlaceInOneBatch(server, placements, measured);

        measured.Of("tiffin.commit.rejected").Select(turned => turned.Tag).Order()
            .ShouldBe(["database_away", .. Enumerable.Repeat("internal_error", 7)]);
    }

    [Fact]
    public async Task A_caller_that_disconnects_cancels_nothing()
    {
        await using var server = await Start();
        using var measured = new Measurements(server);
        await using var held = await LogLock.Take(server.ConnectionString);
        var inBatch = new Placement(SmallChain.Order());
        var queued = new Placement(SmallChain.Order());
        using (var leaving = new HttpClient { BaseAddress = server.Client.BaseAddress })
        {
            leaving.DefaultRequestHeaders.Authorization = server.Client.DefaultRequestHeaders.Authorization;
            var first = inBatch.Try(leaving);
            await LogLock.Waiter(server.ConnectionString);
            var second = queued.Try(leaving);
            await Eventually.Holds(() => measured.QueueDepth(), depth => depth >= 1, "a command in the queue");
            leaving.CancelPendingRequests();
            await Task.WhenAll(first, second);
        }
        inBatch.Status.ShouldBeNull();
        queued.Status.ShouldBeNull();
        await held.Release();

        await Eventually.Holds(() => Shop.Orders(server.ConnectionString), value => value == 2, "two orders");
        await inBatch.Insist(server.Client);
        inBatch.WasReplayed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_full_queue_rejects_at_once_while_the_writer_is_blocked()
    {
        await using var server = await Start("Commit:QueueMax=2");
        using var measured = new Measurements(server);
        await using var held = await LogLock.Take(server.ConnectionString);
        var first = await HoldUp(server);
        var waiting = Placement.Many(2, _ => SmallChain.Order());
        var all = Task.WhenAll(waiting.Select(placement => placement.Try(server.Client)));
        await Eventually.Holds(() => measured.QueueDepth(), depth => depth >= 2, "a full queue");

        using var refused = await server.Client.Place(SmallChain.Order());

        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("\"overloaded\"");
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        all.IsCompleted.ShouldBeFalse();
        await held.Release();
        await Task.WhenAll(all, first);
        waiting.ShouldAllBe(placement => placement.Status == HttpStatusCode.Created);
        measured.Of("tiffin.commit.rejected").ShouldBe([(1, "overloaded")]);
    }

    [Fact]
    public async Task Under_overload_new_orders_and_lists_are_shed_and_accepted_orders_continue()
    {
        // At most two may wait, regardless of the speed of the server's first batch.
        await using var server = await Start("Commit:OrderQueueMin=2", "Commit:OrderQueueWaitMax=00:00:00.000001");
        using var measured = new Measurements(server);
        using var placed = await server.Client.Place(SmallChain.Order());
        var order = placed.Headers.Location!;
        await using var held = await LogLock.Take(server.ConnectionString);
        var first = await HoldUp(server);
        var waiting = Placement.Many(2, _ => SmallChain.Order());
        var all = Task.WhenAll(waiting.Select(placement => placement.Try(server.Client)));
        await Eventually.Holds(() => measured.QueueDepth(), depth => depth >= 2, "two waiting orders");

        using var refused = await server.Client.Place(SmallChain.Order());
        using var list = await server.Client.GetAsync("/v1/orders");
        using var read = await server.Client.GetAsync(order);
        using var ready = await server.Client.GetAsync("/health/ready");
        var move = server.Client.PutAsJsonAsync($"{order}/status", new { status = "preparing" });
        await Eventually.Holds(() => measured.QueueDepth(), depth => depth >= 3, "a move waiting behind them");

        foreach (var turned in new[] { refused, list })
        {
            turned.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await turned.Content.ReadAsStringAsync()).ShouldContain("\"overloaded\"");
        }
        read.StatusCode.ShouldBe(HttpStatusCode.OK);
        // The blocked batch may be reported as stalled.
        var report = (await ready.Content.ReadFromJsonAsync<JsonObject>())!;
        ((bool)report["overloaded"]!).ShouldBeTrue();
        report["reasons"]!.AsArray().Select(reason => (string)reason!).Except(["commit_stalled"]).ShouldBeEmpty();
        await held.Release();
        await Task.WhenAll(all, first);
        waiting.ShouldAllBe(placement => placement.Status == HttpStatusCode.Created);
        (await move).StatusCode.ShouldBe(HttpStatusCode.OK);
        measured.Of("tiffin.commit.rejected").ShouldBe([(1, "overloaded")]);
    }

    [Fact]
    public async Task At_the_deadline_a_running_batch_continues_and_queued_commands_are_dropped()
    {
        await using var server = await Start("Commit:Deadline=00:00:05");
        await using var held = await LogLock.Take(server.ConnectionString);
        var inBatch = new Placement(SmallChain.Order());
        var queued = new Placement(SmallChain.Order());
        var first = inBatch.Try(server.Client);
        await LogLock.Waiter(server.ConnectionString);
        using var late = await server.Client.Place(SmallChain.Order(), queued.Key);
        await first;

        (await late.Content.ReadAsStringAsync()).ShouldContain("\"late\"");
        late.Headers.RetryAfter.ShouldNotBeNull();
        inBatch.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        await held.Release();
        await inBatch.Insist(server.Client);
        await queued.Insist(server.Client);
        inBatch.WasReplayed.ShouldBeTrue();
        queued.WasReplayed.ShouldBeFalse();
        (await Shop.Orders(server.ConnectionString)).ShouldBe(2);
    }

    /// <summary>Starts a server with a chain and, unless the settings override it, a long deadline.</summary>
    static async Task<TestServer> Start(params string[] settings)
    {
        var database = await Shop.Open(portions: 1_000);
        var server = await TestServer.Start(database, builder =>
        {
            foreach (var setting in settings.Prepend($"Commit:Deadline={Eventually.Patience}"))
                builder.Configuration[setting.Split('=')[0]] = setting.Split('=')[1];
        });
        // Waits until the server's first batch is over.
        await server.Pipeline.Probe();
        return server;
    }

    /// <summary>Makes PostgreSQL reject the orders for which a condition holds.</summary>
    static Task Refuse(TestServer server, string sqlState, string condition) => Session.Run(
        server.ConnectionString, $"""
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {condition} THEN RAISE EXCEPTION 'not this one' USING ERRCODE = '{sqlState}'; END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION refuse();
        """);

    /// <summary>Places all orders in one batch: they queue behind a batch that waits for the lock.</summary>
    static async Task PlaceInOneBatch(
        TestServer server, Placement[] placements, Measurements measured)
    {
        await using var held = await LogLock.Take(server.ConnectionString);
        var first = await HoldUp(server);
        var all = Task.WhenAll(placements.Select(placement => placement.Try(server.Client)));
        await Eventually.Holds(
            () => measured.QueueDepth(), depth => depth >= placements.Length, "all commands in the queue");
        await held.Release();
        await all;
        await first;
    }

    static async Task<Task> HoldUp(TestServer server)
    {
        var first = new Placement(SmallChain.Order()).Insist(server.Client);
        await LogLock.Waiter(server.ConnectionString);
        return first;
    }

    static object Order(string reference) => new
    {
        kitchenId = "k1",
        brandId = "dosa",
        channel = "app",
        externalReference = reference,
        customer = new { name = "Asha" },
        fulfilment = new { type = "pickup" },
        lines = new[] { new { itemId = "plain", quantity = 1 } },
    };
}
