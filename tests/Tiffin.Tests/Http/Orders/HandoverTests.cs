using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Verify;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Orders;

/// <summary>
/// Hand-over codes and failed deliveries over HTTP, by the clock of a sandbox; each test has its own kitchen.
/// </summary>
public sealed class HandoverTests(SmallSandbox shared) : IClassFixture<SmallSandbox>, IAsyncLifetime
{
    readonly TestServer server = shared.Server;
    string site = null!;

    public async Task InitializeAsync() => site = await Own.Kitchen(
        server, times: new() { HandoverCodes = HandoverCodes.Required }, rice: 1_000);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task An_order_changes_hands_by_two_codes()
    {
        using var kitchen = await server.ClientOf(Role.Kitchen, [site]);
        using var courier = await server.ClientOf(Role.Courier, [site], subject: "ravi");
        var order = await Preparing("ravi");
        var said = (await Read(courier, order))["collectionCode"]!.ToString();

        (await Move(kitchen, order, new { status = "out_for_delivery" })).ShouldBe("validation_failed");
        (await Move(kitchen, order, new { status = "out_for_delivery", code = said })).ShouldBe("out_for_delivery");
        var door = (await Track(order))["deliveryCode"]!.ToString();
        (await Move(courier, order, new { status = "delivered", code = door })).ShouldBe("delivered");

        (await Move(courier, order, new { status = "delivered", code = Not(door) })).ShouldBe("delivered");
        (await Track(order))["deliveryCode"].ShouldBeNull();
        await Verified();
    }

    [Fact]
    public async Task A_code_is_shown_to_those_who_say_it_and_never_in_lists_or_events()
    {
        using var kitchen = await server.ClientOf(Role.Kitchen, [site]);
        using var manager = await server.ClientOf(Role.Manager, [site]);
        using var courier = await server.ClientOf(Role.Courier, [site], subject: "ravi");
        using var channel = await server.ClientOf(Role.Channel, channel: "app");
        using var customer = await server.ClientOf(Role.Customer, channel: "app", subject: "c-1");
        var order = await Preparing("ravi");
        async Task<string> Seen(HttpClient caller) => string.Join(' ', (await Read(caller, order)).AsObject()
            .Select(member => member.Key).Where(name => name is "collectionCode" or "deliveryCode" or "trackingUrl"));

        (await Seen(server.Client)).ShouldBe("trackingUrl collectionCode deliveryCode");
        (await Seen(manager)).ShouldBe("trackingUrl collectionCode deliveryCode");
        (await Seen(channel)).ShouldBe("trackingUrl collectionCode deliveryCode");
        (await Seen(customer)).ShouldBe("trackingUrl deliveryCode");
        (await Seen(courier)).ShouldBe("collectionCode");
        (await Seen(kitchen)).ShouldBe("");
        foreach (var caller in new[] { server.Client, channel, courier })
            foreach (var path in new[] { "/v1/orders", $"/v1/orders/{order["id"]}/events" })
                foreach (var code in new[] { "collectionCode", "deliveryCode" })
                    (await caller.GetStringAsync(path)).ShouldNotContain(code);
        (await courier.GetStringAsync("/v1/orders")).ShouldNotContain("trackingUrl");
    }

    [Fact]
    public async Task The_sixth_attempt_is_refused_for_15_minutes_even_after_a_restart()
    {
        var order = await Preparing();
        var (path, right) = ($"/v1/orders/{order["id"]}", order["collectionCode"]!.ToString());
        var version = order["version"]!.GetValue<int>();
        for (var left = 4; left >= 2; left--) (await Wrong(order)).ShouldBe($"wrong_code {left}");
        await using (var second = await Sandbox.Start(server.ConnectionString))
        {
            (await Wrong(order, second)).ShouldBe("wrong_code 1");
            (await Wrong(order, second)).ShouldBe("wrong_code 0");
        }

        var locked = await server.Put($"{path}/status", new { status = "out_for_delivery", code = right },
            HttpStatusCode.UnprocessableEntity);

        locked["code"]!.ToString().ShouldBe("code_locked");
        DateTimeOffset.Parse(locked["until"]!.ToString(), null).ShouldBe(
            Sandbox.Now(server).AddMinutes(15), TimeSpan.FromSeconds(30));
        (await server.Get(path))["version"]!.GetValue<int>().ShouldBe(version);
        await Sandbox.Advance(server, 15.5);
        (await server.Put($"{path}/status", new { status = "out_for_delivery", code = right }))["status"]!.ToString()
            .ShouldBe("out_for_delivery");
        await Verified();
    }

