using System.Text.Json.Nodes;
using Tiffin.Domain.Catalogue;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Tracking;

/// <summary>
/// The time at the door for a kitchen without a configured delivery time, estimated from recent orders: five orders
/// that were promised for 12:20 were delivered from 12:30 to 12:50.
/// </summary>
public sealed partial class TrackPageTests
{
    [Fact]
    public async Task The_time_at_the_door_is_as_long_after_the_promise_as_recent_orders_took()
    {
        await DeliverFive(new() { PrepMinutes = 20 });

        (await Seen(await Place())).ShouldContain("| Arrives 13:32 – 13:48 | [Ordered 13:00]");
    }

    [Fact]
    public async Task A_promise_that_moves_later_moves_the_time_at_the_door()
    {
        await DeliverFive(new() { PrepMinutes = 20 });
        var order = await Place();
        await server.Put($"/v1/orders/{order["id"]}/promise", new { prepMinutes = 35, reason = "busy" });

        (await Seen(order)).ShouldContain(
            "| Arrives 13:47 – 14:03 | The kitchen is busy: your order will be later than first planned. |");
    }

    [Fact]
    public async Task The_delay_of_a_busy_kitchen_reaches_the_customer()
    {
        await DeliverFive(new() { PrepMinutes = 20 });
        await server.Put("/v1/kitchens/k1/mode",
            new { mode = "busy", delayMinutes = 20, until = Sandbox.Now(server).AddHours(1) });

        (await Seen(await Place())).ShouldContain("| Arrives 13:52 – 14:08 | [Ordered 13:00]");
    }

    [Theory]
    [InlineData(20, "| Arrives 13:32 – 13:48 |")]
    [InlineData(null, "| Arrives 13:32 – 13:48 |")]
    public async Task Later_deliveries_do_not_move_the_time_at_the_door(int? prepMinutes, string arrives)
    {
        await DeliverFive(new() { PrepMinutes = prepMinutes });
        var (order, others) = (await Place(), await Orders(5));
        (await Seen(order)).ShouldContain(arrives);

        foreach (var other in others) await Deliver(other);
        await Sandbox.Advance(server, 1);

        (await Seen(order)).ShouldContain(arrives);
        await Sandbox.Advance(server, 4);
        (await Seen(await Place())).ShouldNotContain(arrives);
    }

    // Fails if an order without a promise is compared only with others without one: all delivered orders were accepted.
    [Fact]
    public async Task The_time_at_the_door_of_an_order_not_yet_accepted_comes_from_accepted_orders()
    {
        await server.Pipeline.Submit(SmallChain.Kitchen("k1", Acceptance.Manual));
        var orders = await Orders(5);
        foreach (var order in orders)
            await server.Put($"/v1/orders/{order["id"]}/status", new { status = "accepted", prepMinutes = 20 });
        await DeliverEach(orders);

        (await Seen(await Place())).ShouldContain("| Arrives 13:32 – 13:48 |");
    }

    [Fact]
    public async Task Pickups_are_not_used_to_estimate_a_delivery()
    {
        await DeliverFive(new() { PrepMinutes = 20 },
            body => body["fulfilment"] = new JsonObject { ["type"] = "pickup" });

        (await Seen(await Place())).ShouldBe(
            "Dosa Corner has accepted your order. | [Ordered 13:00] Cooking Ready On its way Delivered");
    }

    async Task DeliverFive(KitchenTimes times, Action<JsonNode>? change = null)
    {
        await server.Pipeline.Submit(SmallChain.Kitchen("k1", Acceptance.Automatic) with { Times = times });
        await DeliverEach(await Orders(5, change));
    }

    async Task DeliverEach(IReadOnlyList<JsonNode> orders)
    {
        await Sandbox.Advance(server, 25);
        foreach (var order in orders)
        {
            await Sandbox.Advance(server, 5);
            await Deliver(order);
        }
        await Sandbox.Advance(server, 10);
    }

    async Task<IReadOnlyList<JsonNode>> Orders(int count, Action<JsonNode>? change = null)
    {
        var orders = new List<JsonNode>();
        for (var i = 0; i < count; i++) orders.Add(await Place(change ?? (_ => { })));
        return orders;
    }

    async Task Deliver(JsonNode order)
    {
        foreach (var status in new[] { "preparing", "ready", "out_for_delivery", "delivered" })
            if (status != "out_for_delivery" || (string)order["fulfilment"]!["type"]! == "delivery")
                await Move(order, status);
    }
}
