using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Tests.Subscribers.Webhooks;
using Tiffin.Tests.Support;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Tests.Access;

public sealed class WebhookScopeTests(QuickWebhookServer shared) : IClassFixture<QuickWebhookServer>, IAsyncLifetime
{
    readonly TestServer server = shared.Server;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server.DeleteWebhooks();

    [Theory]
    [InlineData(Role.Channel)]
    [InlineData(Role.Manager)]
    public async Task An_endpoint_is_sent_no_more_than_its_owner_may_see_replayed_or_not(Role role)
    {
        var start = DateTimeOffset.UtcNow;
        await using var receiver = await Receiver.Answering(_ => 200);
        using var owner = role == Role.Channel
            ? await server.ClientOf(role, channel: "app")
            : await server.ClientOf(role, ["k1"]);
        // An order in k2, which does not accept orders automatically, is one event; an order in k1 is two.
        var foreign = MatrixCast.Order(theirs: false);
        await server.Client.Place(foreign);
        var made = await owner.Post("/v1/webhooks", new { url = receiver.Url, types = new[] { "order.*" } });
        var id = (string?)JsonNode.Parse(await made.Content.ReadAsStringAsync())!["id"];

        await server.Client.Place(foreign);
        await server.Client.Place(MatrixCast.Order(theirs: true));
        // Recorded, not only received: the outcome of a call under way would end its replay as well.
        await server.Has(id!, 2, "delivered");
        var replayed = await owner.Post($"/v1/webhooks/{id}/replay", new { from = start, to = start.AddHours(1) });

        replayed.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted);
        await receiver.Receives(4);
        receiver.Calls.ShouldAllBe(call => (string?)call.Event["kitchenid"] == "k1");
        receiver.Calls.Any(call => call.Event["data"]!["stock"] is not null).ShouldBe(role == Role.Manager);
        var sent = receiver.Calls[0];
        var shown = JsonNode.Parse(await owner.GetStringAsync($"/v1/webhooks/{id}/deliveries/{sent.Id}"))!;
        JsonNode.DeepEquals(shown["event"], sent.Event).ShouldBeTrue();
    }

    [Fact]
    public async Task A_channel_receives_menu_changes_without_stock_and_recipes()
    {
        await using var own = await TestServer.Start(configure: WebhookServer.Quick);
        await SmallChain.Open(own);
        await using var receiver = await Receiver.Answering(_ => 200);
        using var channel = await own.ClientOf(Role.Channel, channel: "app");
        var last = (string)(await own.Get("/v1/events?limit=200"))["nextCursor"]!;
        (await channel.Post("/v1/webhooks", new { url = receiver.Url, types = new[] { "*" } }))
            .StatusCode.ShouldBe(HttpStatusCode.Created);

        await own.Put("/v1/kitchens/k1/mode", new { mode = "paused" });
        await own.Put("/v1/kitchens/k1/stock/rice", new { threshold = 7 });
        await own.Put("/v1/ingredients/rice", new { name = "Rice", unit = "g" });
        await own.Put("/v1/items/plain", new
        {
            brandId = "dosa", name = "plain", price = new { amount = 9100, currency = "INR" }, taxBasisPoints = 500,
            recipe = new[] { new { sku = "rice", quantity = 111 } },
        });
        await own.Put("/v1/kitchens/k1/items/masala/availability", new { available = false });
        await own.Put("/v1/brands/dosa", new { name = "Dosa" });
        await own.Post("/v1/kitchens/k1/stock/movements",
            new { movements = new[] { new { sku = "rice", kind = "wasted", quantity = 1 } } });
        await own.Put("/v1/kitchens/k1/mode", new { mode = "online" });
        await own.Client.Place(SmallChain.Order(item: "plain"));

        string[] expected =
        [
            "kitchen.mode_changed kitchens/k1", "catalogue.changed items/plain",
            "catalogue.changed kitchens/k1/items/masala", "catalogue.changed brands/dosa",
            "kitchen.mode_changed kitchens/k1", "order.placed", "order.accepted",
        ];
        static string Told(JsonNode e) => $"{e["type"]} {e["subject"]}".Split(" orders/")[0];
        await receiver.Receives(expected.Length);
        receiver.Calls.Select(call => Told(call.Event)).ShouldBe(expected, ignoreOrder: true);
        string.Join('\n', receiver.Calls.Select(call => call.Body)).ShouldNotContain("\"sku\"");
        var feed = JsonNode.Parse(await channel.GetStringAsync($"/v1/events?after={last}"))!;
        feed["data"]!.AsArray().Select(e => Told(e!)).ShouldBe(expected);
        feed.ToJsonString().ShouldNotContain("\"sku\"");
    }

    [Fact]
    public async Task An_endpoint_is_disabled_with_the_last_key_of_its_owner_and_shows_why()
    {
        await using var receiver = await Receiver.Answering(_ => 200);
        var ring = server.Services.GetRequiredService<KeyRing>();
        var app = new Caller(Role.Channel, "the-app") { Channel = "app" };
        var (old, oldRow) = await ring.Create(app, "old", null, "test", default);
        var (_, newRow) = await ring.Create(app, "new", null, "test", default);
        // A key of the same name that owns no endpoint.
        await ring.Create(new Caller(Role.Channel, "the-app") { Channel = "web" }, "other", null, "test", default);
        using var owner = server.ClientWith(old);
        var made = await owner.Post("/v1/webhooks", new { url = receiver.Url, types = new[] { "order.*" } });
        var webhook = JsonNode.Parse(await made.Content.ReadAsStringAsync())!;
        var id = (string)webhook["id"]!;
        ((string?)webhook["owner"]!["role"], (string?)webhook["owner"]!["subject"]).ShouldBe(("channel", "the-app"));

        await ring.Revoke(oldRow.Id, default);
        // A sender has finished its work on owners when it leases again.
        await LeasesAgain(server, id);
        await LeasesAgain(server, id);
        ((string?)(await server.Get($"/v1/webhooks/{id}"))["status"]).ShouldBe("enabled");
        await server.Client.Place(MatrixCast.Order(theirs: true));
        await receiver.Receives(2);
        await using (var connection = await server.Database.OpenRequest(default))
            await Run(connection, "UPDATE api_keys SET expires_at = now() WHERE id = $1", default, P(newRow.Id));
        await server.IsDisabled(id);
        await server.Client.Place(MatrixCast.Order(theirs: true));
        await server.HasRead("webhooks");

        var ended = await server.Get($"/v1/webhooks/{id}");
        ((string?)ended["disabledReason"]).ShouldBe("The owner has no valid API key.");
        ((string?)ended["owner"]!["subject"]).ShouldBe("the-app");
        receiver.Calls.Count.ShouldBe(2);
        // A new key of the same name owns the endpoint again.
        var (again, _) = await ring.Create(app, "again", null, "test", default);
        using var back = server.ClientWith(again);
        (await back.PatchAsync($"/v1/webhooks/{id}", new StringContent(
            """{ "status": "enabled" }""", null, "application/json"))).EnsureSuccessStatusCode();
        await server.Client.Place(MatrixCast.Order(theirs: true));
        await receiver.Receives(4);
    }

    [Fact]
    public async Task A_manager_who_loses_a_kitchen_is_sent_nothing_more_of_it()
    {
        await using var receiver = await Receiver.Answering(_ => 200);
        var ring = server.Services.GetRequiredService<KeyRing>();
        Caller Manager(params string[] kitchens) => KeyRules.Caller(Role.Manager, kitchens, null, "the-manager");
        var (both, bothRow) = await ring.Create(Manager("k1", "k2"), "both", null, "test", default);
        await ring.Create(Manager("k1"), "one", null, "test", default);
        using var owner = server.ClientWith(both);
        var made = await owner.Post("/v1/webhooks", new { url = receiver.Url, types = new[] { "order.placed" } });
        var id = (string)JsonNode.Parse(await made.Content.ReadAsStringAsync())!["id"]!;
        await server.Client.Place(MatrixCast.Order(theirs: false));
        await receiver.Receives(1);

        await ring.Revoke(bothRow.Id, default);
        await Eventually.Holds(async () => await Session.Ask<bool>(server.ConnectionString,
            $"SELECT owner_kitchens = ARRAY['k1'] FROM webhook_endpoints WHERE id = '{id}'"), "a limit to k1");
        await server.Client.Place(MatrixCast.Order(theirs: false));
        await server.Client.Place(MatrixCast.Order(theirs: true));
        await receiver.Receives(2);

        receiver.Calls.Select(call => (string?)call.Event["kitchenid"]).ShouldBe(["k2", "k1"]);
    }

    [Fact]
    public async Task The_kitchens_of_an_endpoint_are_those_of_the_key_that_changes_it()
    {
        await using var receiver = await Receiver.Answering(_ => 200);
        using var one = await server.ClientOf(Role.Manager, ["k1"], subject: "growing");
        var made = await one.Post("/v1/webhooks", new { url = receiver.Url, types = new[] { "order.*" } });
        var path = $"/v1/webhooks/{JsonNode.Parse(await made.Content.ReadAsStringAsync())!["id"]}";
        using var both = await server.ClientOf(Role.Manager, ["k1", "k2"], subject: "growing");
        using var other = await server.ClientOf(Role.Manager, ["k2"], subject: "growing");

        (await both.PatchAsJsonAsync(path, new { kitchens = new[] { "k2" } })).StatusCode.ShouldBe(HttpStatusCode.OK);
        var refused = await other.PatchAsJsonAsync(path, new { kitchens = new[] { "k1" } });
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("not_yours");
    }

    [Fact]
    public async Task Channels_whose_callers_have_the_same_name_have_endpoints_of_their_own()
    {
        using var app = await server.ClientOf(Role.Channel, channel: "app", subject: "shop");
        using var web = await server.ClientOf(Role.Channel, channel: "web", subject: "shop");
        var body = new { url = "http://127.0.0.1:9/", types = new[] { "order.*" } };
        var made = await app.Post("/v1/webhooks", body, key: "1");
        var id = (string)JsonNode.Parse(await made.Content.ReadAsStringAsync())!["id"]!;

        (await web.GetAsync($"/v1/webhooks/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await web.GetStringAsync("/v1/webhooks")).ShouldNotContain(id);
        var other = await web.Post("/v1/webhooks", body, key: "1");
        other.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await other.Content.ReadAsStringAsync()).ShouldNotContain(id);
        (await app.GetStringAsync("/v1/webhooks")).ShouldContain(id);
    }

    [Fact]
    public async Task The_limit_of_endpoints_holds_for_concurrent_requests()
    {
        using var owner = await server.ClientOf(Role.Channel, channel: "app");
        var body = new { url = "http://127.0.0.1:9/", types = new[] { "order.*" } };

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => owner.Post("/v1/webhooks", body)));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created)
            .ShouldBe(QuickWebhookServer.PerOwnerMax);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict)
            .ShouldBe(20 - QuickWebhookServer.PerOwnerMax);
    }

    static async Task LeasesAgain(TestServer server, string webhook)
    {
        var lease = $"""
            SELECT coalesce(max(leased_until)::text, '') FROM webhook_endpoints WHERE id = '{webhook}' AND enabled
            """;
        var before = await Session.Ask<string>(server.ConnectionString, lease);
        await Eventually.Holds(
            async () => await Session.Ask<string>(server.ConnectionString, lease) is var now
                && (now != before || now == ""),
            "a new lease, or none");
    }
}
