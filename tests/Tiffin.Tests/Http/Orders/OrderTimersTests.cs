using System.Net;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Engine.Verify;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Orders;

/// <summary>Promises and deadlines over HTTP, by the clock of a sandbox; each test has its own kitchen.</summary>
public sealed class OrderTimersTests(SmallSandbox shared) : IClassFixture<SmallSandbox>, IAsyncLifetime
{
    readonly TestServer server = shared.Server;
    string kitchen = null!;

    public async Task InitializeAsync() => kitchen = await Own.Kitchen(
        server, Acceptance.Manual, new() { PrepMinutes = 20, DeliveryMinutes = new(10, 25) });

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task An_order_shows_its_acceptance_deadline_and_its_promise()
    {
        var order = await Place();
        var placed = Time(order, "placedAt");

        Within(Time(order, "nudgeAt"), placed.AddSeconds(60));
        Within(Time(order, "acceptBy"), placed.AddMinutes(8));
        Within(Time(order["promise"]!, "readyAt"), placed.AddMinutes(20));
        Within(Time(order["promise"]!, "deliverTo"), placed.AddMinutes(45));
        order["timeline"]![0]!["acceptBy"]!.ToString().ShouldBe(order["acceptBy"]!.ToString());
        (await Read(order)).ToJsonString().ShouldBe(order.ToJsonString());
    }

    [Fact]
    public async Task An_order_waits_for_those_of_the_last_day_that_are_not_started()
    {
        await server.Pipeline.Submit(SmallChain.Kitchen(kitchen, Acceptance.Manual) with
        {
            Times = new() { PrepMinutes = 20, ParallelLines = 2 },
        });
        var orders = new[] { await Place(), await Place(), await Place() };
        orders.Select(Wait).ShouldBe([0, 10, 20]);

        await server.Put($"{Path(orders[0])}/status", new { status = "preparing" });
        foreach (var order in orders[1..]) await server.Put($"{Path(order)}/status", new { status = "accepted" });
        Wait(await Place()).ShouldBe(20);
        await Sandbox.Advance(server, 25 * 60);
        Wait(await Place()).ShouldBe(0);
        await Verified();

        static int Wait(JsonNode order) => (int)Math.Round(
            (Time(order["promise"]!, "readyAt") - Time(order, "placedAt")).TotalMinutes) - 20;
    }

    [Fact]
    public async Task An_order_not_accepted_in_time_is_overdue_then_cancelled_and_its_stock_returned()
    {
        var (waiting, accepted) = (await Place(), await Place());
        await server.Put($"{Path(accepted)}/status", new { status = "accepted", prepMinutes = 30 });

        await Sandbox.Advance(server, 2);
        (await Events(waiting)).ShouldBe(["order.placed", "order.overdue"]);
        (await Read(waiting))["overdue"]![0]!["kind"]!.ToString().ShouldBe("acceptance");
        await Sandbox.Advance(server, 5);
        (await Read(waiting))["status"]!.ToString().ShouldBe("placed");
        await Sandbox.Advance(server, 2);

        var ended = await Read(waiting);
        (ended["status"]!.ToString(), ended["timeline"]![2]!["reason"]!.ToString(), ended["timeline"]![2]!["by"]!
            .ToString()).ShouldBe(("cancelled", "not_accepted_in_time", "system"));
        Within(Time(ended["timeline"]![2]!, "at"), Time(waiting, "acceptBy"));
        (await Read(accepted))["status"]!.ToString().ShouldBe("accepted");
        ((int)(await server.Get($"/v1/kitchens/{kitchen}/stock/rice"))["onHand"]!).ShouldBe(9_900);
        await Verified();
    }

    [Fact]
    public async Task An_order_still_times_out_after_its_kitchen_was_given_more_time()
    {
        var order = await Place();
        await server.Pipeline.Submit(SmallChain.Kitchen(kitchen, Acceptance.Manual) with
        {
            Times = new() { AcceptanceOverdueSeconds = 300 },
        });

        await Sandbox.Advance(server, 2);
        (await Events(order)).ShouldBe(["order.placed"]);
        await Sandbox.Advance(server, 10);
        (await Events(order)).ShouldBe(["order.placed", "order.overdue", "order.cancelled"]);
        await Verified();
    }

    [Fact]
    public async Task Orders_with_and_without_deadlines_share_a_batch()
    {
        var placed = await Task.WhenAll(Enumerable.Range(0, 40)
            .Select(i => server.Post("/v1/orders", SmallChain.Order(i % 2 == 0 ? "k1" : kitchen))));

        placed.Count(order => order["acceptBy"] is null).ShouldBe(20);
        await Verified();
    }

    [Fact]
    public async Task A_kitchen_that_answers_no_order_is_paused_and_says_why()
    {
        for (var i = 0; i < 3; i++) await Place();
        await Sandbox.Advance(server, 10);

        (await server.Get($"/v1/kitchens/{kitchen}"))["mode"]!.ToJsonString()
            .ShouldBe("""{"mode":"paused","delayMinutes":0,"reason":"not_answering"}""");
        (await server.Post("/v1/orders", SmallChain.Order(kitchen), HttpStatusCode.Conflict))["code"]!.ToString()
            .ShouldBe("kitchen_paused");
        (await Feed("kitchen.mode_changed")).Single()["data"]!["reason"]!.ToString().ShouldBe("not_answering");
        await Verified();
    }

