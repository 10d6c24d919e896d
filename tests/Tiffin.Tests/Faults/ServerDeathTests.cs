using System.Net;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Faults;

public sealed class ServerDeathTests
{
    [Fact]
    public async Task Killing_a_server_under_load_loses_and_duplicates_no_answered_order()
    {
        const int count = 2_000;
        var database = await Shop.Open(portions: count);
        var placements = Placement.Many(count, _ => SmallChain.Order());
        await using (var doomed = await ServerProcess.Start(database))
        {
            var all = Task.WhenAll(placements.Select(placement => placement.Try(doomed.Client)));
            await Eventually.Holds(() => Answered(placements), value => value > 100, "100 answers");
            await doomed.Kill();
            await all;
        }
        Answered(placements).ShouldBeInRange(101, count - 1);

        await using var heir = await ServerProcess.Start(database);
        await Task.WhenAll(placements.Select(placement => placement.Insist(heir.Client)));

        placements.ShouldAllBe(placement => placement.Status == HttpStatusCode.Created);
        placements.Select(placement => placement.OrderId).Distinct().Count().ShouldBe(count);
        (await Shop.Orders(database)).ShouldBe(count);
        await Shop.ShouldVerify(database);
    }

    [Fact]
    public async Task A_graceful_shutdown_answers_every_request_and_keeps_what_it_answered()
    {
        var database = await Shop.Open(portions: 1_000);
        var placements = Placement.Many(600, _ => SmallChain.Order());
        await using var server = await ServerProcess.Start(database);

        var all = Task.WhenAll(placements.Select(placement => placement.Try(server.Client)));
        await Eventually.Holds(() => Answered(placements), value => value > 30, "30 answers");
        var exitCode = await server.Leave();
        await all.WaitAsync(Eventually.Patience);

        exitCode.ShouldBe(0, server.Output);
        placements.ShouldAllBe(placement =>
            placement.Status == null || placement.Status == HttpStatusCode.Created
            || placement.Status == HttpStatusCode.ServiceUnavailable);
        var answered = string.Join(',', placements.Select(placement => placement.OrderId).OfType<Guid>());
        (await Session.Ask<long>(database, $"SELECT count(*) FROM orders WHERE id = ANY('{{{answered}}}')"))
            .ShouldBe(Answered(placements));
        await Shop.ShouldVerify(database);
    }

    static int Answered(Placement[] placements) => placements.Count(placement => placement.OrderId is not null);
}
