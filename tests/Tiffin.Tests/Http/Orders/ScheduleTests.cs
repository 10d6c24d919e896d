using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Engine.Verify;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Orders;

/// <summary>
/// Scheduled orders over HTTP, by the clock of a sandbox that begins at 06:30 in the kitchen's zone. An order takes 20
/// minutes to prepare, and at most 25 to deliver. Each test has its own kitchen and its own next day.
/// </summary>
public sealed class ScheduleTests(SmallSandbox shared) : IClassFixture<SmallSandbox>, IAsyncLifetime
{
    static readonly TimeZoneInfo kolkata = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata");

    readonly TestServer server = shared.Server;
    string kitchen = null!;
    DateTimeOffset tomorrow;

    public async Task InitializeAsync()
    {
        kitchen = await Own.Kitchen(
            server, times: new() { PrepMinutes = 20, DeliveryMinutes = new(10, 25) }, rice: 1_000);
        var local = TimeZoneInfo.ConvertTime(Sandbox.Now(server), kolkata);
        tomorrow = new DateTimeOffset(local.Date.AddDays(2), kolkata.BaseUtcOffset);
        await Sandbox.MoveTo(server, tomorrow.AddDays(-1).AddHours(6.5));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task An_order_for_tomorrow_takes_its_stock_when_the_day_starts_and_is_released_on_time()
    {
        var wanted = tomorrow.AddHours(12.5);
        var order = await Place(wanted);

        Schedule(order).ShouldBe((wanted, wanted.AddMinutes(-45), tomorrow, null));
        Time(order["promise"]!, "readyAt").ShouldBe(wanted.AddMinutes(-25));
        Time(order["promise"]!, "deliverTo").ShouldBe(wanted);
        order["businessDay"]!.ToString().ShouldBe($"{tomorrow:yyyy-MM-dd}");
        order["number"]!.GetValue<int>().ShouldBe(1);
        order["allowedStatuses"]!.AsArray().Select(status => status!.ToString()).ShouldBe(["cancelled"]);
        (await Rice()).ShouldBe(1_000);

        await Sandbox.MoveTo(server, tomorrow.AddMinutes(-5));
        (await Events(order)).ShouldBe(["order.placed", "order.accepted"]);
        await Sandbox.MoveTo(server, tomorrow.AddSeconds(5));
        (await Events(order)).ShouldBe(["order.placed", "order.accepted", "order.stock_taken"]);
        (await Rice()).ShouldBe(900);
        Schedule(await Read(order)).ShouldBe((wanted, wanted.AddMinutes(-45), null, null));
        (await Put(order, "status", new { status = "preparing" }, HttpStatusCode.Conflict))["code"]!.ToString()
            .ShouldBe("not_released");

        await Sandbox.MoveTo(server, wanted.AddMinutes(-45).AddSeconds(2));
        (await Events(order))[^1].ShouldBe("order.released");
        Within(Time((await Read(order))["schedule"]!, "releasedAt"), wanted.AddMinutes(-45));
        await Put(order, "status", new { status = "preparing" });
        await Verified();
    }

    [Fact]
    public async Task An_order_placed_days_before_is_in_the_kitchen_s_queue_from_its_release_on()
    {
        await server.Pipeline.Submit(SmallChain.Kitchen(kitchen, Acceptance.Automatic) with
        {
            Times = new() { PrepMinutes = 20, DeliveryMinutes = new(10, 25), ParallelLines = 2 },
        });
        var wanted = tomorrow.AddDays(1).AddHours(12.5);
        var orders = new[] { await Place(wanted), await Place(wanted) };

        await Sandbox.MoveTo(server, wanted.AddMinutes(-44));
        foreach (var order in orders) (await Events(order))[^1].ShouldBe("order.released");
        var next = await server.Post("/v1/orders", SmallChain.Order(kitchen));

        Within(Time(next["promise"]!, "readyAt"), Time(next, "placedAt").AddMinutes(40));
    }

    [Fact]
    public async Task The_ledger_has_the_sale_of_the_day_on_which_the_stock_was_taken()
    {
        var order = await Place(tomorrow.AddHours(12.5));
        await Sandbox.MoveTo(server, tomorrow.AddSeconds(5));

        var sold = (await server.Get($"/v1/kitchens/{kitchen}/stock/rice/movements"))["data"]!.AsArray()
            .Single(movement => movement!["kind"]!.ToString() == "sold")!;
        (sold["orderId"]!.ToString(), sold["delta"]!.GetValue<long>(), sold["balance"]!.GetValue<long>())
            .ShouldBe((order["id"]!.ToString(), -100, 900));
        Within(Time(sold, "at"), tomorrow);
        await server.HasRead("ledger");
        await Put(order, "status", new { status = "cancelled" });
        (await Rice()).ShouldBe(1_000);
        await Verified();
    }

    [Fact]
    public async Task Stock_goes_first_to_the_order_that_is_wanted_first()
    {
        var late = await Place(tomorrow.AddHours(14), quantity: 6);
        var early = await Place(tomorrow.AddHours(13), quantity: 6);
        await Sandbox.MoveTo(server, tomorrow.AddSeconds(5));

        (await Events(early))[^1].ShouldBe("order.stock_taken");
        (await Events(late))[^1].ShouldBe("order.short");
    }

    [Fact]
    public async Task A_short_order_is_reported_without_the_recipe_and_cancelled_when_it_would_be_released()
    {
        var wanted = tomorrow.AddHours(12.5);
        var order = await Place(wanted, quantity: 12);
        await Sandbox.MoveTo(server, tomorrow.AddSeconds(5));

        var schedule = (await Read(order))["schedule"]!;
        schedule["short"]!.GetValue<bool>().ShouldBeTrue();
        Time(schedule, "stockAt").ShouldBe(wanted.AddMinutes(-45));
        var data = (await Feed("order.short")).Single()["data"]!;
        data["lines"]!.ToJsonString().ShouldBe("""[{"pointer":"/lines/0","itemId":"masala","portions":10}]""");
        (await Put(order, "schedule", new { release = "now" }, HttpStatusCode.Conflict))["code"]!.ToString()
            .ShouldBe("not_enough_stock");

        await Sandbox.MoveTo(server, wanted.AddMinutes(-45).AddSeconds(2));
        var ended = (await Read(order))["timeline"]!.AsArray()[^1]!;
        (ended["status"]!.ToString(), ended["reason"]!.ToString(), ended["by"]!.ToString())
            .ShouldBe(("cancelled", "out_of_stock", "system"));
        (await Rice()).ShouldBe(1_000);
        await server.HasRead("ledger");
        await Verified();
    }

    [Fact]
    public async Task A_short_order_is_made_if_the_stock_comes_before_its_release()
    {
        var wanted = tomorrow.AddHours(12.5);
        var order = await Place(wanted, quantity: 12);
        await Sandbox.MoveTo(server, tomorrow.AddSeconds(5));
        await server.Pipeline.Submit(
            new RecordMovements(kitchen, [new MovementLine("rice", MovementKind.Received, 300, null)])
            {
                Caller = SmallChain.Admin, Key = new RequestKey(Guid.NewGuid()), Fingerprint = Guid.NewGuid(),
            });
        await Sandbox.MoveTo(server, wanted.AddMinutes(-45).AddSeconds(2));

        (await Events(order)).ShouldBe(
            ["order.placed", "order.accepted", "order.short", "order.stock_taken", "order.released"]);
        (await Rice()).ShouldBe(100);
        await Verified();
    }

    [Fact]
    public async Task Before_its_stock_is_taken_a_cancelled_order_returns_nothing()
    {
        var order = await Place(tomorrow.AddHours(12.5));
        await Put(order, "status", new { status = "cancelled", stock = "waste" });
        await Sandbox.MoveTo(server, tomorrow.AddHours(13));

        (await Rice()).ShouldBe(1_000);
        (await Events(order)).ShouldBe(["order.placed", "order.accepted", "order.cancelled"]);
        await server.HasRead("ledger");
        await Verified();
    }

    [Fact]
    public async Task An_order_of_today_takes_its_stock_at_once()
    {
        var order = await Place(tomorrow.AddDays(-1).AddHours(12.5));

        order["schedule"]!["stockAt"].ShouldBeNull();
        (await Rice()).ShouldBe(900);
        await Verified();
    }

    [Fact]
    public async Task The_numbers_of_a_day_continue_those_that_were_scheduled_for_it()
    {
        await Place(tomorrow.AddDays(1).AddHours(12));
        await Place(tomorrow.AddDays(1).AddHours(13));
        await server.Post("/v1/orders", SmallChain.Order(kitchen));
        await Sandbox.MoveTo(server, tomorrow.AddDays(1).AddHours(1));

        (await server.Post("/v1/orders", SmallChain.Order(kitchen)))["number"]!.GetValue<int>().ShouldBe(3);
        await Verified();
    }

    [Fact]
    public async Task A_request_that_is_repeated_has_one_effect()
    {
        var key = Guid.NewGuid().ToString();
        var wanted = tomorrow.AddHours(12.5);
        var placed = await server.Post("/v1/orders", Body(wanted), key: key);
        var moved = await Put(placed, "schedule", new { @for = wanted.AddMinutes(30) });
        var again = await Put(placed, "schedule", new { @for = wanted.AddMinutes(30) });
        var released = await Put(placed, "schedule", new { release = "now" });
        var releasedAgain = await Put(placed, "schedule", new { release = "now" });

        (await server.Post("/v1/orders", Body(wanted), key: key)).ToJsonString().ShouldBe(placed.ToJsonString());
        again.ToJsonString().ShouldBe(moved.ToJsonString());
        releasedAgain.ToJsonString().ShouldBe(released.ToJsonString());
        (await Events(placed)).ShouldBe(
            ["order.placed", "order.accepted", "order.rescheduled", "order.stock_taken", "order.released"]);
        var data = (await Feed("order.rescheduled")).Single()["data"]!;
        Time(data["before"]!, "for").ShouldBe(wanted);
        Time(data["schedule"]!, "for").ShouldBe(wanted.AddMinutes(30));
        Time(data["promise"]!, "deliverTo").ShouldBe(wanted.AddMinutes(30));
        (await Put(placed, "schedule", new { @for = wanted }, HttpStatusCode.Conflict))["code"]!.ToString()
            .ShouldBe("already_released");
        await Verified();
    }

    [Fact]
    public async Task Times_that_are_not_possible_are_refused_with_one_that_is()
    {
        var now = Sandbox.Now(server);
        await SetHours(new { weekly = Daily("11:00", "23:00") });

        var closed = await Refused(null, HttpStatusCode.Conflict, "closed");
        Time(closed, "opensAt").ShouldBe(tomorrow.AddDays(-1).AddHours(11));
        var soon = await Refused(now.AddMinutes(30), HttpStatusCode.UnprocessableEntity, "too_soon");
        soon["pointer"]!.ToString().ShouldBe("/fulfilment/at");
        Time(soon, "earliest").ShouldBeGreaterThanOrEqualTo(now.AddMinutes(45));
        var far = await Refused(now.AddDays(8), HttpStatusCode.UnprocessableEntity, "too_far_ahead");
        Time(far, "latest").ShouldBeInRange(now.AddDays(7).AddSeconds(-1), Sandbox.Now(server).AddDays(7));
        var then = await Refused(tomorrow.AddHours(9), HttpStatusCode.UnprocessableEntity, "closed_then");
        Time(then, "earliest").ShouldBe(tomorrow.AddHours(11).AddMinutes(45));
        await Verified();
    }

    [Fact]
    public async Task Hours_are_in_the_kitchen_and_stay_when_the_kitchen_is_replaced()
    {
        var hours = new
        {
            weekly = new[] { new { days = new[] { "fri", "sat" }, from = "18:00", to = "02:00" } },
            exceptions = new object[]
            {
                new { date = "2027-01-01", closed = true }, new { date = "2027-01-02", from = "10:00", to = "12:00" },
            },
        };
        var set = await SetHours(hours);
        await server.Put($"/v1/kitchens/{kitchen}", new
        {
            name = "k1", timeZone = "Asia/Kolkata", currency = "INR", brands = new[] { "dosa" },
        });

        set["hours"]!.ToJsonString().ShouldBe("""
            {"weekly":[{"days":["fri","sat"],"from":"18:00","to":"02:00"}],
            "exceptions":[{"date":"2027-01-01","closed":true},
            {"date":"2027-01-02","closed":false,"from":"10:00","to":"12:00"}]}
            """.Replace("\n", ""));
        await using var other = await TestServer.Start(server.ConnectionString);
        (await other.Get($"/v1/kitchens/{kitchen}"))["hours"]!.ToJsonString().ShouldBe(set["hours"]!.ToJsonString());
        await server.Put($"/v1/kitchens/{kitchen}", new
        {
            name = "k1", timeZone = "Asia/Kolkata", currency = "INR", brands = new[] { "dosa" },
            hours = new { weekly = Array.Empty<object>() },
        });
        (await server.Get($"/v1/kitchens/{kitchen}"))["hours"]!.ToJsonString()
            .ShouldBe("""{"weekly":[],"exceptions":[]}""");
    }

    [Fact]
    public async Task A_body_contains_either_a_time_or_an_immediate_release()
    {
        var order = await Place(tomorrow.AddHours(12.5));

        foreach (var body in new object[] { new { }, new { @for = tomorrow.AddHours(13), release = "now" } })
        {
            var refused = await Put(order, "schedule", body, HttpStatusCode.UnprocessableEntity);
            refused["errors"]!["/for"]![0]!["code"]!.ToString().ShouldBe("one_of");
        }
        await Put(order, "schedule", new { release = "later" }, HttpStatusCode.BadRequest);
        (await Events(order)).ShouldBe(["order.placed", "order.accepted"]);
    }

    [Fact]
    public async Task The_release_follows_the_times_of_the_kitchen()
    {
        var wanted = tomorrow.AddHours(12.5);
        var order = await Place(wanted);
        await server.Pipeline.Submit(SmallChain.Kitchen(kitchen, Acceptance.Automatic) with
        {
            Times = new() { PrepMinutes = 50, DeliveryMinutes = new(10, 25) },
        });
        await Sandbox.MoveTo(server, wanted.AddMinutes(-75).AddSeconds(2));

        (await Events(order)).ShouldBe(
            ["order.placed", "order.accepted", "order.rescheduled", "order.stock_taken", "order.released"]);
        var schedule = (await Read(order))["schedule"]!;
        Time(schedule, "for").ShouldBe(wanted);
        Within(Time(schedule, "releasedAt"), wanted.AddMinutes(-75));
        (await Feed("order.rescheduled")).Single()["data"]!["by"]!.ToString().ShouldBe("system");
        await Verified();
    }

    [Fact]
    public async Task The_customer_sees_the_time_that_they_asked_for()
    {
        var wanted = tomorrow.AddHours(12.5);
        var order = await Place(wanted);
        using var customer = server.Stranger();

        var tracked = JsonNode.Parse(await customer.GetStringAsync(order.TrackPath()))!;
        Time(tracked["expected"]!, "from").ShouldBe(wanted.AddMinutes(-15));
        Time(tracked["expected"]!, "to").ShouldBe(wanted);
    }

    Task<JsonNode> SetHours(object hours) => server.Put($"/v1/kitchens/{kitchen}/hours", hours);

    static object[] Daily(string from, string to) =>
        [new { days = new[] { "mon", "tue", "wed", "thu", "fri", "sat", "sun" }, from, to }];

    async Task<JsonNode> Refused(DateTimeOffset? at, HttpStatusCode status, string code)
    {
        var problem = await server.Post("/v1/orders", at is { } time ? Body(time) : SmallChain.Order(kitchen), status);
        problem["code"]!.ToString().ShouldBe(code);
        return problem;
    }

    Task<JsonNode> Place(DateTimeOffset wanted, int quantity = 1) => server.Post("/v1/orders", Body(wanted, quantity));

    object Body(DateTimeOffset wanted, int quantity = 1) => new
    {
        kitchenId = kitchen,
        brandId = "dosa",
        channel = "app",
        customer = new { name = "Asha", phone = "+919800000000" },
        fulfilment = new { type = "delivery", address = SmallChain.Home, at = wanted },
        lines = new[] { new { itemId = "masala", quantity } },
    };

    Task<JsonNode> Put(JsonNode order, string what, object body, HttpStatusCode status = HttpStatusCode.OK) =>
        server.Put($"/v1/orders/{order["id"]}/{what}", body, status);

    Task<JsonNode> Read(JsonNode order) => server.Get($"/v1/orders/{order["id"]}");

    async Task<long> Rice() => (long)(await server.Get($"/v1/kitchens/{kitchen}/stock/rice"))["onHand"]!;

    async Task<List<string>> Events(JsonNode order) =>
    [
        .. (await server.Get($"/v1/orders/{order["id"]}/events"))["data"]!.AsArray()
            .Select(e => e!["type"]!.ToString()),
    ];

    async Task<List<JsonNode>> Feed(string type) =>
    [
        .. (await server.Get($"/v1/events?after=0&limit=200&types={type}&kitchenId={kitchen}"))["data"]!.AsArray()
            .Select(e => e!),
    ];

    async Task Verified()
    {
        await foreach (var finding in Verification.Run(server.ConnectionString, Server.Invariants, default))
            finding.Violations.ShouldBe(0, $"{finding.Invariant.Name}: {finding.Example}");
    }

    static (DateTimeOffset For, DateTimeOffset ReleaseAt, DateTimeOffset? StockAt, DateTimeOffset? ReleasedAt) Schedule(
        JsonNode order)
    {
        var schedule = order["schedule"]!;
        DateTimeOffset? Maybe(string member) => schedule[member] is null ? null : Time(schedule, member);
        return (Time(schedule, "for"), Time(schedule, "releaseAt"), Maybe("stockAt"), Maybe("releasedAt"));
    }

    static DateTimeOffset Time(JsonNode node, string member) =>
        DateTimeOffset.Parse(node[member]!.ToString(), CultureInfo.InvariantCulture);

    static void Within(DateTimeOffset time, DateTimeOffset expected) =>
        (time - expected).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(30));
}
