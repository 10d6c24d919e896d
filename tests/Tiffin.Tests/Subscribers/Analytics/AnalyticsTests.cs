using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Domain.Inventory;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Analytics;

public sealed class AnalyticsTests : IAsyncLifetime
{
    TestServer server = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.Start();
        await SmallChain.Open(server);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Orders_are_counted_by_status_and_revenue_excludes_cancelled_ones()
    {
        await server.Serve(SmallChain.Order(quantity: 2), "preparing", "ready", "out_for_delivery", "delivered");
        await server.Serve(SmallChain.Order(item: "plain"));
        var cancelled = await server.Serve(SmallChain.Order("k2", quantity: 5));
        await server.Move(cancelled, "cancelled", "too_busy");
        var last = await server.CaughtUp();

        var all = await server.Summary();

        all["asOf"]!["position"]!.GetValue<long>().ShouldBe(last);
        all["placed"]!.GetValue<int>().ShouldBe(3);
        all["delivered"]!.GetValue<int>().ShouldBe(1);
        all["cancelled"]!.ToJsonString().ShouldBe(
            """{"count":1,"reasons":[{"reason":"too_busy","by":"admin","count":1}]}""");
        all["revenue"]!.ToJsonString().ShouldBe("""[{"amount":33000,"currency":"INR"}]""");
        all["tax"]!.ToJsonString().ShouldBe("""[{"amount":1650,"currency":"INR"}]""");
        all["items"]!.GetValue<int>().ShouldBe(3);
        all["wasted"]!.AsArray().ShouldBeEmpty();
        (await server.Summary("kitchenId=k2"))["placed"]!.GetValue<int>().ShouldBe(1);
        (await server.Summary("kitchenId=k2"))["items"]!.GetValue<int>().ShouldBe(0);
        (await server.Summary("channel=web"))["placed"]!.GetValue<int>().ShouldBe(0);
        (await server.Summary("brandId=dosa&channel=app"))["placed"]!.GetValue<int>().ShouldBe(3);
    }

