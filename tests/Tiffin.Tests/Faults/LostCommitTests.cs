using System.Net;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Faults;

public sealed class LostCommitTests
{
    [Theory]
    [InlineData(Cut.BeforeCommit)]
    [InlineData(Cut.AfterCommit)]
    public async Task An_unanswered_commit_is_settled_by_reading_the_log(Cut cut)
    {
        var database = await Shop.Open(portions: 100);
        await using var proxy = ChaosProxy.Before(database);
        await using var server = await Start(proxy);
        var placement = new Placement(SmallChain.Order());

        proxy.Arm(cut);
        await placement.Try(server.Client);

        proxy.Cuts.ShouldBe(1);
        placement.Status.ShouldBe(HttpStatusCode.Created);
        // Neither the caller nor the server sent the command again.
        placement.WasReplayed.ShouldBeFalse();
        (await Shop.Orders(database)).ShouldBe(1);
        await Shop.ShouldVerify(database);
    }

    [Fact]
    public async Task An_unanswered_commit_stays_unsettled_until_the_log_can_be_read()
    {
        var database = await Shop.Open(portions: 100);
        await using var proxy = ChaosProxy.Before(database);
        await using var server = await Start(proxy);
        var placement = new Placement(SmallChain.Order());
        LogLock? held = null;

        proxy.Arm(Cut.AfterCommit, async () => held = await LogLock.Take(database));
        var answer = placement.Try(server.Client);
        var began = default(DateTime);
        for (var refused = 0; refused < 4; refused++)
        {
            (var process, began) = await LogLock.Waiter(database, after: began);
            await Session.Run(database, $"SELECT pg_cancel_backend({process})");
        }
        await LogLock.Waiter(database, after: began);
        await held!.Release();
        await answer;

        placement.Status.ShouldBe(HttpStatusCode.Created);
        placement.WasReplayed.ShouldBeFalse();
        (await Shop.Orders(database)).ShouldBe(1);
    }

    static Task<TestServer> Start(ChaosProxy proxy) => TestServer.Start(
        proxy.ConnectionString, builder => builder.Configuration["Commit:Deadline"] = $"{Eventually.Patience}");
}
