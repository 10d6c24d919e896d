using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Tiffin.Engine.Hosting;
using Tiffin.Features.Orders;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Upkeep;

public sealed class AcceptanceTimeoutsTests
{
    [Fact]
    public async Task What_a_kitchen_does_not_accept_in_time_is_cancelled_and_gives_its_stock_back()
    {
        await using var server = await TestServer.Start();
        await SmallChain.Open(server, rice: 1_000);
        var waiting = await Place(server, "k2");
        var accepted = await Place(server, "k2");
        var fresh = await Place(server, "k2");
        (await server.Client.PutAsJsonAsync($"/v1/orders/{accepted}/status", new { status = "accepted" }))
            .EnsureSuccessStatusCode();
        await Run(server, $"UPDATE orders SET placed_at = placed_at - interval '9 minutes' WHERE id <> '{fresh}'");

        await Chore<AcceptanceTimeouts>(server).Run(default);

        (await Get(server, waiting))["status"]!.GetValue<string>().ShouldBe("cancelled");
        (await Get(server, waiting))["timeline"]![1]!.ToJsonString()
            .ShouldSatisfyAllConditions(
                step => step.ShouldContain("not_accepted_in_time"), step => step.ShouldContain("\"by\":\"system\""));
        (await Get(server, accepted))["status"]!.GetValue<string>().ShouldBe("accepted");
        (await Get(server, fresh))["status"]!.GetValue<string>().ShouldBe("placed");
        (await Scalar(server, """
            SELECT on_hand FROM stock s JOIN kitchens k ON k.number = s.kitchen
                JOIN ingredients i ON i.number = s.ingredient
            WHERE k.id = 'k2' AND i.sku = 'rice'
            """)).ShouldBe(800L);
    }

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
        await Chore<AcceptanceTimeouts>(server).Run(default);

        (await Get(server, waiting))["status"]!.GetValue<string>().ShouldBe("accepted");
        (await Get(server, waiting))["timeline"]![1]!.ToJsonString().ShouldContain("\"by\":\"system\"");
    }

    static T Chore<T>(TestServer server) where T : IChore => server.Services.GetServices<IChore>().OfType<T>().Single();

    static async Task<string> Place(TestServer server, string kitchen)
    {
        var answer = await server.Client.Place(SmallChain.Order(kitchen));
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!.GetValue<string>();
    }

    static async Task<JsonNode> Get(TestServer server, string id) =>
        JsonNode.Parse(await server.Client.GetStringAsync(new Uri($"/v1/orders/{id}", UriKind.Relative)))!;

    static async Task Run(TestServer server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    static async Task<object?> Scalar(TestServer server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
