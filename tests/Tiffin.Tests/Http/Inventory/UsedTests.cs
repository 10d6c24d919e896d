using System.Net;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Inventory;

public sealed class UsedTests(SmallChainServer shared) : IClassFixture<SmallChainServer>
{
    readonly TestServer server = shared.Server;

    [Fact]
    public async Task A_cook_reads_what_the_orders_of_some_days_needed_with_their_extras()
    {
        var kitchen = await Own.Kitchen(server);
        using var cook = await server.ClientOf(Role.Kitchen, [kitchen]);
        await Place(kitchen, 2, extras: 3);
        await Place(kitchen, 1, extras: 0);
        await server.Put($"/v1/orders/{await Place(kitchen, 50, extras: 1)}/status", new { status = "cancelled" });
        await Place("k1", 7, extras: 1);

        (await Used("?usedDays=7")).ShouldBe([("ghee", 60), ("potato", 150), ("rice", 300)]);
        (await Used("")).ShouldBe([("ghee", null), ("potato", null), ("rice", null)]);
        foreach (var days in new[] { 0, 15 })
            (await cook.GetAsync($"/v1/kitchens/{kitchen}/stock?usedDays={days}")).StatusCode
                .ShouldBe(HttpStatusCode.BadRequest);

        async Task<List<(string, long?)>> Used(string query)
        {
            var stock = JsonNode.Parse(await cook.GetStringAsync($"/v1/kitchens/{kitchen}/stock{query}"))!;
            return [.. stock["data"]!.AsArray().Select(level => ((string)level!["sku"]!, (long?)level["used"]))];
        }
    }

    [Fact]
    public async Task Orders_of_earlier_days_are_not_counted()
    {
        var kitchen = await Own.Kitchen(server);
        var order = await Place(kitchen, 1, extras: 0);
        var eightDaysAgo = OrderTable.FirstId(DateTimeOffset.UtcNow.AddDays(-8).ToUnixTimeMilliseconds());
        await Session.Run(server.ConnectionString, $"""
            INSERT INTO orders (id, placed_at, updated_at, total, kitchen, day, number, version, status, fulfilment,
                closed, brand_id, channel, need_ingredients, need_quantities, positions, timeline, content)
            SELECT '{eightDaysAgo}', placed_at, updated_at, total, kitchen, day, number + 1, version, status,
                fulfilment, closed, brand_id, channel, need_ingredients, need_quantities, positions, timeline, content
            FROM orders WHERE id = '{order}'
            """);

        (await Rice(7)).ShouldBe(100);
        (await Rice(9)).ShouldBe(200);

        async Task<long> Rice(int days) =>
            (long)(await server.Get($"/v1/kitchens/{kitchen}/stock?usedDays={days}"))["data"]!.AsArray()
                .Single(level => (string)level!["sku"]! == "rice")!["used"]!;
    }

    async Task<string> Place(string kitchen, int quantity, int extras) => (await server.Post("/v1/orders", new
    {
        kitchenId = kitchen,
        brandId = "dosa",
        channel = "app",
        customer = new { name = "Asha" },
        fulfilment = new { type = "pickup" },
        lines = new[]
        {
            new
            {
                itemId = "masala",
                quantity,
                modifiers = extras == 0 ? [] : new[] { new { itemId = "ghee-extra", quantity = extras } },
            },
        },
    }))["id"]!.ToString();
}