    [Fact]
    public async Task Stock_is_wasted_by_late_cancellations_and_by_hand()
    {
        var late = await server.Serve(SmallChain.Order(quantity: 3), "preparing", "ready");
        await server.Move(late, "cancelled");
        var spoiled = new MovementLine("rice", MovementKind.Wasted, 40, null, Reason: WasteReason.Spoiled);
        await server.Pipeline.Submit(new RecordMovements("k1", [spoiled, spoiled with { Reason = null, Quantity = 7 }])
        {
            Caller = SmallChain.Admin,
            Key = new RequestKey(Guid.NewGuid()),
            Fingerprint = Guid.NewGuid(),
        });
        await server.CaughtUp();

        (await server.Summary())["wasted"]!.ToJsonString().ShouldBe(
            """
            [{"sku":"potato","quantity":150,"reasons":[{"quantity":150,"reason":"cancelled_order"}]},
            {"sku":"rice","quantity":347,"reasons":[{"quantity":300,"reason":"cancelled_order"},
            {"quantity":40,"reason":"spoiled"},{"quantity":7}]}]
            """.ReplaceLineEndings(""));
        (await server.Summary("brandId=dosa"))["wasted"]!.ToJsonString().ShouldBe(
            """
            [{"sku":"potato","quantity":150,"reasons":[{"quantity":150,"reason":"cancelled_order"}]},
            {"sku":"rice","quantity":300,"reasons":[{"quantity":300,"reason":"cancelled_order"}]}]
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task Each_stretch_of_an_order_is_measured_and_what_was_stepped_over_is_not()
    {
        await server.Serve(SmallChain.Order("k2"), "accepted", "preparing", "ready", "out_for_delivery", "delivered");
        await server.Serve(Pickup(), "preparing", "ready", "delivered");
        var stepped = await server.Serve(SmallChain.Order("k1"), "preparing", "out_for_delivery", "delivered");
        await server.CaughtUp();

        var (here, there) = (await server.Summary("kitchenId=k1"), await server.Summary("kitchenId=k2"));

        Counts(there).ShouldBe([2, 2, 1]);
        Counts(here).ShouldBe([1, 0, 1]);
        Counts(await server.Summary()).ShouldBe([3, 2, 2]);
        here["accept"]!["seconds"]!["p99"]!.GetValue<double>().ShouldBe(0);
        var order = JsonNode.Parse(await server.Client.GetStringAsync(stepped))!;
        ShouldBeNear(here["deliver"]!, At(order, "delivered") - At(order, "out_for_delivery"));

        static int[] Counts(JsonNode summary) =>
            [.. new[] { "accept", "wait", "deliver" }.Select(name => (int)summary[name]!["count"]!)];

        static DateTimeOffset At(JsonNode order, string status) => order["timeline"]!.AsArray()
            .Single(step => step!["status"]!.GetValue<string>() == status)!["at"]!.GetValue<DateTimeOffset>();

        // One per cent, plus the error of rounding to milliseconds.
        static void ShouldBeNear(JsonNode times, TimeSpan exact) =>
            times["seconds"]!["p50"]!.GetValue<double>()
                .ShouldBe(exact.TotalSeconds, exact.TotalSeconds * 0.01 + 0.0011);
    }

    [Fact]
    public async Task A_preparation_that_was_recorded_when_it_had_ended_is_not_counted()
    {
        await using var sandbox = await Sandbox.Start();
        await SmallChain.Open(sandbox);
        await sandbox.Serve(SmallChain.Order(), "preparing", "ready");
        var cooked = await sandbox.Serve(SmallChain.Order(), "preparing");
        await Sandbox.Advance(sandbox, 12);
        await sandbox.Move(cooked, "ready");
        await sandbox.CaughtUp();

        var prepare = (await sandbox.Summary())["prepare"]!;
        var hours = (await sandbox.Get("timeseries?metric=prepare&bucket=hour"))["data"]!.AsArray();

        prepare["count"]!.GetValue<int>().ShouldBe(1);
        // The clock of a sandbox continues to run while it is moved.
        prepare["seconds"]!["p50"]!.GetValue<double>().ShouldBe(12 * 60, 30);
        hours.Sum(hour => (int)hour!["value"]!["count"]!).ShouldBe(1);
        (await sandbox.Compare()).DifferenceCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_promise_is_kept_if_the_order_is_ready_by_the_first_time()
    {
        var order = await server.Serve(SmallChain.Order());
        await Put("status", new { status = "accepted", prepMinutes = 10 });
        await Put("promise", new { prepMinutes = 20 });
        await server.Move(order, "preparing");
        await server.Move(order, "ready");
        await server.Serve(SmallChain.Order(item: "plain"), "preparing", "ready");
        // The same event, dated three minutes after the time that was promised first.
        await server.Do($$"""
            INSERT INTO events (position, id, at, order_id, sequence, type, kitchen, brand_id, channel, data)
            SELECT (SELECT max(position) + 1 FROM events), gen_random_uuid(),
                (convert_from(data, 'UTF8')::json #>> '{promise,first}')::timestamptz + interval '3 minutes',
                order_id, sequence, type, kitchen, brand_id, channel, data
            FROM events WHERE order_id = '{{order.Split('/')[^1]}}' AND type = {{(short)EventType.OrderReady}}
            """);
        await server.CaughtUp();

        var promises = (await server.Summary($"to={DateTime.UtcNow.AddHours(1):O}"))["promises"]!;

        (promises["count"]!.GetValue<int>(), promises["kept"]!.GetValue<int>()).ShouldBe((2, 1));
        promises["late"]!["count"]!.GetValue<int>().ShouldBe(1);
        promises["late"]!["seconds"]!["p90"]!.GetValue<double>().ShouldBe(180, 1.8);

        async Task Put(string what, object body) =>
            (await server.Client.PutAsJsonAsync($"{order}/{what}", body)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_best_sold_items_come_first()
    {
        await server.Serve(SmallChain.Order(item: "plain", quantity: 3));
        await server.Serve(SmallChain.Order(item: "masala", quantity: 2));
        await server.Serve(SmallChain.Order(item: "plain"));
        await server.CaughtUp();

        var items = await server.Get("items?top=1");

        items["data"]!.ToJsonString().ShouldBe("""
            [{"itemId":"plain","name":"plain","quantity":4,"revenue":[{"amount":36000,"currency":"INR"}]}]
            """);
        (await server.Get("items"))["data"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_day_ends_at_the_kitchen_s_own_midnight()
    {
        await server.Serve(SmallChain.Order());
        await server.CaughtUp();
        await PlacedAgainAt("k1", "2026-05-01T18:29:59.9Z", "2026-05-01T18:30:00Z", "2026-05-01T23:59:00Z");
        await server.CaughtUp();

        var days = await server.Get(
            "timeseries?metric=placed&bucket=day&from=2026-04-30T18:30:00Z&to=2026-05-02T18:30:00Z");

        days["data"]!.ToJsonString().ShouldBe(
            """[{"day":"2026-05-01","value":1},{"day":"2026-05-02","value":2}]""");
        var hours = await server.Get(
            "timeseries?metric=revenue&kitchenId=k1&from=2026-05-01T17:30:00Z&to=2026-05-01T19:30:00Z");
        hours["data"]!.AsArray().Select(hour => hour!.ToJsonString()).ShouldBe([
            """{"start":"2026-05-01T17:30:00.000Z","value":[{"amount":12000,"currency":"INR"}]}""",
            """{"start":"2026-05-01T18:30:00.000Z","value":[{"amount":12000,"currency":"INR"}]}""",
        ]);
    }

    [Fact]
    public async Task A_day_of_twenty_five_hours_is_one_day_and_days_of_one_date_are_added_up()
    {
        await server.Serve(SmallChain.Order());
        await server.Do("UPDATE kitchens SET time_zone = 'Europe/Berlin' WHERE id = 'k2'");
        await PlacedAgainAt(
            "k2", "2026-10-24T21:59:00Z", "2026-10-24T22:00:00Z", "2026-10-25T22:59:00Z", "2026-10-25T23:00:00Z");
        await PlacedAgainAt("k1", "2026-10-24T18:29:00Z", "2026-10-24T18:30:00Z");
        await server.CaughtUp();
        const string days = "timeseries?metric=placed&bucket=day&from=2026-10-24T12:00:00Z&to=2026-10-26T12:00:00Z";

        (await server.Get($"{days}&kitchenId=k2"))["data"]!.ToJsonString().ShouldBe("""
            [{"day":"2026-10-24","value":1},{"day":"2026-10-25","value":2},{"day":"2026-10-26","value":1}]
            """);
        (await server.Get(days))["data"]!.ToJsonString().ShouldBe("""
            [{"day":"2026-10-24","value":2},{"day":"2026-10-25","value":3},{"day":"2026-10-26","value":1}]
            """);
    }

    [Fact]
    public async Task An_unreadable_event_stops_only_the_analytics_and_is_reported()
    {
        await server.CaughtUp();
        await server.Do("""
            INSERT INTO events (position, id, at, order_id, sequence, type, kitchen, brand_id, channel, data)
            SELECT max(position) + 1, gen_random_uuid(), now(), gen_random_uuid(), 1, 0, 'k1', 'dosa', 'app', '{}'
            FROM events
            """);
        var place = await server.Client.Place(SmallChain.Order());
        place.StatusCode.ShouldBe(HttpStatusCode.Created);

        await Eventually.Holds(
            () => server.Ask<int>("SELECT failures FROM subscribers WHERE name = 'analytics'"),
            failures => failures > 0);

        (await server.Ask<string>("SELECT failure FROM subscribers WHERE name = 'analytics'"))
            .ShouldMatch(@"position \d+ \(OrderPlaced\) cannot be read");
        (await server.Summary())["placed"]!.GetValue<int>().ShouldBe(0);
    }

    [Theory]
    [InlineData("timeseries?metric=profit", "metric", "placed, delivered, cancelled, revenue, tax, items, wasted")]
    [InlineData("timeseries?bucket=hour", "metric", "expected one of")]
    [InlineData("timeseries?metric=placed&bucket=week", "bucket", "hour, day")]
    [InlineData("timeseries?metric=placed&from=2026-01-01T00:00:00Z&to=2026-02-02T00:00:00Z", "from", "31 days")]
    [InlineData("summary?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from", "before 'to'")]
    [InlineData("summary?from=2024-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "from", "366 days")]
    [InlineData("summary?from=yesterday", "from", "RFC 3339")]
    [InlineData("summary?from=0001-01-01T00:00:00Z", "from", "between 2000 and 2100")]
    [InlineData("summary?to=9999-12-31T23:59:59Z", "to", "between 2000 and 2100")]
    [InlineData("summary?channel=a%00b", "channel", "expected ^[a-z0-9]")]
    [InlineData("summary?kitchenId=k1&kitchenId=k2", "kitchenId", "more than once")]
    [InlineData("summary?kitchen=k1", "kitchen", "unknown parameter; expected one of: from, to, kitchenId")]
    [InlineData("timeseries?metric=placed&top=1", "top", "unknown parameter")]
    [InlineData("items?limit=5", "limit", "unknown parameter")]
    [InlineData("items?top=0", "top", "1 to 200")]
    [InlineData("items?top=99999999999", "top", "1 to 200")]
    public async Task An_invalid_query_is_refused_with_the_allowed_values(string query, string parameter, string hint)
    {
        var answer = await server.Client.GetAsync($"/v1/analytics/{query}");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        problem["errors"]![$"/query/{parameter}"]![0]!["message"]!.GetValue<string>().ShouldContain(hint);
    }

    [Fact]
    public async Task An_unknown_kitchen_is_not_found()
    {
        (await server.Client.GetAsync("/v1/analytics/summary?kitchenId=atlantis")).StatusCode
            .ShouldBe(HttpStatusCode.NotFound);
    }

    /// <summary>Appends copies of an order's first event to the log, with other times and a kitchen.</summary>
    async Task PlacedAgainAt(string kitchen, params string[] times)
    {
        await using var session = await Figures.Open(server);
        foreach (var time in times)
        {
            await Sql.Run(session, """
                INSERT INTO events (position, id, at, order_id, sequence, type, kitchen, brand_id, channel, data)
                SELECT (SELECT max(position) + 1 FROM events), gen_random_uuid(), $1::timestamptz, order_id, sequence,
                    type, $2, brand_id, channel, data FROM events WHERE type = 0 LIMIT 1
                """, CancellationToken.None, Sql.P(DateTimeOffset.Parse(
                    time, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime), Sql.P(kitchen));
        }
    }

    static object Pickup() => new
    {
        kitchenId = "k2",
        brandId = "dosa",
        channel = "app",
        customer = new { name = "Asha" },
        fulfilment = new { type = "pickup" },
        lines = new[] { new { itemId = "plain", quantity = 1 } },
    };
}
