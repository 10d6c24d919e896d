using System.Net;
using System.Text.Json.Nodes;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using Tiffin.Features.Inventory;
using Tiffin.Tests.Support;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Tests.Http.Inventory;

/// <summary>Each test has its own kitchen.</summary>
public sealed class PastKitchenTests(SmallChainServer shared) : IClassFixture<SmallChainServer>
{
    TestServer server = shared.Server;
    string kitchen = "k2";

    [Fact]
    public async Task At_each_version_of_an_order_the_kitchen_has_the_orders_and_the_stock_that_it_had_then()
    {
        kitchen = await Own.Kitchen(server, Acceptance.Manual, new() { PrepMinutes = 20 });
        var (first, second) = (await Place(), await Place(quantity: 2));
        await Move(first, "accepted");
        await Move(second, "cancelled");
        var third = await Place(quantity: 3);
        await Move(third, "accepted");
        await Move(first, "preparing");
        await Move(first, "ready");
        await server.HasRead("ledger");

        Told(await Then(first, 1)).ShouldBe(["placed 1"]);
        Told(await Then(first, 2)).ShouldBe(["accepted 2", "placed 1"]);
        Told(await Then(first, 3)).ShouldBe(["preparing 3", "accepted 2"]);
        Told(await Then(first)).ShouldBe(["ready 4", "accepted 2"]);
        Told(await Then(second)).ShouldBe(["accepted 2"]);
        (await Stock(first, 1)).ShouldBe([("potato", 9_950), ("rice", 9_900)]);
        (await Stock(first, 2)).ShouldBe([("potato", 9_850), ("rice", 9_700)]);
        (await Stock(second, 2)).ShouldBe([("potato", 9_950), ("rice", 9_900)]);
        (await Stock(first)).ShouldBe([("potato", 9_800), ("rice", 9_600)]);
        var then = await Then(first, 3);
        var asItWas = await server.Get($"/v1/orders/{first}?version=3");
        then["kitchenId"]!.ToString().ShouldBe(kitchen);
        then["at"]!.ToString().ShouldBe(asItWas["updatedAt"]!.ToString());
        then["orders"]![0]!["readyAt"]!.ToString().ShouldBe(asItWas["promise"]!["readyAt"]!.ToString());
        ((bool)then["truncated"]!).ShouldBeFalse();
    }

    [Fact]
    public async Task A_scheduled_order_comes_last_until_it_is_released()
    {
        kitchen = await Own.Kitchen(server, times: new() { PrepMinutes = 20 });
        var scheduled = (await server.Post("/v1/orders", new
        {
            kitchenId = kitchen,
            brandId = "dosa",
            channel = "app",
            customer = new { name = "Asha" },
            fulfilment = new { type = "pickup", at = DateTimeOffset.UtcNow.AddHours(2) },
            lines = new[] { new { itemId = "masala", quantity = 1 } },
        }))["id"]!.ToString();
        var order = await Place();
        await server.Put($"/v1/orders/{scheduled}/schedule", new { release = "now" });

        var before = (await Then(order))["orders"]!.AsArray();
        var after = (await Then(scheduled))["orders"]!.AsArray();

        before.Select(one => one!["id"]!.ToString()).ShouldBe([order, scheduled]);
        before[1]!["releaseAt"].ShouldNotBeNull();
        after.Single(one => one!["id"]!.ToString() == scheduled)!["releaseAt"].ShouldBeNull();
    }

    [Fact]
    public async Task Stock_is_omitted_while_the_ledger_is_behind()
    {
        await using var own = server = await Own.Chain();
        var order = await Place();
        await server.HasRead("ledger");
        await Session.Run(server.ConnectionString, "UPDATE subscribers SET position = 0 WHERE name = 'ledger'");

        (await Then(order))["stock"].ShouldBeNull();
    }