    [Fact]
    public async Task A_late_order_is_reported_at_each_deadline_once()
    {
        var order = await Place();
        await server.Put($"{Path(order)}/status", new { status = "preparing" });
        await Sandbox.Advance(server, 26);
        await server.Put($"{Path(order)}/status", new { status = "ready" });
        await Sandbox.Advance(server, 60);

        (await Feed("order.overdue")).Select(e => e["data"]!["kind"]!.ToString())
            .ShouldBe(["readiness", "collection", "delivery"]);
        (await Read(order))["version"]!.GetValue<int>().ShouldBe(7);
        await Verified();
    }

    [Fact]
    public async Task A_replay_shows_the_promise_of_its_version()
    {
        var key = Guid.NewGuid().ToString();
        var first = await server.Post("/v1/orders", SmallChain.Order(kitchen), key: key);
        await server.Put($"{Path(first)}/promise", new { prepMinutes = 30 });
        await server.Put($"{Path(first)}/status", new { status = "accepted", prepMinutes = 15 });

        (await server.Post("/v1/orders", SmallChain.Order(kitchen), key: key)).ToJsonString()
            .ShouldBe(first.ToJsonString());
    }

    [Fact]
    public async Task An_order_is_shown_as_it_was_at_each_version()
    {
        var seen = new List<JsonNode> { await Place() };
        seen.Add(await server.Put($"{Path(seen[0])}/promise", new { prepMinutes = 30 }));
        seen.Add(await server.Put($"{Path(seen[0])}/status", new { status = "accepted", prepMinutes = 15 }));
        seen.Add(await server.Put($"{Path(seen[0])}/status", new { status = "preparing" }));
        seen.Add(await server.Put($"{Path(seen[0])}/status", new { status = "out_for_delivery", courierId = "c-7" }));

        // Skipping "ready" creates two versions at once.
        foreach (var (order, version) in seen.Zip([1, 2, 3, 4, 6]))
            (await server.Get($"{Path(order)}?version={version}")).ToJsonString().ShouldBe(order.ToJsonString());
        (await server.Get($"{Path(seen[0])}?version=5"))["status"]!.ToString().ShouldBe("ready");
        await server.Get($"{Path(seen[0])}?version=7", HttpStatusCode.BadRequest);
        await server.Get($"{Path(seen[0])}?version=0", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_promise_is_moved_once_however_often_it_is_asked_for()
    {
        var order = await Place();
        var at = Time(order["promise"]!, "readyAt").AddMinutes(5);

        var moved = await server.Put($"{Path(order)}/promise", new { readyAt = at, reason = "busy" });
        var again = await server.Put($"{Path(order)}/promise", new { readyAt = at, reason = "busy" });

        again.ToJsonString().ShouldBe(moved.ToJsonString());
        moved["promise"]!["moved"]!.GetValue<int>().ShouldBe(1);
        moved["timeline"]![1]!["event"]!.ToString().ShouldBe("promise_changed");
        var data = (await Feed("order.promise_changed")).Single()["data"]!;
        data["promise"]!.ToJsonString().ShouldBe(moved["promise"]!.ToJsonString());
        (data["reason"]!.ToString(), data["status"]!.ToString()).ShouldBe(("busy", "placed"));
    }

    [Fact]
    public async Task Customers_see_statuses_only()
    {
        var order = await Place();
        await server.Put($"{Path(order)}/promise", new { prepMinutes = 25 });
        await server.Put($"{Path(order)}/status", new { status = "preparing" });
        await server.Put($"{Path(order)}/status", new { status = "cancelled" });
        using var customer = server.Stranger();
        var path = order.TrackPath();

        var tracked = JsonNode.Parse(await customer.GetStringAsync(new Uri(path, UriKind.Relative)))!;
        tracked["timeline"]!.AsArray().Select(step => step!["status"]!.ToString())
            .ShouldBe(["placed", "accepted", "preparing", "cancelled"]);
        using var stream = await customer.OpenStream($"{path}/events");
        var seen = new List<string>();
        await foreach (var e in stream.Frames().Where(frame => frame.Name != "heartbeat"))
            seen.Add($"{e.Id} {e.Name ?? e.Data["status"]!.ToString()}");
        seen.ShouldBe(["1 placed", "2 changed", "3 accepted", "4 preparing", "5 cancelled"]);
    }

    [Fact]
    public async Task The_time_of_the_previous_status_is_not_that_of_another_change()
    {
        var order = await Place();
        await Sandbox.Advance(server, 1);
        await server.Put($"{Path(order)}/promise", new { prepMinutes = 25 });
        await Sandbox.Advance(server, 1);
        await server.Put($"{Path(order)}/status", new { status = "accepted" });

        var previous = (await Feed("order.accepted")).Single()["data"]!["previous"]!;
        (previous["status"]!.ToString(), previous["at"]!.ToString())
            .ShouldBe(("placed", order["placedAt"]!.ToString()));
    }

    Task<JsonNode> Place() => server.Post("/v1/orders", SmallChain.Order(kitchen));

    Task<JsonNode> Read(JsonNode order) => server.Get(Path(order));

    async Task<List<string>> Events(JsonNode order) =>
        [.. (await server.Get($"{Path(order)}/events"))["data"]!.AsArray().Select(e => e!["type"]!.ToString())];

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

    static string Path(JsonNode order) => $"/v1/orders/{order["id"]}";

    static DateTimeOffset Time(JsonNode node, string member) =>
        DateTimeOffset.Parse(node[member]!.ToString(), System.Globalization.CultureInfo.InvariantCulture);

    static void Within(DateTimeOffset time, DateTimeOffset expected) =>
        (time - expected).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(30));
}
