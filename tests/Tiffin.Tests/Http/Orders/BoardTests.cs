using System.Net;
using System.Text.Json.Nodes;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using Tiffin.Features.Orders;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Orders;

/// <summary>Each test has its own kitchen.</summary>
public sealed class BoardTests(SmallSandbox shared) : IClassFixture<SmallSandbox>, IAsyncLifetime
{
    TestServer server = shared.Server;
    string site = null!;

    public Task InitializeAsync() => OpenKitchen();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_board_has_the_open_orders_of_the_kitchen_with_notes_the_first_promised_in_front()
    {
        var (late, soon) = (await Place(site, "crisp"), await Place(site));
        await server.Put($"/v1/orders/{soon}/promise", new { prepMinutes = 5 });
        var ended = await Place(site);
        await server.Put($"/v1/orders/{ended}/status", new { status = "cancelled" });
        await Place("k1");

        var board = await server.Get($"/v1/kitchens/{site}/board");

        Ids(board["orders"]!).ShouldBe([soon, late]);
        board["orders"]![1]!["lines"]![0]!["note"]!.ToString().ShouldBe("crisp");
        board["items"]!.ToJsonString().ShouldBe(
            """[{"itemId":"masala","recipe":[{"sku":"rice","quantity":100},{"sku":"potato","quantity":50}]}]""");
        ((bool)board["truncated"]!).ShouldBeFalse();
    }

    [Fact]
    public async Task An_order_without_a_promise_is_sorted_by_the_time_it_was_placed()
    {
        site = await Own.Kitchen(server, Acceptance.Automatic, new());
        var promised = await Place(site);
        await server.Put($"/v1/orders/{promised}/promise", new { prepMinutes = 5 });
        await Sandbox.Advance(server, 6);
        var later = await Place(site);

        var board = await server.Get($"/v1/kitchens/{site}/board");

        Ids(board["orders"]!).ShouldBe([promised, later]);
    }

    [Fact]
    public async Task The_events_after_the_board_are_those_that_it_does_not_show()
    {
        var before = await Place(site);
        var board = await server.Get($"/v1/kitchens/{site}/board");
        var after = await Place(site);

        var events = (await server.Get($"/v1/events?after={board["asOf"]}&kitchenId={site}"))["data"]!.AsArray();

        Ids(board["orders"]!).ShouldBe([before]);
        events.Select(e => e!["data"]!["orderId"]!.ToString()).Distinct().ShouldBe([after]);
    }

