using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Orders;

public sealed class PlaceOrderTests(SmallChainServer shared) : IClassFixture<SmallChainServer>
{
    readonly TestServer server = shared.Server;

    [Fact]
    public async Task An_order_is_placed_priced_and_found_again()
    {
        var placed = await server.Client.Place(SmallChain.Order(await Own.Kitchen(server), quantity: 2));

        placed.StatusCode.ShouldBe(HttpStatusCode.Created, await placed.Content.ReadAsStringAsync());
        var order = JsonNode.Parse(await placed.Content.ReadAsStringAsync())!;
        order["status"]!.GetValue<string>().ShouldBe("accepted");
        order["version"]!.GetValue<int>().ShouldBe(2);
        order["number"]!.GetValue<int>().ShouldBe(1);
        order["totals"]!["total"]!["amount"]!.GetValue<long>().ShouldBe(25200);
        var found = await server.Client.GetAsync(placed.Headers.Location);
        (await found.Content.ReadAsStringAsync()).ShouldBe(await placed.Content.ReadAsStringAsync());
        found.Headers.ETag!.Tag.ShouldBe("\"2\"");
    }

    [Fact]
    public async Task The_same_key_answers_the_same_bytes_even_after_the_order_moved()
    {
        var first = await server.Client.Place(SmallChain.Order(), "key-1");
        var moved = await server.Client.PutAsJsonAsync(
            first.Headers.Location + "/status", new { status = "preparing" });
        moved.StatusCode.ShouldBe(HttpStatusCode.OK, await moved.Content.ReadAsStringAsync());

        var again = await server.Client.Place(SmallChain.Order(), "key-1");

        again.StatusCode.ShouldBe(HttpStatusCode.Created);
        again.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);
        (await again.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_cancelled_order_gives_its_stock_back()
    {
        var kitchen = await Own.Kitchen(server);
        var placed = await server.Client.Place(SmallChain.Order(kitchen, quantity: 100));
        placed.StatusCode.ShouldBe(HttpStatusCode.Created, await placed.Content.ReadAsStringAsync());
        (await server.Client.Place(SmallChain.Order(kitchen))).StatusCode.ShouldBe(HttpStatusCode.Conflict);

        var cancelled = await server.Client.PutAsJsonAsync(
            placed.Headers.Location + "/status", new { status = "cancelled", reason = "customer_called" });

        cancelled.StatusCode.ShouldBe(HttpStatusCode.OK, await cancelled.Content.ReadAsStringAsync());
        (await server.Client.Place(SmallChain.Order(kitchen, quantity: 100))).StatusCode
            .ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_reference_finds_its_order_and_is_refused_for_another_one()
    {
        using var channel = await server.ClientOf(Role.Channel, channel: "app");
        var order = JsonSerializer.SerializeToNode(SmallChain.Order())!;
        order["externalReference"] = "Z-1";
        using var first = await channel.Place(order);
        using var same = await channel.Place(order);
        var id = (string)JsonNode.Parse(await first.Content.ReadAsStringAsync())!["id"]!;

        same.StatusCode.ShouldBe(HttpStatusCode.OK);
        ((string?)JsonNode.Parse(await same.Content.ReadAsStringAsync())!["id"]).ShouldBe(id);
        order["fulfilment"]!["address"]!["line1"] = "13 MG Road";
        await IsInUse(order, id);
        (order["fulfilment"]!["address"], order["kitchenId"]) = (SmallChain.Home, "k2");
        await IsInUse(order, id);

        // Cancelled here, and placed in another kitchen with the same reference.
        await channel.PutAsJsonAsync(first.Headers.Location + "/status", new { status = "cancelled" });
        using var moved = await channel.Place(order);
        moved.StatusCode.ShouldBe(HttpStatusCode.Created, await moved.Content.ReadAsStringAsync());
        order["kitchenId"] = "k1";
        using var old = await channel.Place(order);
        ((string?)JsonNode.Parse(await old.Content.ReadAsStringAsync())!["id"]).ShouldBe(id);

        async Task IsInUse(JsonNode body, string by)
        {
            using var refused = await channel.Place(body);
            refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
            var problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync())!;
            ((string?)problem["code"], (string?)problem["orderId"]).ShouldBe(("reference_in_use", by));
        }
    }

    [Fact]
    public async Task An_order_whose_personal_data_is_erased_is_still_found_by_its_reference()
    {
        var order = JsonSerializer.SerializeToNode(SmallChain.Order())!;
        (order["externalReference"], order["customer"]!["id"]) = ("Z-2", "c-9");
        (await server.Client.Place(order)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await Session.Ask<long>(server.ConnectionString, """
            SELECT count(*) FROM contacts JOIN orders ON id = order_id
            WHERE customer_id = 'c-9' AND fingerprint IS NOT NULL
            """)).ShouldBe(1);

        await server.Client.DeleteAsync("/v1/customers/c-9/personal-data");

        (await server.Client.Place(order)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("""[null]""", "{}")]
    [InlineData("""[{"itemId":"masala","quantity":1,"modifiers":[null]}]""", "{}")]
    [InlineData("""[{"itemId":"masala","quantity":1}]""", """{"a":null}""")]
    public async Task A_null_in_a_list_is_refused_as_malformed(string lines, string metadata)
    {
        var order = JsonSerializer.SerializeToNode(SmallChain.Order())!;
        (order["lines"], order["metadata"]) = (JsonNode.Parse(lines), JsonNode.Parse(metadata));

        var answer = await server.Client.Place(order);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("expected no null in");
    }
}
