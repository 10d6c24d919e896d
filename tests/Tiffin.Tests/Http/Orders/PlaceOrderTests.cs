using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Orders;

public sealed class PlaceOrderTests : IAsyncLifetime
{
    TestServer server = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.Start();
        await SmallChain.Open(server);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task An_order_is_placed_priced_and_found_again()
    {
        var placed = await server.Client.Place(SmallChain.Order(quantity: 2));

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
        var placed = await server.Client.Place(SmallChain.Order(quantity: 100));
        placed.StatusCode.ShouldBe(HttpStatusCode.Created, await placed.Content.ReadAsStringAsync());
        (await server.Client.Place(SmallChain.Order())).StatusCode.ShouldBe(HttpStatusCode.Conflict);

        var cancelled = await server.Client.PutAsJsonAsync(
            placed.Headers.Location + "/status", new { status = "cancelled", reason = "customer_called" });

        cancelled.StatusCode.ShouldBe(HttpStatusCode.OK, await cancelled.Content.ReadAsStringAsync());
        (await server.Client.Place(SmallChain.Order(quantity: 100))).StatusCode.ShouldBe(HttpStatusCode.Created);
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
        (await answer.Content.ReadAsStringAsync()).ShouldContain("expected no null among the");
    }
}