    [Fact]
    public async Task A_kitchen_sees_only_its_own_board_with_the_customers_of_open_orders()
    {
        await Place(site);
        using var cook = await server.ClientOf(Role.Kitchen, [site]);
        using var other = await server.ClientOf(Role.Kitchen, ["k1"]);

        var board = JsonNode.Parse(await cook.GetStringAsync($"/v1/kitchens/{site}/board"))!;

        board["orders"]![0]!["customer"]!["name"]!.ToString().ShouldBe("Asha");
        (await other.GetAsync($"/v1/kitchens/{site}/board")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await server.Client.GetAsync("/v1/kitchens/k9/board")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_board_of_too_many_orders_shows_the_oldest_and_says_so()
    {
        await using var own = server = await Own.Chain();
        await OpenKitchen();
        var first = await Place(site);
        await Copy("ffffffff", BoardQueries.OrdersMax);

        var board = await server.Get($"/v1/kitchens/{site}/board");

        board["orders"]!.AsArray().Count.ShouldBe(BoardQueries.OrdersMax);
        Ids(board["orders"]!).ShouldContain(first);
        Ids(board["orders"]!).ShouldNotContain($"ffffffff-ffff-7fff-8fff-{BoardQueries.OrdersMax:d12}");
        ((bool)board["truncated"]!).ShouldBeTrue();
    }

    [Fact]
    public async Task Scheduled_orders_and_orders_out_for_delivery_do_not_displace_orders_to_be_cooked()
    {
        await using var own = server = await Own.Chain();
        await OpenKitchen();
        await Place(site);
        await Copy("00000001", BoardQueries.OrdersMax, OrderStatus.OutForDelivery);
        await Copy("00000002", BoardQueries.OrdersMax, OrderStatus.Accepted, Scheduled);
        var newest = await Place(site);

        var board = await server.Get($"/v1/kitchens/{site}/board");

        Ids(board["orders"]!).ShouldContain(newest);
        board["orders"]!.AsArray().Count.ShouldBe(BoardQueries.OrdersMax + 2);
        board["scheduled"]!.AsArray().Count.ShouldBe(BoardQueries.OrdersMax);
        ((bool)board["truncated"]!).ShouldBeFalse();
    }

    [Fact]
    public async Task A_board_of_too_many_scheduled_orders_shows_the_first_to_be_released_and_says_so()
    {
        await using var own = server = await Own.Chain();
        await OpenKitchen();
        await Place(site);
        await Copy("00000001", BoardQueries.OrdersMax + 1, OrderStatus.Accepted, Scheduled);

        var board = await server.Get($"/v1/kitchens/{site}/board");

        Ids(board["scheduled"]!).Count.ShouldBe(BoardQueries.OrdersMax);
        Ids(board["scheduled"]!)[0].ShouldBe($"00000001-ffff-7fff-8fff-{BoardQueries.OrdersMax + 1:d12}");
        Ids(board["scheduled"]!).ShouldNotContain($"00000001-ffff-7fff-8fff-{1:d12}");
        ((bool)board["truncated"]!).ShouldBeTrue();
    }

    [Fact]
    public async Task The_board_is_read_by_the_index_of_open_orders()
    {
        await using var own = server = await Own.Chain();
        await OpenKitchen();
        await Place(site);
        await Copy("00000001", BoardQueries.OrdersMax, OrderStatus.Preparing);
        await Copy("00000002", 20_000, OrderStatus.Delivered);
        await Session.Run(server.ConnectionString, "ANALYZE orders, contacts, kitchens");

        var plan = await Explain(BoardQueries.BoardSql, site);

        plan.ShouldContain("orders_open");
        plan.ShouldNotContain("Seq Scan on orders");
    }

    [Fact]
    public async Task The_board_has_the_words_of_the_chain_that_make_a_note_a_warning()
    {
        await using var node = await TestServer.Start(configure: app =>
        {
            app.Configuration["Board:AllergyWords:0"] = "kosher";
            app.Configuration["Board:AllergyWords:1"] = "fodmap*";
        });
        await SmallChain.Open(node);

        var board = await node.Get("/v1/kitchens/k1/board");

        board["allergyWords"]!.ToJsonString().ShouldBe("""["kosher","fodmap*"]""");
    }

    // Fails if each tablet knows only the orders that it saw, or if orders that were not cooked count.
    [Fact]
    public async Task The_board_has_the_median_time_in_preparation_of_the_last_hour()
    {
        async Task<int?> Median() => (int?)(await server.Get($"/v1/kitchens/{site}/board"))["prepareSeconds"];
        (await Median()).ShouldBeNull();

        var orders = new List<string>();
        for (var i = 0; i < 6; i++) orders.Add(await Place(site));
        foreach (var order in orders) await Move(order, "preparing");
        await Move(orders[5], "ready");
        foreach (var (order, minutes) in orders[..5].Zip([4, 2, 6, 10, 3]))
        {
            await Sandbox.Advance(server, minutes);
            await Move(order, "ready");
        }

        // After 4, 6, 12, 22 and 25 minutes.
        (await Median()).ShouldNotBeNull().ShouldBeInRange(12 * 60, 12 * 60 + 30);
        await Sandbox.Advance(server, 40);
        (await Median()).ShouldBeNull();
    }

    [Theory]
    [InlineData("kosher", true)]
    [InlineData("मूंगफली", true)]
    [InlineData("fodmap*", true)]
    [InlineData("no onion", false)]
    [InlineData("*", false)]
    [InlineData("f*p", false)]
    public void A_word_of_the_chain_is_one_that_the_board_can_find(string word, bool isValid) =>
        new BoardOptions { AllergyWords = [word] }.IsValid().ShouldBe(isValid);

    [Fact]
    public async Task Operations_count_what_is_open_late_without_a_courier_low_and_off()
    {
        var (waiting, ready) = (await Place(site), await Place(site));
        await server.Put($"/v1/orders/{ready}/status", new { status = "preparing" });
        await server.Put($"/v1/orders/{ready}/status", new { status = "ready" });
        await server.Put($"/v1/orders/{await Place(site)}/status", new { status = "cancelled" });
        var cooking = await Place(site);
        await server.Put($"/v1/orders/{cooking}/status", new { status = "preparing" });
        await server.Put($"/v1/orders/{cooking}/promise", new { prepMinutes = 5 });
        await server.Put($"/v1/kitchens/{site}/stock/rice", new { threshold = 1_000_000 });
        await server.Put($"/v1/kitchens/{site}/items/plain/availability", new { available = false });
        await Sandbox.Advance(server, 6);

        var summary = await server.Get($"/v1/operations/summary?kitchenId={site}");

        var kitchen = summary["data"]!.AsArray().ShouldHaveSingleItem()!;
        kitchen["open"]!.ToJsonString()
            .ShouldBe("""{"placed":1,"accepted":0,"preparing":1,"ready":1,"outForDelivery":0}""");
        ((int)kitchen["late"]!, (int)kitchen["withoutCourier"]!, (int)kitchen["stockLow"]!, (int)kitchen["stockOut"]!,
            (int)kitchen["itemsOff"]!).ShouldBe((1, 1, 1, 0, 1));
        kitchen["oldestPlacedAt"]!.ToString()
            .ShouldBe((await server.Get($"/v1/orders/{waiting}"))["placedAt"]!.ToString());
        ((string)summary["asOf"]!)
            .ShouldBe((string)(await server.Get("/v1/events?after=latest"))["nextCursor"]!);
    }

    [Fact]
    public async Task A_pause_says_since_when_and_its_event_too()
    {
        await server.Put($"/v1/kitchens/{site}/mode", new { mode = "paused" });

        var board = (await server.Get($"/v1/kitchens/{site}/board"))["mode"]!;
        var summary = (await server.Get($"/v1/operations/summary?kitchenId={site}"))["data"]![0]!["mode"]!;
        var events = await server.Get($"/v1/events?after=0&types=kitchen.mode_changed&kitchenId={site}");
        var changed = events["data"]![0]!;
        board["since"]!.ToString().ShouldBe(changed["data"]!["since"]!.ToString());
        summary.ToJsonString().ShouldBe(board.ToJsonString());
        ((DateTimeOffset)changed["time"]! - (DateTimeOffset)board["since"]!)
            .ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromSeconds(1));

        await server.Put($"/v1/kitchens/{site}/mode", new { mode = "online" });
        (await server.Get($"/v1/kitchens/{site}/board"))["mode"]!["since"].ShouldBeNull();
    }

    [Fact]
    public async Task A_manager_sees_the_operations_of_their_kitchens()
    {
        using var manager = await server.ClientOf(Role.Manager, ["k1"]);

        var summary = JsonNode.Parse(await manager.GetStringAsync("/v1/operations/summary"))!;

        summary["data"]!.AsArray().Select(kitchen => kitchen!["kitchenId"]!.ToString()).ShouldBe(["k1"]);
    }

    async Task OpenKitchen() => site = await Own.Kitchen(
        server, Acceptance.Manual, new() { PrepMinutes = 20, DeliveryMinutes = new(10, 25) });

    Task<JsonNode> Move(string order, string status) => server.Put($"/v1/orders/{order}/status", new { status });

    async Task<string> Place(string kitchen, string? note = null) => (await server.Post("/v1/orders", new
    {
        kitchenId = kitchen,
        brandId = "dosa",
        channel = "app",
        customer = new { name = "Asha", phone = "+919800000000" },
        fulfilment = new { type = "delivery", address = SmallChain.Home },
        lines = new[] { note is null ? (object)new { itemId = "masala", quantity = 1 }
            : new { itemId = "masala", quantity = 1, note } },
    }))["id"]!.ToString();

    // Each copy is released a second before the one before it.
    const string Scheduled = """
        convert_to(jsonb_build_object('schedule', jsonb_build_object(
            'for', timestamptz '2090-01-01', 'releaseAt', timestamptz '2089-12-31' - n * interval '1 second'))::text,
            'UTF8')
        """;

    // Copies of the first order, numbered from 1.
    Task Copy(string first, int count, OrderStatus status = OrderStatus.Placed, string details = "NULL") =>
        Session.Run(server.ConnectionString, $"""
            INSERT INTO orders (id, placed_at, updated_at, total, kitchen, day, number, version, status, fulfilment,
                closed, brand_id, channel, need_ingredients, need_quantities, positions, timeline, content, details)
            SELECT ('{first}-ffff-7fff-8fff-' || lpad(n::text, 12, '0'))::uuid, placed_at, updated_at, total, kitchen,
                day, number + n, 1, {status:d}, fulfilment, {status:d} >= {OrderStatus.Delivered:d}, brand_id, channel,
                need_ingredients, need_quantities, positions, timeline, content,
                {details}
            FROM (SELECT * FROM orders ORDER BY id LIMIT 1) one CROSS JOIN generate_series(1, {count}) n
            """);

    async Task<string> Explain(string sql, string kitchen)
    {
        await using var connection = await server.Database.OpenRequest(default);
        await using var command = new NpgsqlCommand($"EXPLAIN {sql}", connection);
        command.Parameters.Add(new() { Value = kitchen });
        command.Parameters.Add(new() { Value = BoardQueries.OrdersMax + 1 });
        var lines = new List<string>();
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) lines.Add(row.GetString(0));
        return string.Join('\n', lines);
    }

    static List<string> Ids(JsonNode orders) => [.. orders.AsArray().Select(order => order!["id"]!.ToString())];
}
