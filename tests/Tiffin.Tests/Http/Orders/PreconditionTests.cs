using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Orders;

public sealed class PreconditionTests(SmallChainServer shared) : IClassFixture<SmallChainServer>, IAsyncLifetime
{
    readonly TestServer server = shared.Server;
    string path = null!;

    public async Task InitializeAsync() =>
        path = $"/v1/orders/{(await server.Post("/v1/orders", SmallChain.Order()))["id"]}";

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("\"2\"", 304)]
    [InlineData("W/\"2\"", 304)]
    [InlineData("\"1\", \"2\"", 304)]
    [InlineData("*", 304)]
    [InlineData("\"1\"", 200)]
    [InlineData("2", 200)]
    public async Task An_unchanged_order_is_not_sent_again(string seen, int status)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("If-None-Match", seen);

        var answer = await server.Client.SendAsync(request);

        ((int)answer.StatusCode).ShouldBe(status);
        answer.Headers.ETag!.Tag.ShouldBe("\"2\"");
        ((await answer.Content.ReadAsByteArrayAsync()).Length == 0).ShouldBe(status == 304);
    }

    [Theory]
    [InlineData("\"1\"")]
    [InlineData("W/\"2\"")]
    [InlineData("\"two\"")]
    [InlineData("\"99999999999999999999\"")]
    [InlineData("\"1\", \"3\", W/\"2\"")]
    public async Task A_change_based_on_a_stale_version_is_refused_with_the_current_version(string seen)
    {
        var refused = await Move("preparing", seen);

        refused.StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        var problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync())!;
        ((string)problem["code"]!, (int)problem["version"]!).ShouldBe(("stale_version", 2));
    }

    [Fact]
    public async Task A_change_based_on_the_current_version_is_made()
    {
        (await Move("preparing", "\"2\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Move("ready", "*")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("\"1\", \"2\"")]
    [InlineData("W/\"2\", \"2\"")]
    [InlineData("\"two\", \"2\", \"3\"")]
    public async Task One_of_several_tags_that_matches_is_enough(string seen) =>
        (await Move("cancelled", seen)).StatusCode.ShouldBe(HttpStatusCode.OK);

    [Theory]
    [InlineData("2")]
    [InlineData("\"2")]
    public async Task A_malformed_condition_is_never_ignored(string seen)
    {
        var refused = await Move("preparing", seen);

        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync())!;
        problem["errors"]!.AsObject().Select(fault => fault.Key).ShouldBe(["/header/If-Match"]);
    }

    [Fact]
    public async Task An_illegal_status_change_is_refused_with_the_allowed_statuses()
    {
        var refused = await Move("delivered", "*");

        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync())!;
        ((int)problem["status"]!, (string)problem["orderStatus"]!).ShouldBe((409, "accepted"));
        problem["allowedStatuses"]!.ToJsonString().ShouldBe("""["preparing","cancelled"]""");
    }

    [Fact]
    public async Task A_change_based_on_another_status_is_refused_with_the_current_status()
    {
        await server.Put(path + "/status", new { status = "preparing" });

        var refused = await server.Put(
            path + "/status", new { status = "cancelled", ifStatus = "accepted" }, HttpStatusCode.Conflict);

        ((string)refused["code"]!, (string)refused["orderStatus"]!).ShouldBe(("illegal_move", "preparing"));
        ((string)refused["detail"]!).ShouldBe(
            "The order is preparing now, and 'ifStatus' is accepted. Read the order again, then decide again.");
        (await server.Put(path + "/status", new { status = "cancelled", ifStatus = "preparing" }))["status"]!
            .ToString().ShouldBe("cancelled");
    }

    Task<HttpResponseMessage> Move(string status, string ifMatch)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, path + "/status")
        {
            Content = JsonContent.Create(new { status }),
        };
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return server.Client.SendAsync(request);
    }
}
