using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Faults;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Upkeep;

/// <summary>A partition holds ten million positions; the tests insert events at its boundaries only.</summary>
public sealed class LogRetentionTests
{
    const long Size = 10_000_000;

    [Theory]
    [InlineData(100, "analytics at 20000001", 2)]
    [InlineData(100, "none", 2)]
    [InlineData(100, "analytics at 19999998", 1)]
    [InlineData(100, "analytics at 5", 0)]
    [InlineData(80, "none", 0)]
    public async Task A_partition_is_dropped_when_it_is_old_and_every_subscriber_has_passed_it(
        int ageDays, string reader, int dropped)
    {
        await using var source = NpgsqlDataSource.Create(await PostgresFixture.CreateDatabase());
        await Append(source, ageDays, 1, 6, Size, (2 * Size) - 1);
        await Append(source, ageDays: 0, (2 * Size) + 1);
        if (reader.Split(" at ") is [var name, var position])
            await Run(source, $"INSERT INTO subscribers (name, position) VALUES ('{name}', {position})");

        (await Scalar(source, "SELECT drop_events(interval '90 days')")).ShouldBe(dropped);

        (await Scalar(source, "SELECT min(position) FROM events")).ShouldBe(dropped switch
        {
            0 => 1L,
            1 => Size,
            _ => (2 * Size) + 1,
        });
    }

    [Fact]
    public async Task A_temporary_table_is_not_mistaken_for_a_partition()
    {
        var database = await PostgresFixture.CreateDatabase();
        await using var source = NpgsqlDataSource.Create(database);
        await Append(source, ageDays: 100, 1);
        await Append(source, ageDays: 0, (2 * Size) + 1);
        await Run(source, "INSERT INTO subscribers (name, position) VALUES ('analytics', 0)");
        await using var server = await Session.Open(
            new NpgsqlConnectionStringBuilder(database) { Username = Migrator.ApplicationRole }.ConnectionString);
        await using var drop = new NpgsqlCommand("""
            CREATE TEMP TABLE subscribers (position bigint);
            CREATE TEMP TABLE events (position bigint);
            INSERT INTO events VALUES (90000000);
            SELECT drop_events(interval '90 days')
            """, server);

        (await drop.ExecuteScalarAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Events_queued_for_a_failing_webhook_are_kept()
    {
        await using var source = NpgsqlDataSource.Create(await PostgresFixture.CreateDatabase());
        await Append(source, ageDays: 100, 1, Size, (2 * Size) - 1);
        await Append(source, ageDays: 0, (2 * Size) + 1);
        await Run(source, $"""
            INSERT INTO webhook_endpoints (id, owner_role, owner_id, url, types, secrets, secrets_until, queued_to)
            SELECT gen_random_uuid(), 0, 'another', 'https://example.com', ARRAY['*'], ARRAY[]::bytea[],
                ARRAY[]::timestamptz[], queued_to
            FROM unnest(ARRAY[NULL, {Size}]) AS queued_to
            """);

        (await Scalar(source, "SELECT drop_events(interval '90 days')")).ShouldBe(1);
    }

    [Fact]
    public async Task The_end_of_the_log_is_kept_regardless_of_its_age()
    {
        await using var source = NpgsqlDataSource.Create(await PostgresFixture.CreateDatabase());
        await Append(source, ageDays: 1_000, 1, Size + 1);

        (await Scalar(source, "SELECT drop_events(interval '90 days')")).ShouldBe(1);

        (await Scalar(source, "SELECT max(position) FROM events")).ShouldBe(Size + 1);
    }

    [Theory]
    [InlineData("3.12:00:00", "Retention:Events is 3.12:00:00, but webhook deliveries are retried for up to 3.18:")]
    [InlineData("12:00:00", "Retention:Events is 12:00:00; the minimum is 1.00:00:00.")]
    public async Task A_server_that_would_drop_events_before_their_last_delivery_does_not_start(
        string kept, string problem)
    {
        var invalid = await Should.ThrowAsync<OptionsValidationException>(
            TestServer.Start(configure: app => app.Configuration["Retention:Events"] = kept));

        invalid.Message.ShouldStartWith(problem);
    }

    [Fact]
    public async Task Partitions_are_created_ahead()
    {
        await using var source = NpgsqlDataSource.Create(await PostgresFixture.CreateDatabase());
        await Append(source, ageDays: 0, (2 * Size) + 1);

        await Run(source, "SELECT extend_events(20000000)");

        await Append(source, ageDays: 0, (4 * Size) + 1);
    }

    [Fact]
    public async Task A_long_reader_does_not_block_new_partitions()
    {
        var database = await PostgresFixture.CreateDatabase();
        await using var source = NpgsqlDataSource.Create(database);
        await Append(source, ageDays: 0, 1);
        await using var reader = await Session.Open(database);
        await using var hold = new NpgsqlCommand("BEGIN; SELECT count(*) FROM events", reader);
        await hold.ExecuteScalarAsync();

        (await Scalar(source, "SET lock_timeout = '5s'; SELECT extend_events(50000000)")).ShouldBe(3);

        await Append(source, ageDays: 0, (5 * Size) + 1);
        (await Scalar(source, "SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND conrelid IN "
            + "(SELECT inhrelid FROM pg_inherits WHERE inhparent = 'events'::regclass)"))
            .ShouldBe(0L, "the constraint that proves a new partition's bounds is dropped again");
    }

    [Fact]
    public async Task Orders_are_placed_while_a_partition_is_due_and_a_reader_holds_the_log()
    {
        var database = await Shop.Open(portions: 10);
        await Session.Run(database, "DROP TABLE events_000001, events_000002");
        await using var reader = await Session.Open(database);
        await using var hold = new NpgsqlCommand("BEGIN; SELECT count(*) FROM events", reader);
        await hold.ExecuteScalarAsync();

        await using var node = await TestServer.Start(database);
        for (var i = 0; i < 3; i++) await node.Post("/v1/orders", SmallChain.Order());

        await Eventually.Holds(
            () => Session.Ask<bool>(database, "SELECT to_regclass('events_000002') IS NOT NULL"), "new partitions");
        await node.Post("/v1/orders", SmallChain.Order());
    }

    static async Task Append(NpgsqlDataSource source, int ageDays, params long[] positions)
    {
        foreach (var position in positions)
            await Run(source, $"""
                INSERT INTO events (position, id, at, type, data)
                VALUES ({position}, gen_random_uuid(), now() - interval '{ageDays} days', 40, '')
                """);
    }

    static async Task Run(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    static async Task<object?> Scalar(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
