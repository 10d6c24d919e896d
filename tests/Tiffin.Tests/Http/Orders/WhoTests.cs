using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Tests.Access;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Orders;

public sealed class WhoTests(TabletServer shared) : IClassFixture<TabletServer>
{
    readonly TestServer server = shared.Server;

    [Fact]
    public async Task A_manager_reads_in_the_timeline_who_did_what_and_on_which_tablet()
    {
        var kitchen = await Own.Kitchen(server);
        using var manager = await server.ClientOf(Role.Manager, [kitchen], subject: "ravi \"the\" manager");
        using var screen = await server.ClientOf(Role.Kitchen, [kitchen]);
        using var tablet = await Tablet.Paired(server, kitchen, "Tandoor, left");
        var path = $"/v1/orders/{(await server.Post("/v1/orders", SmallChain.Order(kitchen)))["id"]}";
        await Move(tablet.Client, path, "preparing");
        await Move(screen, path, "ready");
        var answer = await Move(manager, path, "cancelled");

        string?[] all = ["test", null, "Tandoor, left", "test", "ravi \"the\" manager"];
        Who(answer).ShouldBe(all);
        Who(await Read(manager, path)).ShouldBe(all);
        Who(await Read(manager, $"{path}?version=3")).ShouldBe(all[..3]);
        Who((await Read(manager, $"/v1/orders?kitchenId={kitchen}"))["data"]![0]!).ShouldBe(all);
        (await server.Client.DeleteAsync($"/v1/devices/{tablet.Id}")).EnsureSuccessStatusCode();
        Who(await Read(manager, path))[2].ShouldNotBeNull().ShouldStartWith("device-");
    }

    [Fact]
    public async Task The_board_contains_roles_and_no_names()
    {
        var kitchen = await Own.Kitchen(server);
        using var manager = await server.ClientOf(Role.Manager, [kitchen], subject: "ravi");
        using var cook = await server.ClientOf(Role.Kitchen, [kitchen], subject: "asha");
        var path = $"/v1/orders/{(await server.Post("/v1/orders", SmallChain.Order(kitchen)))["id"]}";
        await Move(cook, path, "preparing");

        Who(await Card(manager)).ShouldBe([null, null, null]);
        Who(await Card(cook)).ShouldBe([null, null, null]);
        (await Card(cook))["timeline"]![2]!["by"]!.ToString().ShouldBe("kitchen");

        async Task<JsonNode> Card(HttpClient client) =>
            (await Read(client, $"/v1/kitchens/{kitchen}/board"))["orders"]![0]!;
    }

    [Theory]
    [InlineData(Role.Kitchen)]
    [InlineData(Role.Courier)]
    [InlineData(Role.Channel)]
    [InlineData(Role.Customer)]
    public async Task Others_read_the_role_and_never_the_name(Role role)
    {
        var kitchen = await Own.Kitchen(server);
        using var manager = await server.ClientOf(Role.Manager, [kitchen], subject: "secret-name");
        using var reader = await server.ClientOf(
            role, role is Role.Kitchen or Role.Courier ? [kitchen] : null,
            role is Role.Channel or Role.Customer ? "app" : null, $"reader-{role}");
        var order = JsonSerializer.SerializeToNode(SmallChain.Order(kitchen))!;
        order["customer"] = new JsonObject { ["id"] = $"reader-{role}", ["name"] = "Asha" };
        var placed = await server.Post("/v1/orders", order);
        var path = $"/v1/orders/{placed["id"]}";
        await Move(manager, path, "preparing");
        await Move(manager, path, "ready");

        string[] reads =
            [path, $"{path}?version=3", "/v1/orders", placed.TrackPath(), "/v1/events?after=0&limit=200"];
        foreach (var from in reads)
        {
            var answer = await reader.GetAsync(from);
            var text = await answer.Content.ReadAsStringAsync();
            text.ShouldNotContain("secret-name", customMessage: from);
            text.ShouldNotContain("\"who\"", customMessage: from);
        }
        (await Read(reader, path))["timeline"]![3]!["by"]!.ToString().ShouldBe("manager");
        (await server.Client.GetStringAsync("/v1/events?after=0&limit=200")).ShouldNotContain("secret-name");
    }

    static List<string?> Who(JsonNode order) =>
        [.. order["timeline"]!.AsArray().Select(step => (string?)step!["who"])];

    static async Task<JsonNode> Move(HttpClient client, string path, string status)
    {
        using var answer = await client.PutAsJsonAsync($"{path}/status", new { status });
        answer.EnsureSuccessStatusCode();
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    static async Task<JsonNode> Read(HttpClient client, string path) =>
        JsonNode.Parse(await client.GetStringAsync(path))!;
}
