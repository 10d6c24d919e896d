using System.Net;
using System.Net.Http.Json;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Faults;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Deploy;

/// <summary>
/// Applies the next release's migration under nodes of this one, as docs/operate/upgrade.md describes.
/// </summary>
public sealed class UpgradeTests
{
    [Fact]
    public async Task A_node_that_is_up_works_on_while_the_next_releases_migration_expands_every_table()
    {
        var database = await Shop.Open(portions: 1_000);
        await using var node = await ServerProcess.Start(database);
        var before = Placement.Many(50, _ => SmallChain.Order());
        await Task.WhenAll(before.Select(order => order.Insist(node.Client)));

        var during = Placement.Many(200, _ => SmallChain.Order());
        var placing = Task.WhenAll(during.Select(order => order.Try(node.Client)));
        await Expand(database);
        await placing;

        during.ShouldAllBe(order => order.Status == HttpStatusCode.Created);
        await before[0].Insist(node.Client);
        before[0].WasReplayed.ShouldBeTrue();
        await Move(node, before[0], new { status = "preparing" });
        await Move(node, during[0], new { status = "cancelled", reason = "customer_called" });
        foreach (var path in (string[])
            ["/v1/orders?kitchenId=k1", "/v1/events?after=0", "/v1/kitchens/k1/stock", "/v1/kitchens/k1/menu"])
            (await node.Client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK, path);
        await using var another = new Database(database);
        (await Should.ThrowAsync<SchemaMismatchException>(Migrator.Check(another, default)))
            .Message.ShouldContain($"at version {Migrator.Expected + 1}, newer than the {Migrator.Expected}");
        await Session.Run(database, "UPDATE migrations SET expands = true WHERE name = 'next'");
        await Migrator.Check(another, default);
        await Session.Run(database, $"DELETE FROM migrations WHERE version > {Migrator.Expected}");
        await Shop.ShouldVerify(database);
    }

    /// <summary>
    /// Adds a column to every table and records the migration; takes one lock at a time, as a migration should.
    /// </summary>
    static async Task Expand(string database)
    {
        var tables = await Session.Ask<string[]>(database, """
            SELECT array_agg(oid::regclass::text) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
            """);
        foreach (var table in tables!)
            await Session.Run(database, $"ALTER TABLE {table} ADD COLUMN of_the_next_release text DEFAULT 'new'");
        await Session.Run(database, $"""
            INSERT INTO migrations (version, name) VALUES ({Migrator.Expected + 1}, 'next')
            """);
    }

    static async Task Move(ServerProcess node, Placement order, object move)
    {
        using var answer = await node.Client.PutAsJsonAsync($"/v1/orders/{order.OrderId}/status", move);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
