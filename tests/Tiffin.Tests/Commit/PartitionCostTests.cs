using Npgsql;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Faults;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Commit;

/// <summary>The cost of a batch does not depend on the number of partitions of the log.</summary>
public sealed class PartitionCostTests
{
    [Fact]
    public async Task A_batch_takes_no_lock_on_the_partitions_of_the_past()
    {
        await using var node = await TestServer.Start(await Shop.Open(portions: 100));
        await PlaceSome(node);
        var before = await Locks(node);

        await Session.Run(node.ConnectionString, """
            SELECT extend_events(500000000);
            INSERT INTO events (position, id, at, order_id, sequence, type, kitchen, brand_id, channel, data)
            SELECT 479999999, gen_random_uuid(), now(), gen_random_uuid(), 1, type, kitchen, brand_id, channel, data
            FROM events LIMIT 1
            """);
        // Also across the boundary between two partitions.
        await PlaceSome(node);

        (await Session.Ask<long>(node.ConnectionString, "SELECT max(position) FROM events"))
            .ShouldBeGreaterThan(480_000_000);
        var (after, partitions) = await Locks(node);
        before.Partitions.ShouldBeLessThanOrEqualTo(3);
        partitions.ShouldBeLessThanOrEqualTo(3, "the partition of the last event, and those created ahead");
        after.ShouldBeLessThanOrEqualTo(before.Relations);
    }

    [Fact]
    public async Task Reading_the_bounds_of_the_log_opens_only_the_partitions_at_its_ends()
    {
        var database = await PostgresFixture.CreateDatabase();
        await Session.Run(database, """
            SELECT extend_events(500000000);
            INSERT INTO events (position, id, at, type, data)
            SELECT position, gen_random_uuid(), now(), 40, '' FROM unnest(ARRAY[1, 490000000, 490000001]) AS position;
            INSERT INTO subscribers (name, position) VALUES ('analytics', 490000000)
            """);
        await using var session = await Session.Open(database);
        var bounds = new LogBounds();
        (await bounds.Read(session, default)).ShouldBe((1, 490_000_001));
        (await bounds.Subscribers(session, default)).Single().LagEvents.ShouldBe(1);

        await using (var transaction = await session.BeginTransactionAsync())
        {
            (await bounds.Read(session, default)).ShouldBe((1, 490_000_001));
            (await bounds.Subscribers(session, default)).Single().LagSeconds.ShouldBeGreaterThan(0);
            await using var locks = new NpgsqlCommand("""
                SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation IN
                    (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'events'::regclass)
                """, session);
            ((long)(await locks.ExecuteScalarAsync())!).ShouldBeLessThanOrEqualTo(4);
        }

        await Session.Run(database, "UPDATE subscribers SET position = 0");
        (await bounds.Subscribers(session, default)).Single().LagSeconds.ShouldBeGreaterThan(0);
        await Session.Run(database, "DROP TABLE events_000000; DELETE FROM events WHERE position > 490000000");
        (await bounds.Read(session, default)).ShouldBe((490_000_000, 490_000_000));
        await Session.Run(database, """
            INSERT INTO events (position, id, at, type, data) VALUES (10000000, gen_random_uuid(), now(), 40, '');
            DELETE FROM events WHERE position = 490000000
            """);
        (await bounds.Read(session, default)).ShouldBe((10_000_000, 10_000_000));
        await Session.Run(database, "DELETE FROM events");
        (await bounds.Read(session, default)).ShouldBe((0, 0));
        (await bounds.Subscribers(session, default)).Single().LagEvents.ShouldBe(0);
    }

    static async Task PlaceSome(TestServer node)
    {
        for (var i = 0; i < 4; i++) await node.Post("/v1/orders", SmallChain.Order());
    }

    /// <summary>The locks of a batch when it reads the stock.</summary>
    static async Task<(long Relations, long Partitions)> Locks(TestServer node)
    {
        await using var stock = await LogLock.TakeStock(node.ConnectionString);
        var placing = node.Post("/v1/orders", SmallChain.Order());
        var (process, _) = await LogLock.Waiter(node.ConnectionString);
        var locks = await Session.Ask<long[]>(node.ConnectionString, $"""
            SELECT ARRAY[count(*), count(*) FILTER (WHERE relation IN
                (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'events'::regclass))]
            FROM pg_locks WHERE pid = {process} AND locktype = 'relation'
            """);
        await stock.Release();
        await placing;
        return (locks![0], locks[1]);
    }
}
