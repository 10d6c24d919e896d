using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Engine.Verify;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Orders;

/// <summary>Couriers over HTTP: assignment, claiming, release, arrival and position.</summary>
public sealed class CourierTests(SmallSandbox shared) : IClassFixture<SmallSandbox>, IAsyncLifetime
{
    static readonly object ravi = new
    {
        courierId = "ravi", name = "Zebedee Menon", phone = "+919800000077", vehicle = "KA-01-ZZ-9",
    };

    readonly TestServer server = shared.Server;

    /// <summary>Where the log ended before this test.</summary>
    string start = null!;

    public async Task InitializeAsync() =>
        start = (string)(await server.Get("/v1/events?after=latest"))["nextCursor"]!;

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Only_one_of_several_concurrent_couriers_gets_an_order()
    {
        var order = await Place();
        var couriers = await Task.WhenAll(Enumerable.Range(1, 4).Select(n => Courier($"courier-{n}")));

        var answers = await Task.WhenAll(couriers.Select((courier, i) =>
            courier.PutAsJsonAsync($"{Path(order)}/courier", new { courierId = $"courier-{i + 1}" })));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        foreach (var loser in answers.Where(answer => answer.StatusCode != HttpStatusCode.OK))
            ((string?)(await Json(loser))["code"]).ShouldBe("courier_taken");
        var winner = Array.FindIndex(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        ((string?)(await server.Get(Path(order)))["courierId"]).ShouldBe($"courier-{winner + 1}");
        (await Feed("order.courier_assigned")).Single()["data"]!["courierId"]!.ToString()
            .ShouldBe($"courier-{winner + 1}");
        foreach (var courier in couriers) courier.Dispose();
        await Verified();
    }

    [Fact]
    public async Task A_courier_does_not_see_what_the_customer_collects()
    {
        var pickup = JsonSerializer.SerializeToNode(SmallChain.Order())!;
        pickup["fulfilment"] = new JsonObject { ["type"] = "pickup" };
        var collected = await server.Post("/v1/orders", pickup);
        var delivered = await Place();
        using var courier = await Courier("ravi");

        (await courier.GetAsync($"/v1/orders/{collected["id"]}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await courier.GetAsync(Path(delivered))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Each_change_is_one_event_however_often_it_is_asked_for()
    {
        var order = await Place();
        foreach (var _ in Twice) await server.Put($"{Path(order)}/courier", ravi);
        foreach (var _ in Twice) await server.Put($"{Path(order)}/courier/arrival", new { where = "kitchen" });
        foreach (var _ in Twice) await Delete(order);
        await server.Put($"{Path(order)}/courier", new { courierId = "meera" });
        await server.Put($"{Path(order)}/status", new { status = "preparing" });
        await server.Put($"{Path(order)}/status", new { status = "out_for_delivery" });
        foreach (var _ in Twice) await server.Put($"{Path(order)}/courier/arrival", new { where = "customer" });

        (await Events(order)).ShouldBe([
            "order.placed", "order.accepted", "order.courier_assigned", "order.courier_arrived",
            "order.courier_unassigned", "order.courier_assigned", "order.preparing", "order.ready",
            "order.out_for_delivery", "order.courier_arrived"]);
        var read = await server.Get(Path(order));
        read["courier"]!.AsObject().Select(member => member.Key).ShouldBe(["arrivedAtCustomer"]);
        (read["courierId"]!.ToString(), read["courierContact"]).ShouldBe(("meera", null));
        await Verified();
    }

    [Fact]
    public async Task Name_and_phone_are_shown_while_the_order_is_open_and_are_in_no_event()
    {
        using var channel = await server.ClientOf(Role.Channel, channel: "app");
        using var kitchen = await server.ClientOf(Role.Kitchen, ["k1"]);
        using var courier = await Courier("ravi");
        var order = await Place();
        await server.Put($"{Path(order)}/courier", ravi);

        foreach (var caller in new[] { server.Client, channel, kitchen, courier })
        {
            (await Json(await caller.GetAsync(Path(order))))["courierContact"]!.AsObject()
                .Select(member => member.Value!.ToString()).ShouldBe(["Zebedee Menon", "+919800000077", "KA-01-ZZ-9"]);
        }
        (await Track(order))["courier"]!.ToJsonString().ShouldBe("""{"name":"Zebedee"}""");
        await Bring(order);
        var ended = await server.Get(Path(order));

        (ended["courierId"]!.ToString(), ended["courierContact"]).ShouldBe(("ravi", null));
        (await Track(order))["courier"].ShouldBeNull();
        var log = (await server.Get($"/v1/events?after={start}&limit=200")).ToJsonString() + ended.ToJsonString();
        foreach (var trace in new[] { "Zebedee", "9800000077", "KA-01-ZZ-9" }) log.ShouldNotContain(trace);
    }

    [Fact]
    public async Task The_courier_is_exported_and_erased_with_the_customer()
    {
        var order = await Place("c-1");
        await server.Put($"{Path(order)}/courier", ravi);

        (await server.Get("/v1/customers/c-1/personal-data"))["contacts"]![0]!["courier"]!["phone"]!.ToString()
            .ShouldBe("+919800000077");
        (await server.Client.DeleteAsync("/v1/customers/c-1/personal-data")).EnsureSuccessStatusCode();

        (await server.Get(Path(order)))["courierContact"].ShouldBeNull();
        await server.Put($"{Path(order)}/courier", ravi);
        (await server.Get(Path(order)))["courierContact"].ShouldBeNull();
        await Verified();
    }

    [Fact]
    public async Task A_replayed_placement_has_no_courier()
    {
        var key = Guid.NewGuid().ToString();
        var placed = await server.Post("/v1/orders", SmallChain.Order(), key: key);
        await server.Put($"{Path(placed)}/courier", ravi);

        (await server.Post("/v1/orders", SmallChain.Order(), key: key)).ToJsonString().ShouldBe(placed.ToJsonString());
    }

    [Fact]
    public async Task The_customer_sees_where_the_courier_is_while_the_order_is_on_its_way()
    {
        using var courier = await Courier("ravi");
        using var other = await Courier("meera");
        var order = await Place();
        (await Send(courier, order, 12.9, 77.6)).code.ShouldBe("no_courier");
        await server.Put($"{Path(order)}/courier", ravi);
        (await Send(courier, order, 12.9, 77.6)).status.ShouldBe(HttpStatusCode.NoContent);
        (await Send(other, order, 1, 1)).status.ShouldBe(HttpStatusCode.NotFound);
        (await Track(order))["courier"]!["position"].ShouldBeNull();
        await server.Put($"{Path(order)}/status", new { status = "preparing" });
        await server.Put($"{Path(order)}/status", new { status = "out_for_delivery" });

        await Send(courier, order, 12.95, 77.65, minutes: 1);
        await Send(courier, order, 12.91, 77.61, minutes: 0.5);

        var position = (await Track(order))["courier"]!["position"]!;
        ((double)position["latitude"]!, (double)position["longitude"]!).ShouldBe((12.95, 77.65));
        await server.Put($"{Path(order)}/status", new { status = "delivered" });
        (await Track(order))["courier"].ShouldBeNull();
        (await Send(courier, order, 12.9, 77.6)).code.ShouldBe("wrong_status");
        await Sandbox.Advance(server, 1);
        (await Session.Ask<long>(server.ConnectionString, "SELECT count(*) FROM courier_positions")).ShouldBe(0);
        (await Events(order)).Count.ShouldBe(7);
    }

    [Theory]
    [InlineData(90.1, 0, 0, "/latitude out_of_range")]
    [InlineData(0, -180.1, 0, "/longitude out_of_range")]
    [InlineData(0, 0, 6, "/at in_the_future")]
    public async Task A_position_is_on_earth_and_not_in_the_future(
        double latitude, double longitude, double minutes, string fault)
    {
        using var courier = await Courier("ravi");
        var order = await Place();
        await server.Put($"{Path(order)}/courier", ravi);

        using var answer = await courier.PutAsJsonAsync($"{Path(order)}/courier/position", new
        {
            latitude, longitude, at = Sandbox.Now(server).AddMinutes(minutes),
        });

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var (pointer, faults) = (await Json(answer))["errors"]!.AsObject().Single();
        $"{pointer} {faults![0]!["code"]}".ShouldBe(fault);
    }

    [Fact]
    public async Task The_tracked_stream_names_the_changes_and_nothing_of_the_courier()
    {
        var order = await Place();
        await server.Put($"{Path(order)}/courier", ravi);
        await Bring(order);
        using var customer = server.Stranger();

        using var stream = await customer.OpenStream($"{order.TrackPath()}/events");
        var seen = new List<string>();
        await foreach (var e in stream.Frames())
        {
            if (e.Name == "heartbeat") continue;
            seen.Add($"{e.Name ?? "message"} {e.Data["status"]}".TrimEnd());
            e.Data.AsObject().Select(member => member.Key).Except(["status", "at"]).ShouldBeEmpty();
        }

        seen.ShouldBe([
            "message placed", "message accepted", "changed", "message preparing", "message ready",
            "message out_for_delivery", "message delivered"]);
    }

    static IEnumerable<int> Twice => Enumerable.Range(0, 2);

    async Task<JsonNode> Place(string? customer = null)
    {
        var body = Node(SmallChain.Order());
        if (customer is not null) body["customer"]!["id"] = customer;
        return await server.Post("/v1/orders", body);
    }

    static JsonNode Node(object body) => System.Text.Json.JsonSerializer.SerializeToNode(body)!;

    Task<HttpClient> Courier(string id) => server.ClientOf(Role.Courier, ["k1"], subject: id);

    async Task Bring(JsonNode order)
    {
        foreach (var status in new[] { "preparing", "out_for_delivery", "delivered" })
            await server.Put($"{Path(order)}/status", new { status });
    }

    async Task Delete(JsonNode order) =>
        (await server.Client.DeleteAsync($"{Path(order)}/courier")).StatusCode.ShouldBe(HttpStatusCode.OK);

    async Task<(HttpStatusCode status, string? code)> Send(
        HttpClient courier, JsonNode order, double latitude, double longitude, double minutes = 0)
    {
        using var answer = await courier.PutAsJsonAsync($"{Path(order)}/courier/position", new
        {
            latitude, longitude, at = Sandbox.Now(server).AddMinutes(minutes),
        });
        return (answer.StatusCode, answer.IsSuccessStatusCode ? null : (string?)(await Json(answer))["code"]);
    }

    async Task<JsonNode> Track(JsonNode order)
    {
        using var customer = server.Stranger();
        return await Json(await customer.GetAsync(order.TrackPath()));
    }

    async Task<List<string>> Events(JsonNode order) =>
        [.. (await server.Get($"{Path(order)}/events"))["data"]!.AsArray().Select(e => e!["type"]!.ToString())];

    async Task<List<JsonNode>> Feed(string type) =>
        [.. (await server.Get($"/v1/events?after={start}&limit=200&types={type}"))["data"]!.AsArray().Select(e => e!)];

    async Task Verified()
    {
        await foreach (var finding in Verification.Run(server.ConnectionString, Server.Invariants, default))
            finding.Violations.ShouldBe(0, $"{finding.Invariant.Name}: {finding.Example}");
    }

    static async Task<JsonNode> Json(HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

    static string Path(JsonNode order) => $"/v1/orders/{order["id"]}";
}
