using System.Net;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Faults;

public sealed class CrowdTests
{
    [Fact]
    public async Task Sixty_four_clients_racing_for_the_last_portions_get_exactly_those()
    {
        const int portions = 100;
        var database = await Shop.Open(portions);
        await using var server = await ServerProcess.Start(database);

        // Both items use the same rice; one of them also uses potatoes.
        var clients = await Task.WhenAll(Enumerable.Range(0, 64).Select(
            async client => await BuyUntilOut(server.Client, client % 2 == 0 ? "masala" : "plain")));

        clients.Sum().ShouldBe(portions);
        (await Session.Ask<long>(database, "SELECT on_hand FROM stock WHERE kitchen = 1 AND ingredient = 1"))
            .ShouldBe(0);
        (await Shop.Orders(database)).ShouldBe(portions);
        await Shop.ShouldVerify(database);
    }

    [Fact]
    public async Task Fifty_concurrent_identical_requests_place_one_order_with_identical_responses()
    {
        var database = await Shop.Open(portions: 1_000);
        await using var server = await ServerProcess.Start(database);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            using var answer = await server.Client.Place(SmallChain.Order(), "the-one-key");
            return (answer.StatusCode, Body: await answer.Content.ReadAsStringAsync(),
                Replayed: answer.Headers.Contains("Idempotency-Replayed"));
        }));

        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Created);
        answers.Select(answer => answer.Body).Distinct().ShouldHaveSingleItem();
        answers.Count(answer => !answer.Replayed).ShouldBe(1);
        (await Shop.Orders(database)).ShouldBe(1);
        await Shop.ShouldVerify(database);
    }

    /// <summary>The number of orders that a client placed before the first refusal.</summary>
    static async Task<int> BuyUntilOut(HttpClient client, string item)
    {
        for (var bought = 0; ; bought++)
        {
            var placement = new Placement(SmallChain.Order(item: item));
            await placement.Insist(client);
            if (placement.Status == HttpStatusCode.Created) continue;
            placement.Status.ShouldBe(HttpStatusCode.Conflict);
            return bought;
        }
    }
}
