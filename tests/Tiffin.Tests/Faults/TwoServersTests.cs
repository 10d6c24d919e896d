using System.Net;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Faults;

public sealed class TwoServersTests
{
    [Fact]
    public async Task Two_servers_under_load_share_one_log_without_gaps_or_duplicates()
    {
        const int count = 600;
        var database = await Shop.Open(portions: count);
        await using var one = await ServerProcess.Start(database);
        await using var other = await ServerProcess.Start(database);
        var placements = Placement.Many(count, _ => SmallChain.Order());

        var all = Task.WhenAll(placements.Select((placement, i) =>
            placement.Insist((i % 2 == 0 ? one : other).Client)));
        do
            await Shop.ShouldVerify(database);
        while (!all.IsCompleted);
        await all;

        placements.Select(placement => placement.OrderId).Distinct().Count().ShouldBe(count);
        (await Shop.Orders(database)).ShouldBe(count);
        await Shop.ShouldVerify(database);
        // A key is replayed on any node.
        await placements[0].Try(other.Client);
        placements[0].WasReplayed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_server_frozen_during_a_batch_blocks_the_other_for_less_than_its_deadline()
    {
        var database = await Shop.Open(portions: 100);
        await using var frozen = await ServerProcess.Start(database);
        await using var other = await ServerProcess.Start(database, deadline: TimeSpan.FromSeconds(20));
        await new Placement(SmallChain.Order()).Insist(other.Client);
        var stuck = new Placement(SmallChain.Order());

        // Frozen while it holds the write lock, between reading its rows and writing them.
        await using var stock = await LogLock.TakeStock(database);
        var answer = stuck.Try(frozen.Client);
        await LogLock.Waiter(database);
        await frozen.Freeze();
        await stock.Release();
        var next = new Placement(SmallChain.Order());
        await next.Try(other.Client);

        // A lock held beyond the deadline would have caused a 503.
        next.Status.ShouldBe(HttpStatusCode.Created);
        await frozen.Thaw();
        await answer;
        await stuck.Insist(frozen.Client);
        stuck.Status.ShouldBe(HttpStatusCode.Created);
        (await Shop.Orders(database)).ShouldBe(3);
        await Shop.ShouldVerify(database);
    }
}
