using System.Net;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Tests.Subscribers.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

public sealed class WebhookScopeTests
{
    [Theory]
    [InlineData(Role.Channel)]
    [InlineData(Role.Manager)]
    public async Task An_endpoint_is_sent_no_more_than_its_owner_may_see_replayed_or_not(Role role)
    {
        await using var server = await TestServer.Start(configure: WebhookServer.Quick);
        await SmallChain.Open(server);
        await using var receiver = await Receiver.Answering(_ => 200);
        using var owner = role == Role.Channel
            ? await server.ClientOf(role, channel: "app")
            : await server.ClientOf(role, ["k1"]);
        // k2, where nothing is accepted by itself, and k1: one event, and two.
        var foreign = MatrixCast.Order(theirs: false);
        await server.Client.Place(foreign);
        var made = await owner.Post("/v1/webhooks", new { url = receiver.Url, types = new[] { "order.*" } });
        var id = (string?)JsonNode.Parse(await made.Content.ReadAsStringAsync())!["id"];

        await server.Client.Place(foreign);
        await server.Client.Place(MatrixCast.Order(theirs: true));
        await receiver.Receives(2);
        var since = DateTimeOffset.UtcNow.AddHours(-1);
        var replayed = await owner.Post($"/v1/webhooks/{id}/replay", new { from = since, to = since.AddHours(2) });

        replayed.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted);
        await receiver.Receives(4);
        receiver.Calls.ShouldAllBe(call => (string?)call.Event["kitchenid"] == "k1");
    }
}
