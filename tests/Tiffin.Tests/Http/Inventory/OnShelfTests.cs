using System.Text.Json.Nodes;
using Npgsql;
using Tiffin.Domain.Catalogue;
using Tiffin.Features.Inventory;
using Tiffin.Tests.Support;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Tests.Http.Inventory;

/// <summary>Each test has its own kitchen.</summary>
public sealed class OnShelfTests(SmallChainServer shared) : IClassFixture<SmallChainServer>, IAsyncLifetime
{
    TestServer server = shared.Server;
    string kitchen = null!;

    public async Task InitializeAsync() => kitchen = await Own.Kitchen(server, Acceptance.Manual);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_ingredients_of_an_order_are_on_the_shelf_until_it_is_prepared()
    {
        var placed = await Place(kitchen, 3);
        var accepted = await Place(kitchen, 2);
        await Move(accepted, "accepted");
        await Move(await Place(kitchen, 1), "preparing");
        await Place("k1", 7);

        await Expect("rice", 9_400, 9_900);
        (await server.Get($"/v1/kitchens/{kitchen}/stock"))["data"]!.AsArray().Select(Quantities)
            .ShouldBe([("ghee", 10_000, 10_000), ("potato", 9_700, 9_950), ("rice", 9_400, 9_900)]);

        await Move(accepted, "preparing");
        await Expect("rice", 9_400, 9_700);
        await Move(placed, "cancelled");
        await Expect("rice", 9_700, 9_700);
    }

    [Fact]
    public async Task A_scheduled_order_has_nothing_on_the_shelf_before_its_stock_is_taken()
    {
        var order = await server.Post("/v1/orders", new
        {
            kitchenId = kitchen,
            brandId = "dosa",
            channel = "app",
            customer = new { name = "Asha" },
            fulfilment = new { type = "pickup", at = DateTimeOffset.UtcNow.AddDays(2) },
            lines = new[] { new { itemId = "masala", quantity = 3 } },
        });

        order["schedule"]!["stockAt"].ShouldNotBeNull();
        await Expect("rice", 10_000, 10_000);
    }

    [Fact]
    public async Task A_threshold_compares_with_what_is_on_hand_and_its_answer_has_no_shelf()
    {
        await Place(kitchen, 3);

        var answer = await server.Put($"/v1/kitchens/{kitchen}/stock/rice", new { threshold = 9_800 });

        answer.AsObject().ContainsKey("onShelf").ShouldBeFalse();
        (await server.Get($"/v1/kitchens/{kitchen}/stock?below=threshold"))["data"]!.AsArray().Select(Quantities)
            .ShouldBe([("rice", 9_700, 10_000)]);
    }

    [Fact]
    public async Task The_shelf_is_read_from_the_open_orders_of_the_kitchen_however_many_there_were()
    {
        await using var own = server = await Own.Chain();
        kitchen = "k2";
        for (var i = 0; i < 3; i++) await Place(kitchen, 1);
        await Session.Run(server.ConnectionString, """
            INSERT INTO orders (id, placed_at, updated_at, total, kitchen, day, number, version, status, fulfilment,
                closed, brand_id, channel, need_ingredients, need_quantities, positions, timeline, content)
            SELECT gen_random_uuid(), placed_at, updated_at, total, kitchen, day, number + 10 * n, version, 6,
                fulfilment, true, brand_id, channel, need_ingredients, need_quantities, positions, timeline, content
            FROM orders CROSS JOIN generate_series(1, 3000) n
            """);
        await Session.Run(server.ConnectionString, "ANALYZE orders, kitchens, stock_rows, ingredients");

        foreach (var plan in new[]
        {
            await Explain(InventoryQueries.OneSql, P(kitchen), P("rice")),
            await Explain(InventoryQueries.ListSql(belowThreshold: false), P(kitchen), P(""), P(50)),
            await Explain(InventoryQueries.ListSql(belowThreshold: true), P(kitchen), P(""), P(50)),
        })
        {
            plan.ShouldContain("orders_open");
            plan.ShouldNotContain("orders_of_kitchen");
            plan.ShouldNotContain("Seq Scan on orders");
        }
        await Expect("rice", 9_700, 10_000);
    }

    async Task<string> Explain(string sql, params NpgsqlParameter[] parameters)
    {
        await using var connection = await server.Database.OpenRequest(default);
        return string.Join('\n', await Rows(
            connection, $"EXPLAIN {sql}", row => row.GetString(0), default, parameters));
    }

    async Task<string> Place(string kitchen, int quantity) =>
        (await server.Post("/v1/orders", SmallChain.Order(kitchen, quantity: quantity)))["id"]!.ToString();

    Task<JsonNode> Move(string order, string status) => server.Put($"/v1/orders/{order}/status", new { status });

    async Task Expect(string sku, long onHand, long onShelf) =>
        Quantities(await server.Get($"/v1/kitchens/{kitchen}/stock/{sku}")).ShouldBe((sku, onHand, onShelf));

    static (string, long, long) Quantities(JsonNode? level) =>
        ((string)level!["sku"]!, (long)level["onHand"]!, (long)level["onShelf"]!);
}
