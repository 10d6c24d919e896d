using System.Net;
using Microsoft.Extensions.Logging;
using Tiffin.Engine.Commit;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Faults;

public sealed class PostgresFaultTests(PrivateCluster cluster) : IClassFixture<PrivateCluster>
{
    [Fact]
    public async Task PostgreSQL_stopped_like_a_crash_under_2000_placements_loses_no_answered_order_and_doubles_none()
    {
        const int count = 2_000;
        var database = await Shop.Open(count, await cluster.CreateDatabase());
        await using var server = await ServerProcess.Start(database);
        var placements = Placement.Many(count, _ => SmallChain.Order());

        var all = Task.WhenAll(placements.Select(placement => placement.Insist(server.Client)));
        await Eventually.Holds(
            () => placements.Count(placement => placement.OrderId is not null), value => value > 100, "100 answers");
        await cluster.Quit();
        all.IsCompleted.ShouldBeFalse();
        await cluster.Postgres.Restart();
        await all;

        placements.ShouldAllBe(placement => placement.Status == HttpStatusCode.Created);
        placements.Select(placement => placement.OrderId).Distinct().Count().ShouldBe(count);
        (await Shop.Orders(database)).ShouldBe(count);
        await Shop.ShouldVerify(database);
    }

    [Fact]
    public async Task A_commit_that_no_standby_confirmed_is_unknown_until_its_key_is_asked_for_again()
    {
        var database = await Shop.Open(portions: 100, await cluster.CreateDatabase());
        await using var server = await TestServer.Start(
            database, builder => builder.Configuration["Commit:Deadline"] = $"{Eventually.Patience}");
        var placement = new Placement(SmallChain.Order());

        using var unknown = await PlaceUnreplicated(server, placement.Key);

        unknown.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        unknown.Headers.RetryAfter.ShouldNotBeNull();
        (await unknown.Content.ReadAsStringAsync()).ShouldContain("\"outcome_unknown\"");

        await placement.Insist(server.Client);
        placement.WasReplayed.ShouldBeTrue();
        await new Placement(SmallChain.Order()).Insist(server.Client);
        server.Pipeline.State.ShouldBe(WriterState.Healthy);
        (await Shop.Orders(database)).ShouldBe(2);
    }

    [Fact]
    public async Task What_comes_after_an_unreplicated_commit_is_not_unknown_but_waits_for_a_database_that_is_away()
    {
        var database = await Shop.Open(portions: 100, await cluster.CreateDatabase());
        await using var server = await TestServer.Start(
            database, builder => builder.Configuration["Commit:Deadline"] = $"{Eventually.Patience}");
        var placement = new Placement(SmallChain.Order());

        using var unknown = await PlaceUnreplicated(server, key: "unknown");
        await cluster.Postgres.StopImmediate();
        var answer = placement.Try(server.Client);
        await cluster.Postgres.Restart();
        await answer;

        placement.Status.ShouldBe(HttpStatusCode.Created);
        server.Pipeline.State.ShouldBe(WriterState.Healthy);
    }

    [Fact]
    public async Task An_immediate_stop_is_not_taken_for_a_lost_replica()
    {
        var database = await Shop.Open(portions: 100, await cluster.CreateDatabase());
        using var spy = LogSpy.Listening();
        await using var server = await TestServer.Start(database, builder =>
        {
            builder.Configuration["Commit:Deadline"] = $"{Eventually.Patience}";
            builder.Logging.AddProvider(spy);
        });
        await server.Pipeline.Probe();
        var placement = new Placement(SmallChain.Order());

        await using (await LogLock.Take(database))
        {
            var answer = placement.Try(server.Client);
            await LogLock.Waiter(database);
            await cluster.Postgres.StopImmediate();
            await cluster.Postgres.Restart();
            await answer;
        }

        placement.Status.ShouldBe(HttpStatusCode.Created);
        spy.Text.ShouldNotContain("not replicated");
    }

    /// <summary>
    /// Places an order while a standby is waited for that does not exist, and ends the wait. The writer is unreplicated
    /// until the standby is no longer required: from then on the health watch's next probe makes it healthy.
    /// </summary>
    static async Task<HttpResponseMessage> PlaceUnreplicated(TestServer server, string key)
    {
        var database = server.ConnectionString;
        await Standby.Require(database, "missing");
        var answer = server.Client.Place(SmallChain.Order(), key);
        await Standby.CancelWait(database);
        var unknown = await answer;
        server.Pipeline.State.ShouldBe(WriterState.Unreplicated);
        await Standby.Require(database, "");
        return unknown;
    }
}
