using System.Net;
using Microsoft.Extensions.Logging;
using Tiffin.Engine.Commit;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Faults;

public sealed class PostgresFaultTests(PrivateCluster cluster) : IClassFixture<PrivateCluster>
{
    [Fact]
    public async Task PostgreSQL_stopped_immediately_under_load_loses_and_duplicates_no_order()
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
    public async Task A_commit_without_confirmation_of_a_standby_is_unknown_until_the_key_is_retried()
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
    public async Task After_an_unreplicated_commit_new_orders_wait_for_a_database_that_is_down()
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
    /// Places an order while commits wait for a standby that does not exist, and cancels the wait. The writer is
    /// unreplicated while the standby is required; then the health watch's next probe makes it healthy.
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
