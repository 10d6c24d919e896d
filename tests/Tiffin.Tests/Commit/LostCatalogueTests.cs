using System.Net;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Engine.Commit;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Commit;

/// <summary>
/// A failover, or a restore under running nodes, loses a version of the catalogue. The nodes' sessions stay open here,
/// so that only the random id of the catalogue version can reveal it.
/// </summary>
public sealed class LostCatalogueTests : IAsyncLifetime
{
    TestServer node = null!;

    public async Task InitializeAsync()
    {
        node = await TestServer.Start();
        await SmallChain.Open(node);
        await Keep();
    }

    public async Task DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task After_a_lost_version_an_order_has_the_price_in_the_table()
    {
        await Reprice(node, "masala", 33_300);
        (await Menu()).ShouldBe(33_300);
        await Lose();

        (await Order()).ShouldBe(12_000);
        (await Menu()).ShouldBe(12_000);
        await Reprice(node, "plain", 9_100);
        (await Order()).ShouldBe(12_000);
        (await Menu()).ShouldBe(12_000);
    }

    [Fact]
    public async Task After_a_lost_version_the_menu_matches_the_table_before_any_batch()
    {
        await Reprice(node, "masala", 33_300);
        await Lose();

        (await Menu()).ShouldBe(12_000);
        (await Order()).ShouldBe(12_000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task After_a_lost_version_is_reused_an_order_has_the_price_in_the_table(int versions)
    {
        await Reprice(node, "masala", 33_300);
        await Lose();
        await using (var other = await TestServer.Start(node.ConnectionString))
        {
            await Reprice(other, "masala", 44_400);
            for (var i = 1; i < versions; i++) await Reprice(other, "plain", 9_100 + i);
        }

        (await Menu()).ShouldBe(44_400);
        (await Order()).ShouldBe(44_400);
        await Reprice(node, "plain", 9_200);
        (await Menu()).ShouldBe(44_400);
        (await Order()).ShouldBe(44_400);
    }

    [Fact]
    public async Task A_version_that_an_older_build_advanced_without_an_id_is_noticed()
    {
        (await Menu()).ShouldBe(12_000);

        await Session.Run(node.ConnectionString, """
            BEGIN;
            UPDATE items SET price = 55500, version = (SELECT catalogue_version + 1 FROM log) WHERE id = 'masala';
            UPDATE log SET catalogue_version = catalogue_version + 1;
            COMMIT
            """);

        (await Order()).ShouldBe(55_500);
        (await Menu()).ShouldBe(55_500);
        await Reprice(node, "plain", 9_100);
        (await Order()).ShouldBe(55_500);
    }

    Task Keep() => Session.Run(node.ConnectionString, """
        CREATE TABLE kept_log AS TABLE log;
        CREATE TABLE kept_items AS TABLE items
        """);

    /// <summary>Restores the catalogue to its state before the test.</summary>
    Task Lose() => Session.Run(node.ConnectionString, """
        BEGIN;
        DELETE FROM log;
        INSERT INTO log SELECT * FROM kept_log;
        UPDATE items SET price = k.price, version = k.version FROM kept_items k WHERE k.id = items.id;
        COMMIT
        """);

    static async Task Reprice(TestServer server, string item, long price)
    {
        var put = new PutItem(item, "dosa", item, null, ItemKind.Item, new Money(price, "INR"), 500,
            [new RecipeLine("rice", 100)], ["ghee-extra"]) { Caller = SmallChain.Admin };
        (await server.Pipeline.Submit(put)).ShouldBeOfType<Outcome.OfEntry>();
    }

    async Task<long> Menu()
    {
        var menu = await node.Get("/v1/kitchens/k1/menu");
        return menu["data"]!.AsArray().Single(item => (string)item!["itemId"]! == "masala")!["price"]!["amount"]!
            .GetValue<long>();
    }

    /// <summary>The price of an order of one portion, without tax.</summary>
    async Task<long> Order()
    {
        var order = await node.Post("/v1/orders", SmallChain.Order(), HttpStatusCode.Created);
        return order["totals"]!["total"]!["amount"]!.GetValue<long>() * 100 / 105;
    }
}
