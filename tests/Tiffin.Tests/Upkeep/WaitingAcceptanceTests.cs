using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Engine.Hosting;
using Tiffin.Features.Orders;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Upkeep;

public sealed class WaitingAcceptanceTests
{
    [Fact]
    public async Task Orders_waiting_when_a_kitchen_switches_to_automatic_acceptance_are_accepted()
    {
        await using var server = await TestServer.Start();
        await SmallChain.Open(server);
        var waiting = await Place(server, "k2");
        await Chore<WaitingAcceptance>(server).Run(default);
        (await Get(server, waiting))["status"]!.GetValue<string>().ShouldBe("placed");

        await server.Pipeline.Submit(SmallChain.Kitchen("k2", Domain.Catalogue.Acceptance.Automatic));
        await Chore<WaitingAcceptance>(server).Run(default);

        (await Get(server, waiting))["status"]!.GetValue<string>().ShouldBe("accepted");
        (await Get(server, waiting))["timeline"]![1]!.ToJsonString().ShouldContain("\"by\":\"system\"");
    }

    [Fact]
    public async Task An_order_placed_during_brief_manual_acceptance_is_accepted()
    {
        await using var server = await TestServer.Start();
        await SmallChain.Open(server);
        // The second run finds no waiting order.
        for (var i = 0; i < 2; i++) await Chore<WaitingAcceptance>(server).Run(default);

        await server.Pipeline.Submit(SmallChain.Kitchen("k1", Domain.Catalogue.Acceptance.Manual));
        var waiting = await Place(server, "k1");
        await server.Pipeline.Submit(SmallChain.Kitchen("k1", Domain.Catalogue.Acceptance.Automatic));
        await Chore<WaitingAcceptance>(server).Run(default);

        (await Get(server, waiting))["status"]!.GetValue<string>().ShouldBe("accepted");
    }

    static T Chore<T>(TestServer server) where T : IChore => server.Services.GetServices<IChore>().OfType<T>().Single();

    static async Task<string> Place(TestServer server, string kitchen)
    {
        var answer = await server.Client.Place(SmallChain.Order(kitchen));
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!.GetValue<string>();
    }

    static async Task<JsonNode> Get(TestServer server, string id) =>
        JsonNode.Parse(await server.Client.GetStringAsync(new Uri($"/v1/orders/{id}", UriKind.Relative)))!;
}
