using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Dev.Run;
using Tiffin.Dev.Simulation;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Events;

/// <summary>
/// Compares /asyncapi.json with the events that a server sends. TIFFIN_UPDATE_EXAMPLES=1 rewrites its examples from
/// them.
/// </summary>
public sealed class AsyncApiTests
{
    /// <summary>The members that differ from run to run, at any depth.</summary>
    static readonly string[] volatileMembers =
    [
        "id", "orderId", "time", "placedAt", "at", "businessDay", "position", "since", "until", "nudgeAt", "acceptBy",
        "readyAt", "deliverFrom", "deliverTo", "first", "collectBy", "dueAt", "for", "releaseAt", "stockAt",
        "releasedAt", "arrivedAtKitchen", "decideBy",
    ];

    const int Deliveries = 20;

    static readonly JsonSerializerOptions readable = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public async Task Every_event_is_described_with_an_example_that_is_a_real_one()
    {
        await using var server = await Sandbox.Start();
        var real = await OneOfEach(server);
        var document = JsonNode.Parse(await server.Client.GetStringAsync(new Uri("/asyncapi.json", UriKind.Relative)))!;
        var messages = document["components"]!["messages"]!.AsObject();

        if (Environment.GetEnvironmentVariable("TIFFIN_UPDATE_EXAMPLES") == "1") await Update(document, real);
        var test = messages["webhookTest"]!;
        EventContract.Errors(test["examples"]![0]!["payload"]).ShouldBeEmpty();
        // It is never in the log; the tests of webhooks receive real ones.
        messages.Remove("webhookTest");

        messages.Select(message => message.Value!["name"]!.GetValue<string>()).Order(StringComparer.Ordinal)
            .ShouldBe(Enum.GetValues<EventType>().Select(Names.Of).Order(StringComparer.Ordinal));
        foreach (var (_, message) in messages)
        {
            var type = message!["name"]!.GetValue<string>();
            var example = message["examples"]!.AsArray().ShouldHaveSingleItem()!["payload"]!;
            Masked(real[type]).ShouldBe(Masked(example), type);
            EventContract.Errors(example).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task The_parser_of_the_specification_s_authors_accepts_the_document()
    {
        await using var server = await TestServer.Start();

        var said = await Interop.Run(
            "asyncapi.mjs", await server.Client.GetStringAsync(new Uri("/asyncapi.json", UriKind.Relative)));

        said.ShouldBe([$"{Enum.GetValues<EventType>().Length + 1}"]);
    }

    [Fact]
    public async Task Ajv_and_the_sdk_of_cloudevents_accept_all_types_and_a_simulated_stretch()
    {
        await using var server = await Sandbox.Start();
        var input = new JsonObject
        {
            ["document"] = JsonNode.Parse(await server.Client.GetStringAsync("/asyncapi.json")),
            ["events"] = new JsonArray([.. (await Simulated()).Concat((await OneOfEach(server)).Values)
                .Select(e => e.DeepClone())]),
        };

        var said = await Interop.Run("events.mjs", input.ToJsonString());

        var counts = JsonNode.Parse(said.ShouldHaveSingleItem())!.AsObject();
        counts.Select(count => count.Key).ShouldBe(Enum.GetValues<EventType>().Select(Names.Of), ignoreOrder: true);
        ((int)counts["order.delivered"]!).ShouldBeGreaterThan(Deliveries);
    }

    /// <summary>The demo chain at work, until some of its orders were delivered.</summary>
    static async Task<List<JsonNode>> Simulated()
    {
        var postgres = await PostgresFixture.Cluster;
        var name = $"simulated_{Guid.NewGuid():N}";
        await postgres.CreateDatabase(name);
        var chain = Path.Combine(AppContext.BaseDirectory, "demo", "chain.json");
        using var host = await DevServer.Start(
            new(postgres.ConnectionString(name), new("http://127.0.0.1:0"), chain), default);
        var keys = host.Services.GetRequiredService<DevKeys>();
        using var http = new HttpClient { BaseAddress = new(((WebApplication)host).Urls.First()) };
        var simulator = new TrafficSimulator(
            http, new TrafficOptions(OrdersPerMinute: 10, Speed: 300, Keys: keys.Traffic), TimeProvider.System);
        using var enough = new CancellationTokenSource();
        var running = simulator.Run(enough.Token);
        await Eventually.Holds(() => simulator.Tally.Delivered >= Deliveries, () => simulator.Tally.ToString());
        await enough.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        http.DefaultRequestHeaders.Authorization = new("Bearer", keys.ByRole["admin"]);
        var events = new List<JsonNode>();
        for (var after = "0"; ;)
        {
            var page = JsonNode.Parse(await http.GetStringAsync($"/v1/events?limit=200&after={after}"))!;
            if (page["data"]!.AsArray() is not { Count: > 0 } data) break;
            events.AddRange(data.Select(e => e!));
            after = (string)page["nextCursor"]!;
        }
        await host.StopAsync();
        return events;
    }

    static async Task Update(JsonNode document, Dictionary<string, JsonNode> real)
    {
        foreach (var (_, message) in document["components"]!["messages"]!.AsObject())
            if (real.TryGetValue(message!["name"]!.GetValue<string>(), out var example))
                message["examples"] = new JsonArray(new JsonObject { ["payload"] = example.DeepClone() });
        await File.WriteAllTextAsync(SourceFile(), document.ToJsonString(readable) + "\n");
    }

    static string SourceFile([CallerFilePath] string here = "") => Path.GetFullPath(
        Path.Combine(Path.GetDirectoryName(here)!, "../../../../src/Tiffin/Features/Events/asyncapi.json"));

    static string Masked(JsonNode e)
    {
        var copy = e.DeepClone();
        Mask(copy);
        // Another test may be tracing at the same time: a listener receives the activities of the whole process.
        copy.AsObject().Remove("traceparent");
        if (copy["subject"]!.GetValue<string>().StartsWith("orders/", StringComparison.Ordinal))
            copy["subject"] = "orders/…";
        return copy.ToJsonString(readable);
    }

    static void Mask(JsonNode node)
    {
        if (node is JsonArray elements) foreach (var element in elements) Mask(element!);
        if (node is not JsonObject members) return;
        foreach (var name in members.Select(member => member.Key).ToList())
        {
            if (volatileMembers.Contains(name)) members[name] = "…";
            else if (members[name] is { } child) Mask(child);
        }
    }

    /// <summary>Runs a small day, and takes the first event of each type from the feed.</summary>
    static async Task<Dictionary<string, JsonNode>> OneOfEach(TestServer server)
    {
        // Order numbers restart at midnight.
        var zone = SmallChain.ZoneOfNoon;
        await SmallChain.Open(server, rice: 1_000);
        await server.Pipeline.Submit(SmallChain.Kitchen("k2", Acceptance.Manual, zone) with
        {
            Times = new() { PrepMinutes = 20, DeliveryMinutes = new(10, 25) },
        });
        var delivered = await Place(server, "A-1042");
        await server.Put($"/v1/orders/{delivered}/promise", new { prepMinutes = 25, reason = "busy" });
        await Sandbox.Advance(server, minutes: 2);
        foreach (var status in new[] { "accepted", "preparing", "ready", "out_for_delivery", "delivered" })
            await Move(server, delivered, new
            {
                status, courierId = status == "out_for_delivery" ? "courier-7" : null,
            });
        var cancelled = await Place(server, "A-1043");
        await Move(server, cancelled, new { status = "cancelled", reason = "customer_changed_mind", stock = "return" });
        await server.Pipeline.Submit(new SetThreshold("k2", "rice", 600) { Caller = SmallChain.Admin });
        foreach (var line in new[]
        {
            new MovementLine("rice", MovementKind.Wasted, 250, "lid open", Reason: WasteReason.Dropped),
            new MovementLine("rice", MovementKind.Counted, 50, null),
            new MovementLine("rice", MovementKind.Corrected, 10, null),
            new MovementLine("rice", MovementKind.Received, 5_000, null),
        })
            await server.Pipeline.Submit(new RecordMovements("k2", [line])
            {
                Caller = SmallChain.Admin, Key = new RequestKey(Guid.NewGuid()), Fingerprint = Guid.NewGuid(),
            });
        await server.Pipeline.Submit(new SetKitchenMode("k2", KitchenMode.Busy, DateTimeOffset.UtcNow.AddHours(1), 15)
        {
            Caller = SmallChain.Admin,
        });
        await server.Pipeline.Submit(new DisableWebhook(
            Guid.Parse("01a204ef-0000-7000-8000-000000000001"), "erp.example.com", "Deliveries failed for 5 days.",
            new DateTimeOffset(2026, 11, 17, 20, 25, 0, TimeSpan.Zero))
        {
            Caller = Caller.System, Key = new RequestKey(Guid.NewGuid()), Fingerprint = Guid.NewGuid(),
        });
        await Schedule(server, TimeZoneInfo.FindSystemTimeZoneById(zone));

        var started = await Place(server, "A-1046");
        await server.Put($"/v1/orders/{started}/progress",
            new { lines = new[] { 0 }, to = "started", station = "tandoor" });

        await FailToDeliver(server, await Place(server, "A-1047"));

        var page = JsonNode.Parse(
            await server.Client.GetStringAsync(new Uri("/v1/events?after=0&limit=200", UriKind.Relative)))!;
        return page["data"]!.AsArray().GroupBy(e => e!["type"]!.GetValue<string>())
            .ToDictionary(group => group.Key, group => group.First()!);
    }

    /// <summary>One order for tomorrow that is moved and released, and one for which the stock is short.</summary>
    static async Task Schedule(TestServer server, TimeZoneInfo zone)
    {
        var today = TimeZoneInfo.ConvertTime(Sandbox.Now(server), zone).Date;
        var tomorrow = new DateTimeOffset(today.AddDays(1), zone.BaseUtcOffset);
        var made = await Place(server, "A-1044", at: tomorrow.AddHours(12.5));
        var few = await Place(server, "A-1045", quantity: 90, at: tomorrow.AddHours(14));
        foreach (var order in new[] { made, few }) await Move(server, order, new { status = "accepted" });
        await server.Put($"/v1/orders/{made}/schedule", new { @for = tomorrow.AddHours(13) });
        await Sandbox.MoveTo(server, tomorrow.AddHours(12.5));
    }

    static async Task FailToDeliver(TestServer server, string order)
    {
        var path = $"/v1/orders/{order}";
        await Move(server, order, new { status = "accepted" });
        var ravi = new { courierId = "ravi", name = "Ravi", phone = "+919800000001" };
        await server.Put($"{path}/courier", ravi);
        (await server.Client.DeleteAsync(new Uri($"{path}/courier", UriKind.Relative))).EnsureSuccessStatusCode();
        await server.Put($"{path}/courier", ravi);
        await server.Put($"{path}/courier/arrival", new { where = "kitchen" });
        await Move(server, order, new { status = "preparing" });
        await Move(server, order, new { status = "out_for_delivery" });
        await server.Post($"{path}/delivery-attempts", new { outcome = "not_reachable" }, HttpStatusCode.OK);
        await server.Put($"{path}/delivery-attempts/1/decision", new { decision = "retry" });
    }

    static async Task<string> Place(
        TestServer server, string reference, int quantity = 2, DateTimeOffset? at = null)
    {
        var answer = await server.Client.Place(new
        {
            kitchenId = "k2",
            brandId = "dosa",
            channel = "app",
            externalReference = reference,
            customer = new { id = "c-17", name = "Asha" },
            fulfilment = at is null
                ? (object)new { type = "delivery", address = SmallChain.Home }
                : new { type = "delivery", address = SmallChain.Home, at },
            lines = new[]
            {
                new
                {
                    itemId = "masala", quantity,
                    modifiers = new[] { new { itemId = "ghee-extra", quantity = 1 } },
                },
            },
            payment = new { method = "upi", status = "paid" },
            metadata = new { table = "7" },
        });
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!.GetValue<string>();
    }

    static async Task Move(TestServer server, string order, object body) =>
        (await server.Client.PutAsJsonAsync($"/v1/orders/{order}/status", body, omitNulls)).EnsureSuccessStatusCode();

    static readonly JsonSerializerOptions omitNulls = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };
}
