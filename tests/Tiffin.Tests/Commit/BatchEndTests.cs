using System.Diagnostics;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Commit;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Commit;

public sealed class BatchEndTests : IAsyncLifetime
{
    TestServer server = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.Start();
        await SmallChain.Open(server);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task An_order_queued_behind_a_new_recipe_takes_that_recipes_stock()
    {
        await using var holder = new NpgsqlConnection(server.ConnectionString);
        await holder.OpenAsync();
        await using var log = await holder.BeginTransactionAsync();
        await Execute(holder, "SELECT FROM log FOR UPDATE");
        var first = server.Pipeline.Submit(new SetThreshold("k1", "rice", 1) { Caller = SmallChain.Admin });
        await UntilABatchWaits(holder);

        // Both queue behind the batch that waits for the write lock.
        var recipe = server.Pipeline.Submit(new PutItem(
            "plain", "dosa", "plain", null, ItemKind.Item, new Money(9000, "INR"), 500,
            [new RecipeLine("potato", 50)], []) { Caller = SmallChain.Admin });
        var order = server.Pipeline.Submit(Order("plain"));
        await log.CommitAsync();

        (await first).ShouldBeOfType<Outcome.OfJson>();
        (await recipe).ShouldBeOfType<Outcome.OfEntry>();
        (await order).ShouldBeOfType<Outcome.OfOrder>();
    }

    static PlaceOrder Order(string item) => new(
        Guid.CreateVersion7(), "k1", "dosa", "app", null, null, FulfilmentType.Pickup,
        new Contact(null, null, null, null, null), [new BasketLine(item, 1, [], null)], null, null, null)
    {
        Caller = SmallChain.Admin,
        Key = new RequestKey(Guid.NewGuid()),
        Fingerprint = Guid.NewGuid(),
    };

    static async Task UntilABatchWaits(NpgsqlConnection connection) => await Eventually.Holds(
        () => Execute(connection, """
            SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
            """), count => count is > 0L, "a batch that waits for the log");

    static async Task<object?> Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
