using System.Net;
using Tiffin.Commit;
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
        await Eventually.Holds(() => placements.Count(placement => placement.OrderId is not null) > 100, "100 answers");
        await cluster.Postgres.StopImmediate();
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
        server.Pipeline.State.ShouldBe(WriterState.Unreplicated);

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

    /// <summary>Places an order while a standby is waited for that does not exist, and ends the wait.</summary>
    static async Task<HttpResponseMessage> PlaceUnreplicated(TestServer server, string key)
    {
        var database = server.ConnectionString;
        await Standby(database, "missing");
        var answer = server.Client.Place(SmallChain.Order(), key);
        await Session.Run(database, $"SELECT pg_cancel_backend({await WaitsForStandby(database)})");
        var unknown = await answer;
        await Standby(database, "");
        return unknown;
    }

    /// <summary>Names the standby that a commit waits for; returns when new commits do.</summary>
    static async Task Standby(string database, string name)
    {
        await Session.Run(database, $"ALTER SYSTEM SET synchronous_standby_names = '{name}'");
        await Session.Run(database, "SELECT pg_reload_conf()");
        await Eventually.Holds(async () =>
            await Session.Ask<string>(database, "SHOW synchronous_standby_names") == name, "the new setting");
    }

    static async Task<int> WaitsForStandby(string database)
    {
        var process = 0;
        await Eventually.Holds(async () =>
        {
            process = await Session.Ask<int>(database, """
                SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'SyncRep'
                """);
            return process > 0;
        }, "a commit that waits for its standby");
        return process;
    }
}
