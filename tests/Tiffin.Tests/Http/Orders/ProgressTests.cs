using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Engine.Verify;
using Tiffin.Tests.Subscribers.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Orders;

/// <summary>Lines that a kitchen starts, finishes and recalls, over HTTP; each test has its own kitchen.</summary>
public sealed class ProgressTests(ProgressTests.World shared) : IClassFixture<ProgressTests.World>, IAsyncLifetime
{
    readonly TestServer server = shared.Server;
    string kitchen = null!;
    JsonNode order = null!;

    string Path => $"/v1/orders/{order["id"]}";

    public async Task InitializeAsync()
    {
        kitchen = await Own.Kitchen(server, rice: 1_000, potato: 1_000, ghee: 1_000);
        order = await server.Post("/v1/orders", Order(kitchen));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_repeated_call_gets_the_same_response_and_causes_no_second_event()
    {
        (await server.Get(Path))["progress"].ShouldBeNull();
        var body = new { lines = new[] { 1 }, to = "started", station = "tandoor" };

        var started = await server.Put($"{Path}/progress", body);
        var again = await server.Put($"{Path}/progress", body);

        again.ToJsonString().ShouldBe(started.ToJsonString());
        ((string)started["status"]!, (int)started["version"]!).ShouldBe(("preparing", 4));
        started["progress"]!.ToJsonString()
            .ShouldBe("""[{"state":"waiting"},{"state":"started","station":"tandoor"}]""");
        var steps = started["timeline"]!.AsArray();
        ((bool)steps[2]!["implied"]!, (string)steps[3]!["event"]!).ShouldBe((true, "progressed"));
        steps[3]!["progress"]!.ToJsonString().ShouldBe(started["progress"]!.ToJsonString());
        (await Types()).ShouldBe(["order.placed", "order.accepted", "order.preparing", "order.progressed"]);
        var data = (await Feed("order.progressed")).Single()["data"]!;
        data["lines"]!.ToJsonString().ShouldBe("""[{"line":1,"from":"waiting","to":"started"}]""");
        ((string)data["station"]!, (string)data["status"]!).ShouldBe(("tandoor", "preparing"));
        data["progress"]!.ToJsonString().ShouldBe(started["progress"]!.ToJsonString());
        (await server.Get(Path)).ToJsonString().ShouldBe(started.ToJsonString());
        await Verified();
    }

    [Fact]
    public async Task A_start_from_waiting_leaves_what_is_done()
    {
        await Progress("done", 0);

        var started = await server.Put(
            $"{Path}/progress", new { lines = new[] { 0, 1 }, from = "waiting", to = "started" });

        started["progress"]!.ToJsonString().ShouldBe("""[{"state":"done"},{"state":"started"}]""");
        await Verified();
    }

    [Fact]
    public async Task A_replay_of_the_placing_shows_the_order_without_progress()
    {
        var key = Guid.NewGuid().ToString();
        order = await server.Post("/v1/orders", Order(kitchen), key: key);
        await Progress("done", 0, 1);

        (await server.Post("/v1/orders", Order(kitchen), key: key)).ToJsonString().ShouldBe(order.ToJsonString());
    }

    [Fact]
    public async Task An_unknown_line_is_named_and_nothing_changes()
    {
        var refused = await server.Put($"{Path}/progress", new { lines = new[] { 0, 2 }, to = "done" },
            HttpStatusCode.UnprocessableEntity);

        refused["errors"]!.ToJsonString()
            .ShouldBe("""{"/lines/1":[{"code":"unknown_line","message":"must be 0 to 1, is 2"}]}""");
        (await server.Get(Path)).ToJsonString().ShouldBe(order.ToJsonString());
    }

    [Fact]
    public async Task A_change_of_another_version_is_refused()
    {
        (await Change("\"1\"")).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await Change("2")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var changed = await Change("\"2\"");
        (changed.StatusCode, changed.Headers.ETag!.Tag).ShouldBe((HttpStatusCode.OK, "\"4\""));

        async Task<HttpResponseMessage> Change(string version)
        {
            var request = new HttpRequestMessage(HttpMethod.Put, $"{Path}/progress")
            {
                Content = JsonContent.Create(new { lines = new[] { 0 }, to = "started" }),
            };
            request.Headers.TryAddWithoutValidation("If-Match", version);
            return await server.Client.SendAsync(request);
        }
    }

    [Fact]
    public async Task A_ready_order_is_frozen()
    {
        await Progress("started", 0);
        await server.Move((string)order["id"]!, "ready");

        var refused = await server.Put($"{Path}/progress", new { lines = new[] { 0 }, to = "done" },
            HttpStatusCode.Conflict);
        ((string)refused["code"]!).ShouldBe("order_finished");
    }

    [Fact]
    public async Task The_last_finished_line_makes_the_order_ready_if_the_kitchen_is_configured_so()
    {
        var site = (await server.Get($"/v1/kitchens/{kitchen}")).AsObject();
        site.Remove("mode");
        site["times"]!["readyWhenDone"] = true;
        (await server.Put($"/v1/kitchens/{kitchen}", site))["times"]!["readyWhenDone"]!.GetValue<bool>().ShouldBeTrue();

        ((string)(await Progress("done", 0))["status"]!).ShouldBe("preparing");
        var ready = await Progress("done", 1);
        ((string)ready["status"]!, (int)ready["version"]!).ShouldBe(("ready", 6));
        (await Progress("done", 1)).ToJsonString().ShouldBe(ready.ToJsonString());
        await Verified();
    }

    [Fact]
    public async Task A_cancelled_order_returns_what_waits_and_wastes_what_was_started()
    {
        await Progress("started", 1);
        await server.Put($"{Path}/status", new { status = "cancelled", reason = "customer_called" });

        var data = (await Feed("order.cancelled")).Single()["data"]!;
        ((string)data["disposition"]!, (string)(await server.Get(Path))["timeline"]!.AsArray().Last()!["stock"]!)
            .ShouldBe(("by_progress", "by_progress"));
        data["stock"]!.AsArray().Select(one => $"{one!["kind"]} {one["sku"]} {one["delta"]}")
            .ShouldBe(
                ["returned rice 300", "returned potato 100", "returned ghee 60", "wasted rice -100"],
                ignoreOrder: true);
        (await OnHand("rice"), await OnHand("potato"), await OnHand("ghee")).ShouldBe((900, 1_000, 1_000));
        await server.HasRead("ledger");
        await Verified();
    }

    [Fact]
    public async Task The_kitchen_may_ask_for_it_by_name_and_a_channel_may_not()
    {
        using var channel = await server.ClientOf(Role.Channel, channel: "web", subject: "web");
        await Progress("started", 0);
        var body = new { status = "cancelled", stock = "by_progress" };

        var refused = await channel.PutAsJsonAsync($"{Path}/status", body);
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        ((string)(await server.Put($"{Path}/status", body))["status"]!).ShouldBe("cancelled");
        (await OnHand("rice"), await OnHand("potato"), await OnHand("ghee")).ShouldBe((800, 900, 940));
        await Verified();
    }

    [Fact]
    public async Task A_webhook_gets_progress_only_if_it_names_it()
    {
        await using var family = await Receiver.Start();
        await using var named = await Receiver.Start();
        await server.Webhook(family.Url, "order.*");
        await server.Webhook(named.Url, "order.progressed", "order.ready");

        await Progress("started", 0);
        await Progress("done", 0);
        await server.Move((string)order["id"]!, "ready");
        await family.Receives(2);
        await named.Receives(3);

        family.Calls.Select(call => call.Type).ShouldBe(["order.preparing", "order.ready"]);
        named.Calls.Select(call => call.Type).ShouldBe(["order.progressed", "order.progressed", "order.ready"]);
    }

    [Fact]
    public async Task Channels_and_customers_are_not_sent_the_progress()
    {
        using var channel = await server.ClientOf(Role.Channel, channel: "web", subject: "web");
        await Progress("started", 0);
        await server.Put($"{Path}/status", new { status = "cancelled" });

        var feed = JsonNode.Parse(await channel.GetStringAsync(
            $"/v1/events?after=0&limit=200&types=order.*&kitchenId={kitchen}"))!;
        string[] types = ["order.placed", "order.accepted", "order.preparing", "order.cancelled"];
        feed["data"]!.AsArray().Select(e => (string)e!["type"]!).ShouldBe(types);
        using var customer = server.Stranger();
        var track = order.TrackPath();
        using var stream = await customer.OpenStream($"{track}/events");
        var seen = new List<string>();
        await foreach (var e in stream.Events()) seen.Add($"{e.Id} {e.Data["status"]}");
        seen.ShouldBe(["1 placed", "2 accepted", "3 preparing", "5 cancelled"]);
        JsonNode.Parse(await customer.GetStringAsync(track))!["timeline"]!.AsArray().Count.ShouldBe(4);
    }

    static object Order(string kitchen) => new
    {
        kitchenId = kitchen,
        brandId = "dosa",
        channel = "web",
        customer = new { name = "Asha" },
        fulfilment = new { type = "delivery", address = SmallChain.Home },
        lines = new object[]
        {
            new { itemId = "masala", quantity = 2, modifiers = new[] { new { itemId = "ghee-extra", quantity = 3 } } },
            new { itemId = "plain", quantity = 1, note = "crisp" },
        },
    };

    Task<JsonNode> Progress(string to, params int[] lines) => server.Put($"{Path}/progress", new { lines, to });

    async Task<long> OnHand(string sku) => (long)(await server.Get($"/v1/kitchens/{kitchen}/stock/{sku}"))["onHand"]!;

    async Task<IEnumerable<string>> Types() =>
        (await server.Get($"{Path}/events"))["data"]!.AsArray().Select(e => (string)e!["type"]!);

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

    /// <summary>A server with fast webhooks.</summary>
    public sealed class World : IAsyncLifetime
    {
        public TestServer Server { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Server = await TestServer.Start(configure: WebhookServer.Quick);
            await SmallChain.Open(Server);
        }

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }
}