    [Fact]
    public async Task Attempts_that_race_are_all_counted()
    {
        var order = await Preparing();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Wrong(order)));

        answers.Order().ShouldBe([
            "code_locked ", "code_locked ", "code_locked ", "wrong_code 0", "wrong_code 1", "wrong_code 2",
            "wrong_code 3", "wrong_code 4"]);
    }

    [Fact]
    public async Task A_manager_hands_over_without_a_code_which_is_audited_with_its_reason()
    {
        using var manager = await server.ClientOf(Role.Manager, [site]);
        using var courier = await server.ClientOf(Role.Courier, [site], subject: "ravi");
        var order = await Preparing("ravi");
        var overridden = new { status = "out_for_delivery", @override = "scanner_broken" };

        (await Move(courier, order, overridden)).ShouldBe("validation_failed");
        (await Move(manager, order, overridden)).ShouldBe("out_for_delivery");

        ((string?)(await Read(server.Client, order))["timeline"]!.AsArray()[^1]!["reason"]).ShouldBe("scanner_broken");
        (await server.Get("/v1/audit?limit=50"))["data"]!.AsArray().Count(entry =>
            entry!["operation"]!.ToString() == "PUT /v1/orders/{id}/status"
            && entry["path"]!.ToString() == $"/v1/orders/{order["id"]}/status"
            && entry["role"]?.ToString() == "manager").ShouldBe(1);
    }

    [Fact]
    public async Task A_contactless_delivery_has_a_photo_and_no_code()
    {
        var order = await Preparing(contactless: true);
        var path = $"/v1/orders/{order["id"]}/status";
        (order["contactless"]!.GetValue<bool>(), order["deliveryCode"]).ShouldBe((true, null));
        (await Track(order))["deliveryCode"].ShouldBeNull();
        await server.Put(path, new { status = "out_for_delivery", code = order["collectionCode"]!.ToString() });

        (await server.Put(path, new { status = "delivered" }, HttpStatusCode.UnprocessableEntity))["errors"]!
            .AsObject().Single().Key.ShouldBe("/proof");
        var delivered = await server.Put(path, new { status = "delivered", proof = new { photo = "ph-2041" } });

        delivered["proof"]!["photo"]!.ToString().ShouldBe("ph-2041");
        await Verified();
    }

    [Theory]
    [InlineData("""{ "status": "delivered", "code": "12345" }""", "/code not_a_code")]
    [InlineData("""{ "status": "delivered", "code": "12a4" }""", "/code not_a_code")]
    [InlineData("""{ "status": "ready", "code": "1234" }""", "/code not_for_status")]
    [InlineData("""{ "status": "ready", "override": "why" }""", "/override not_for_status")]
    [InlineData("""{ "status": "out_for_delivery", "override": "Why" }""", "/override not_a_code")]
    [InlineData("""{ "status": "out_for_delivery", "code": "1234", "override": "why" }""", "/override one_of")]
    [InlineData("""{ "status": "out_for_delivery", "proof": { "photo": "x" } }""", "/proof not_for_status")]
    public async Task Invalid_input_is_refused_with_a_pointer_and_counts_no_attempt(string body, string fault)
    {
        var order = await Preparing();

        using var content = new StringContent(body, null, "application/json");
        using var answer = await server.Client.PutAsync($"/v1/orders/{order["id"]}/status", content);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        var (pointer, faults) = problem["errors"]!.AsObject().Single();
        $"{pointer} {faults![0]!["code"]}".ShouldBe(fault);
        (await Wrong(order)).ShouldBe("wrong_code 4");
    }

    [Fact]
    public async Task A_failed_delivery_is_tried_again_and_then_given_up_when_nothing_is_decided()
    {
        var order = await OnItsWay();
        var path = $"/v1/orders/{order["id"]}/delivery-attempts";
        var key = Guid.NewGuid().ToString();
        var report = new { outcome = "not_reachable" };

        var first = await server.Post(path, report, HttpStatusCode.OK, key);
        (await server.Post(path, report, HttpStatusCode.OK, key)).ToJsonString().ShouldBe(first.ToJsonString());
        (await server.Post(path, report, HttpStatusCode.Conflict))["code"]!.ToString().ShouldBe("decision_pending");
        (await server.Put($"{path}/2/decision", new { decision = "retry" }, HttpStatusCode.NotFound))["code"]!
            .ToString().ShouldBe("not_found");
        var retried = await server.Put($"{path}/1/decision", new { decision = "retry" });
        (await server.Put($"{path}/1/decision", new { decision = "retry" })).ToJsonString()
            .ShouldBe(retried.ToJsonString());
        (await server.Put($"{path}/1/decision", new { decision = "return" }, HttpStatusCode.Conflict))["code"]!
            .ToString().ShouldBe("already_decided");
        await server.Post(path, new { outcome = "refused" }, HttpStatusCode.OK);
        await Sandbox.Advance(server, 7.5);
        (await Read(server.Client, order))["status"]!.ToString().ShouldBe("out_for_delivery");
        await Sandbox.Advance(server, 1);

        var ended = await Read(server.Client, order);
        var last = ended["timeline"]!.AsArray()[^1]!;
        (ended["status"]!.ToString(), last["reason"]!.ToString(), last["stock"]!.ToString(), last["by"]!.ToString())
            .ShouldBe(("cancelled", "delivery_failed_refused", "waste", "system"));
        ended["deliveryAttempts"]!.AsArray().Select(one => $"{one!["attempt"]} {one["outcome"]} {one["decision"]}")
            .ShouldBe(["1 not_reachable retry", "2 refused give_up"]);
        (await Events(order)).TakeLast(4).ShouldBe([
            "order.delivery_failed", "order.delivery_decided", "order.delivery_failed", "order.cancelled"]);
        ((int)(await server.Get($"/v1/kitchens/{site}/stock/rice"))["onHand"]!).ShouldBe(900);
        await Verified();
    }

    async Task<JsonNode> Preparing(string? courier = null, bool contactless = false)
    {
        var body = JsonSerializer.SerializeToNode(SmallChain.Order(site))!;
        body["customer"]!["id"] = "c-1";
        if (contactless) body["fulfilment"]!["contactless"] = true;
        var order = await server.Post("/v1/orders", body);
        var path = $"/v1/orders/{order["id"]}";
        if (courier is not null) await server.Put($"{path}/courier", new { courierId = courier });
        return await server.Put($"{path}/status", new { status = "preparing" });
    }

    async Task<JsonNode> OnItsWay()
    {
        var order = await Preparing();
        return await server.Put($"/v1/orders/{order["id"]}/status", new
        {
            status = "out_for_delivery", code = order["collectionCode"]!.ToString(),
        });
    }

    /// <summary>Tries a wrong collection code; returns the problem's code and the attempts left.</summary>
    async Task<string> Wrong(JsonNode order, TestServer? at = null)
    {
        var answer = await (at ?? server).Put($"/v1/orders/{order["id"]}/status", new
        {
            status = "out_for_delivery", code = Not(order["collectionCode"]!.ToString()),
        }, HttpStatusCode.UnprocessableEntity);
        return $"{answer["code"]} {answer["attemptsLeft"]}";
    }

    static string Not(string code) => code == "0000" ? "0001" : "0000";

    /// <summary>The order's status afterwards, or the problem's code.</summary>
    static async Task<string> Move(HttpClient caller, JsonNode order, object body)
    {
        using var answer = await caller.PutAsJsonAsync($"/v1/orders/{order["id"]}/status", body);
        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return (answer.IsSuccessStatusCode ? json["status"] : json["code"])!.ToString();
    }

    static async Task<JsonNode> Read(HttpClient caller, JsonNode order) =>
        JsonNode.Parse(await caller.GetStringAsync($"/v1/orders/{order["id"]}"))!;

    async Task<JsonNode> Track(JsonNode order)
    {
        using var customer = server.Stranger();
        return JsonNode.Parse(await customer.GetStringAsync(order.TrackPath()))!;
    }

    async Task<List<string>> Events(JsonNode order) =>
        [.. (await server.Get($"/v1/orders/{order["id"]}/events"))["data"]!.AsArray()
            .Select(e => e!["type"]!.ToString())];

    async Task Verified()
    {
        await foreach (var finding in Verification.Run(server.ConnectionString, Server.Invariants, default))
            finding.Violations.ShouldBe(0, $"{finding.Invariant.Name}: {finding.Example}");
    }
}
