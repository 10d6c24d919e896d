using Npgsql;
using Tiffin.Engine.Storage;
using Tiffin.Features.Analytics;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Analytics;

public sealed class AnalyticsRebuildTests : IAsyncLifetime
{
    TestServer server = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.Start();
        // More than can be ordered while figures are rebuilt.
        await SmallChain.Open(server, rice: 1_000_000_000);
        await server.Serve(SmallChain.Order(), "preparing", "ready", "out_for_delivery", "delivered");
        await server.Move(await server.Serve(SmallChain.Order("k2", "plain")), "cancelled", "denied");
        await server.CaughtUp();
        await server.Fold();
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Unmodified_figures_match_the_log()
    {
        await server.Serve(SmallChain.Order("k2", "plain"));
        await server.CaughtUp();
        var comparison = await server.Compare();

        // Increments that are not yet merged into the sums count, and merging them changes nothing.
        var range = $"kitchenId=k2&to={DateTime.UtcNow.AddHours(1):s}Z";
        var summary = await server.Summary(range);
        await server.Fold();
        (await server.Ask<long>("SELECT count(*) FROM analytics_recent")).ShouldBe(0);
        comparison.Compared.ShouldBe(await server.Ask<long>("SELECT count(*) FROM analytics"));
        (await server.Summary(range)).ToJsonString().ShouldBe(summary.ToJsonString());
        summary["placed"]!.GetValue<int>().ShouldBe(2);
        comparison.Compared.ShouldBeGreaterThan(5);
        comparison.Position.ShouldBe(await server.CaughtUp());
        comparison.DifferenceCount.ShouldBe(0);
        comparison.Differences.ShouldBeEmpty();
    }

    [Fact]
    public async Task Damaged_lost_and_invented_figures_are_found_and_corrected()
    {
        await server.Do("""
            UPDATE analytics SET value = value + 1 WHERE measure = 0 AND kitchen = 'k1';
            DELETE FROM analytics WHERE measure = 1;
            INSERT INTO analytics SELECT at, 7, 7, kitchen, brand_id, channel, 'saffron' FROM analytics
                WHERE measure = 0 AND kitchen = 'k1';
            """);

        var comparison = await server.Compare();

        comparison.DifferenceCount.ShouldBe(3);
        comparison.Differences.Select(d => (d.Measure, d.Kitchen, d.Brand, d.Channel, d.Key, d.Stored, d.Recomputed))
            .ShouldBe([
                (Measure.Placed, "k1", "dosa", "app", "", 2, 1),
                (Measure.Delivered, "k1", "dosa", "app", "", null, 1),
                (Measure.Wasted, "k1", "dosa", "app", "saffron", 7, null),
            ]);
        var rebuilt = await Rebuild();
        rebuilt.Corrected.ShouldBe(3);
        (await server.Compare()).DifferenceCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_rebuild_of_an_empty_table_restores_the_live_figures()
    {
        const string all = "SELECT string_agg(analytics::text, ' ' ORDER BY analytics::text) FROM analytics";
        var live = await server.Ask<string>(all);
        await server.Do("DELETE FROM analytics");

        await Rebuild();

        (await server.Ask<string>(all)).ShouldBe(live);
    }

    [Fact]
    public async Task A_rebuild_while_orders_come_in_loses_and_doubles_nothing()
    {
        using var enough = new CancellationTokenSource();
        var orders = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested) await server.Serve(SmallChain.Order(item: "plain"));
        });
        for (var i = 0; i < 5; i++)
        {
            await server.Do("UPDATE analytics SET value = value + 1 WHERE measure = 0");
            await Rebuild();
        }
        await enough.CancelAsync();
        await orders;
        await server.CaughtUp();

        (await server.Compare()).DifferenceCount.ShouldBe(0);
        var placed = await server.Ask<long>("SELECT count(*) FROM orders");
        (await server.Summary())["placed"]!.GetValue<long>().ShouldBe(placed);
    }

    [Fact]
    public async Task Figures_older_than_the_log_are_not_changed()
    {
        // The first half of the log is deleted, and the other figures are dated hours later.
        await server.Do("""
            INSERT INTO analytics (at, value, measure, kitchen, brand_id, channel, key)
                VALUES ('2026-01-01T00:00:00Z', 42, 0, 'k1', 'dosa', 'app', '');
            DELETE FROM events WHERE position <= (SELECT max(position) / 2 FROM events);
            UPDATE analytics SET at = '2026-01-01T02:00:00Z' WHERE at > '2026-01-01T02:00:00Z'
            """);

        await Rebuild();

        (await server.Ask<long>("SELECT value FROM analytics WHERE at = '2026-01-01T00:00:00Z'")).ShouldBe(42);
        (await server.Compare()).DifferenceCount.ShouldBe(0);
    }

    async Task<AnalyticsRebuildResult> Rebuild()
    {
        await using var database = new Database(server.ConnectionString);
        await using NpgsqlConnection session = await database.OpenWriter(CancellationToken.None);
        return await AnalyticsRebuild.Run(session, CancellationToken.None);
    }
}
