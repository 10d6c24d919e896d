using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

public sealed class DeviceTests(TabletServer shared) : IClassFixture<TabletServer>, IAsyncLifetime
{
    readonly TestServer server = shared.Server;

    /// <summary>Each test begins without devices.</summary>
    public async Task InitializeAsync()
    {
        foreach (var device in await Devices(server.Client))
            (await server.Client.DeleteAsync($"/v1/devices/{device!["id"]}")).EnsureSuccessStatusCode();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_device_sees_and_moves_the_orders_of_its_kitchen_only()
    {
        await using var node = await Tablet.Server();
        await SmallChain.Open(node);
        using var tablet = await Tablet.Paired(node, "k1");
        var foreign = await node.Client.Place(SmallChain.Order("k2"));
        var own = await node.Client.Place(SmallChain.Order("k1"));
        var (theirs, others) = (await Id(own), await Id(foreign));

        var session = await Json(tablet, "/v1/session");
        (await Json(tablet, "/v1/orders"))["data"]!.AsArray().Select(order => (string)order!["id"]!)
            .ShouldBe([theirs]);
        using var stream = await tablet.Client.OpenStream("/v1/events?after=0&types=order.placed");

        ((string)session["role"]!).ShouldBe("kitchen");
        session["kitchens"]!.AsArray().Select(kitchen => (string)kitchen!).ShouldBe(["k1"]);
        ((string)(await stream.Take(1)).Single().Data["kitchenid"]!).ShouldBe("k1");
        (await Move(tablet, theirs)).ShouldBe(HttpStatusCode.OK);
        (await Move(tablet, others)).ShouldBe(HttpStatusCode.NotFound);
        (await tablet.Client.GetAsync("/v1/devices")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        tablet.Client.DefaultRequestHeaders.Remove(Sessions.AntiforgeryHeader);
        (await Move(tablet, theirs)).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_manager_sees_only_the_devices_of_their_kitchens_and_who_paired_them()
    {
        using var manager = await server.ClientOf(Role.Manager, ["k1"]);
        using var neighbour = await server.ClientOf(Role.Manager, ["k2"]);
        var key = manager.DefaultRequestHeaders.Authorization!.Parameter![..15];
        using var tablet = await Tablet.Begin(server);
        await Tablet.Confirm(manager, tablet.Code, name: "Pass");
        await tablet.Claim();

        var listed = (await Devices(manager)).Single()!;

        ((string)listed["id"]!).ShouldBe(tablet.Id);
        ((string)listed["name"]!).ShouldBe("Pass");
        ((string)listed["kitchenId"]!).ShouldBe("k1");
        ((string)listed["pairedBy"]!).ShouldBe(key);
        var pairedAt = listed["pairedAt"]!.GetValue<DateTimeOffset>();
        (listed["expiresAt"]!.GetValue<DateTimeOffset>() - pairedAt)
            .ShouldBe(TimeSpan.FromDays(180), TimeSpan.FromSeconds(5));
        (await Devices(neighbour)).ShouldBeEmpty();
        (await neighbour.DeleteAsync($"/v1/devices/{tablet.Id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await tablet.Asks()).ShouldBe(HttpStatusCode.OK);
        (await manager.DeleteAsync($"/v1/devices/{tablet.Id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await tablet.Asks()).ShouldBe(HttpStatusCode.Unauthorized);
        (await manager.DeleteAsync($"/v1/devices/{tablet.Id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Devices(manager)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_that_is_no_device_is_not_revoked_as_one()
    {
        var key = await server.Post("/v1/keys", new { role = "kitchen", label = "x", kitchens = new[] { "k1" } });

        (await server.Client.DeleteAsync($"/v1/devices/{key["id"]}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        (await server.Get("/v1/devices"))["data"]!.AsArray().ShouldBeEmpty();
        using var client = server.ClientWith((string)key["key"]!);
        (await client.GetAsync("/v1/orders")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_revoked_device_ends_on_another_node_within_seconds_with_its_stream()
    {
        // As for every key: the node reads changes every few seconds and does not wait for the reload of all keys.
        await using var other = await Tablet.Server(
            server.ConnectionString, app => app.Configuration["Access:KeyReloadInterval"] = "01:00:00");
        using var tablet = await Tablet.Paired(server);
        using var elsewhere = tablet.At(other);
        (await elsewhere.Asks()).ShouldBe(HttpStatusCode.OK);
        using var stream = await elsewhere.Client.OpenStream("/v1/events");
        stream.StatusCode.ShouldBe(HttpStatusCode.OK);

        (await server.Client.DeleteAsync($"/v1/devices/{tablet.Id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        using var deadline = new CancellationTokenSource(Eventually.Patience);
        while (await elsewhere.Asks(deadline.Token) == HttpStatusCode.OK) await Task.Delay(50, deadline.Token);
        (await stream.Content.ReadAsStringAsync(deadline.Token)).ShouldStartWith("retry:");
    }

    [Fact]
    public async Task A_device_stays_paired_when_the_server_starts_again()
    {
        var before = await Tablet.Server(server.ConnectionString);
        using var tablet = await Tablet.Paired(before);
        await before.DisposeAsync();

        await using var after = await Tablet.Server(server.ConnectionString);
        using var same = tablet.At(after);

        (await same.Asks()).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_session_that_a_device_opens_lasts_as_long_as_the_device()
    {
        using var tablet = await Tablet.Paired(server);

        using var opened = await tablet.Client.PostAsync("/v1/session", null);

        var expires = JsonNode.Parse(await opened.Content.ReadAsStringAsync())!["expiresAt"]!;
        expires.GetValue<DateTimeOffset>().ShouldBe(
            tablet.Session["expiresAt"]!.GetValue<DateTimeOffset>(), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_device_that_signs_out_must_be_paired_again()
    {
        using var tablet = await Tablet.Paired(server);
        using var colleague = await Tablet.Paired(server);

        (await tablet.Client.DeleteAsync("/v1/session")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await server.Get("/v1/devices"))["data"]!.AsArray().Select(device => (string)device!["id"]!)
            .ShouldBe([colleague.Id]);
        (await colleague.Asks()).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_open_stream_counts_as_seen()
    {
        await using var node = await Tablet.Server(
            server.ConnectionString, app => app.Configuration["Tracking:HeartbeatInterval"] = "00:00:00.02");
        using var tablet = await Tablet.Paired(node);
        using var stream = await tablet.Client.OpenStream("/v1/events");
        var ring = node.Services.GetRequiredService<KeyRing>();
        var seen = await Eventually.Holds<DateTimeOffset?>(Seen, time => time is not null);

        await Eventually.Holds<DateTimeOffset?>(Seen, later => later > seen);

        async Task<DateTimeOffset?> Seen()
        {
            await ring.WriteUse(default);
            return await LastSeen(tablet.Id);
        }
    }

    async Task<DateTimeOffset?> LastSeen(string id) => (await server.Get("/v1/devices"))["data"]!.AsArray()
        .Single(device => (string)device!["id"]! == id)!["lastSeenAt"]?.GetValue<DateTimeOffset>();

    [Fact]
    public async Task Every_step_is_in_the_audit_log()
    {
        await using var own = await Tablet.Server();
        await SmallChain.Open(own);
        using var manager = await own.ClientOf(Role.Manager, ["k1"], subject: "mira");
        using var tablet = await Tablet.Begin(own);
        await Tablet.Confirm(manager, tablet.Code);
        await tablet.Claim();
        await manager.DeleteAsync($"/v1/devices/{tablet.Id}");

        var audit = (await own.Get("/v1/audit"))["data"]!.AsArray().Reverse()
            .Where(entry => ((string)entry!["path"]!).StartsWith("/v1/devices")).ToList();

        audit.Select(entry => $"{entry!["operation"]} {entry["status"]}").ShouldBe(
        [
            "POST /v1/devices/pairings 200", "PUT /v1/devices/pairings/{code} 204",
            "POST /v1/devices/pairings/claim 200", "DELETE /v1/devices/{id} 204",
        ]);
        ((string)audit[0]!["caller"]!).ShouldBe("anonymous");
        ((string)audit[1]!["subject"]!).ShouldBe("mira");
        ((string)audit[2]!["subject"]!).ShouldStartWith("device-");
        ((string)audit[3]!["path"]!).ShouldEndWith(tablet.Id);
    }

    static async Task<JsonArray> Devices(HttpClient caller) =>
        JsonNode.Parse(await caller.GetStringAsync(new Uri("/v1/devices", UriKind.Relative)))!["data"]!.AsArray();

    static async Task<HttpStatusCode> Move(Tablet tablet, string order)
    {
        using var answer = await tablet.Client.PutAsJsonAsync(
            $"/v1/orders/{order}/status", new { status = "preparing" });
        return answer.StatusCode;
    }

    static async Task<JsonNode> Json(Tablet tablet, string path) =>
        JsonNode.Parse(await tablet.Client.GetStringAsync(new Uri(path, UriKind.Relative)))!;

    static async Task<string> Id(HttpResponseMessage placed) =>
        (string)JsonNode.Parse(await placed.Content.ReadAsStringAsync())!["id"]!;
}