    [Fact]
    public async Task An_order_that_needs_no_ingredients_has_no_levels()
    {
        await using var own = server = await Own.Chain();
        var order = await Place();
        await server.HasRead("ledger");
        await Session.Run(server.ConnectionString, "UPDATE orders SET need_ingredients = '{}', need_quantities = '{}'");

        (await Then(order))["stock"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_too_many_orders_the_oldest_are_shown_and_the_answer_says_so()
    {
        await using var own = server = await Own.Chain();
        var order = await Place();
        await Copy("00000001", PastKitchenQueries.OrdersMax, OrderStatus.Placed);

        var then = await Then(order, 1);

        var ids = then["orders"]!.AsArray().Select(one => $"{one!["id"]}").ToList();
        ids.Count.ShouldBe(PastKitchenQueries.OrdersMax);
        ids.ShouldNotContain(order);
        ((bool)then["truncated"]!).ShouldBeTrue();
    }

    [Fact]
    public async Task The_orders_are_read_by_the_index_of_their_kitchen()
    {
        await using var own = server = await Own.Chain();
        await Place();
        await Copy("00000002", 20_000, OrderStatus.Delivered);
        await Session.Run(server.ConnectionString, "ANALYZE orders");

        await using var connection = await server.Database.OpenRequest(default);
        var plan = string.Join('\n', await Rows(connection, $"EXPLAIN {PastKitchenQueries.OrdersSql}",
            row => row.GetString(0), default, P(2), P(9L), P(Guid.AllBitsSet), P(201)));

        plan.ShouldContain("Index Scan");
        plan.ShouldNotContain("Seq Scan on orders");
    }

    [Fact]
    public async Task Only_managers_of_the_kitchen_and_administrators_read_it()
    {
        kitchen = await Own.Kitchen(server);
        var path = $"/v1/orders/{await Place()}/kitchen";
        using var manager = await server.ClientOf(Role.Manager, [kitchen]);
        using var other = await server.ClientOf(Role.Manager, ["k1"]);
        using var cook = await server.ClientOf(Role.Kitchen, [kitchen]);
        using var channel = await server.ClientOf(Role.Channel, channel: "app");

        (await manager.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await other.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await cook.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await channel.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await server.Get($"/v1/orders/{Guid.NewGuid()}/kitchen", HttpStatusCode.NotFound);
        await server.Get($"{path}?version=0", HttpStatusCode.BadRequest);
        await server.Get($"{path}?version=3", HttpStatusCode.BadRequest);
    }

    async Task<string> Place(int quantity = 1) =>
        (await server.Post("/v1/orders", SmallChain.Order(kitchen, quantity: quantity)))["id"]!.ToString();

    Task<JsonNode> Move(string order, string status) => server.Put($"/v1/orders/{order}/status", new { status });

    Task<JsonNode> Then(string order, int? version = null) =>
        server.Get($"/v1/orders/{order}/kitchen{(version is null ? "" : $"?version={version}")}");

    static List<string> Told(JsonNode then) =>
        [.. then["orders"]!.AsArray().Select(order => $"{order!["status"]} {order["version"]}")];

    async Task<List<(string, long)>> Stock(string order, int? version = null) =>
    [
        .. (await Then(order, version))["stock"]!.AsArray()
            .Select(level => ((string)level!["sku"]!, (long)level["onHand"]!)),
    ];

    // Copies of the first order, with ids before its own.
    Task Copy(string first, int count, OrderStatus status) => Session.Run(server.ConnectionString, $"""
        INSERT INTO orders (id, placed_at, updated_at, total, kitchen, day, number, version, status, fulfilment,
            closed, brand_id, channel, need_ingredients, need_quantities, positions, timeline, content)
        SELECT ('{first}-ffff-7fff-8fff-' || lpad(n::text, 12, '0'))::uuid, placed_at, updated_at, total, kitchen,
            day, number + n, version, {status:d}, fulfilment, {status:d} >= {OrderStatus.Delivered:d}, brand_id,
            channel, need_ingredients, need_quantities, positions, timeline, content
        FROM (SELECT * FROM orders ORDER BY id LIMIT 1) one CROSS JOIN generate_series(1, {count}) n
        """);
}
