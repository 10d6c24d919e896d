using Npgsql;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Upkeep;

/// <summary>Most tests use weeks of the audit log; the same function retains deliveries and messages.</summary>
public sealed class HistoryRetentionTests : IAsyncLifetime
{
    string database = "";

    public async Task InitializeAsync() => database = await PostgresFixture.CreateDatabase();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("audit")]
    [InlineData("notifications")]
    [InlineData("webhook_deliveries")]
    public async Task A_week_past_its_retention_is_dropped_and_future_weeks_are_created(string history)
    {
        await Weeks(history, "old_week", 70);
        await Weeks(history, "young_week", 20);

        (await Keep(history)).ShouldBe(1);

        (await Exists("old_week")).ShouldBeFalse();
        (await Exists("young_week")).ShouldBeTrue();
        for (var week = 0; week < 3; week++)
            (await Exists(await Ask<string>($"""
                SELECT '{history}_' || to_char(
                    date_trunc('week', now() AT TIME ZONE 'UTC') + {week} * interval '7 days', 'YYYYMMDD')
                """))).ShouldBeTrue();
        (await Keep(history)).ShouldBe(0);
    }

    /// <summary>A message is stored in the week in which its order was placed.</summary>
    [Fact]
    public async Task A_message_about_an_order_placed_long_before_is_kept_as_long_as_others()
    {
        await Weeks("notifications", "old_week", 70);
        async Task Message(int daysAgo) => await Run($"""
            DELETE FROM notifications;
            INSERT INTO notifications (id, order_id, status, channel, at, due_at)
            VALUES (gen_random_uuid(), uuid_at(now() - interval '69 days'), 1, 0,
                now() - interval '{daysAgo} days', now())
            """);
        await Message(daysAgo: 29);
        (await Keep("notifications")).ShouldBe(0);

        await Message(daysAgo: 31);
        (await Keep("notifications")).ShouldBe(1);
    }

    [Fact]
    public async Task Rows_outside_every_week_are_deleted_by_age_in_bounded_batches()
    {
        await Run("""
            INSERT INTO audit (id, at, caller, operation, path, status)
            SELECT ('ffffffff' || substr(gen_random_uuid()::text, 9))::uuid,
                now() - CASE WHEN i <= 6000 THEN interval '31 days' ELSE interval '1 day' END, 'c', 'o', 'p', 1
            FROM generate_series(1, 6010) AS i
            """);

        await Keep("audit");
        (await Ask<long>("SELECT count(*) FROM audit")).ShouldBe(1_010);
        await Keep("audit");
        (await Ask<long>("SELECT count(*) FROM audit")).ShouldBe(10);
    }

    [Fact]
    public async Task A_pending_delivery_of_an_old_event_keeps_its_week()
    {
        await Weeks("webhook_deliveries", "old_week", 70);
        await Run("""
            INSERT INTO webhook_deliveries (endpoint_id, event_id, position, lane, type)
            SELECT gen_random_uuid(), uuid_at(now() - interval '69 days'), 1, gen_random_uuid(), 0
            """);
        (await Keep("webhook_deliveries")).ShouldBe(0);

        await Run("UPDATE webhook_deliveries SET state = 1");

        (await Keep("webhook_deliveries")).ShouldBe(1);
    }

    [Fact]
    public async Task A_pending_delivery_is_kept_even_if_the_week_of_its_event_was_dropped()
    {
        await Run("""
            INSERT INTO webhook_deliveries (endpoint_id, event_id, position, lane, type, created_at)
            SELECT gen_random_uuid(), uuid_at(now() - interval '69 days'), 1, gen_random_uuid(), 0,
                now() - interval '31 days'
            """);
        await Keep("webhook_deliveries");
        (await Ask<long>("SELECT count(*) FROM webhook_deliveries")).ShouldBe(1);

        await Run("UPDATE webhook_deliveries SET state = 1");

        await Keep("webhook_deliveries");
        (await Ask<long>("SELECT count(*) FROM webhook_deliveries")).ShouldBe(0);
    }

    [Fact]
    public async Task A_reader_postpones_a_drop_instead_of_blocking_other_statements()
    {
        await Weeks("audit", "old_week", 70);
        await using (var reader = await Session.Open(database))
        {
            await using var read = new NpgsqlCommand("BEGIN; SELECT count(*) FROM audit", reader);
            await read.ExecuteNonQueryAsync();
            (await Should.ThrowAsync<PostgresException>(() => Keep("audit"))).SqlState
                .ShouldBe(PostgresErrorCodes.LockNotAvailable);
            // After a disconnect, PostgreSQL takes some time to end the session and free its locks.
            await using var end = new NpgsqlCommand("ROLLBACK", reader);
            await end.ExecuteNonQueryAsync();
        }
        (await Keep("audit")).ShouldBe(1);
    }

    [Theory]
    [InlineData("SELECT keep_history('audit', '1 hour')")]
    [InlineData("SELECT keep_history('events', '90 days')")]
    [InlineData("DELETE FROM webhook_deliveries")]
    [InlineData("SELECT FROM audit_other")]
    public async Task The_servers_role_cannot_drop_retained_rows(string sql)
    {
        var server = new NpgsqlConnectionStringBuilder(database) { Username = Migrator.ApplicationRole };

        (await Should.ThrowAsync<PostgresException>(() => Session.Run(server.ConnectionString, sql))).SqlState
            .ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    /// <summary>Adds a week that began some days ago.</summary>
    Task Weeks(string history, string name, int daysAgo) => Run($"""
        DO $$ BEGIN EXECUTE format('CREATE TABLE {name} PARTITION OF {history} FOR VALUES FROM (%L) TO (%L)',
            uuid_at(now() - interval '{daysAgo} days'), uuid_at(now() - interval '{daysAgo - 7} days')); END $$
        """);

    Task<int> Keep(string history) => Ask<int>($"SELECT keep_history('{history}', '30 days')");

    Task<bool> Exists(string? table) => Ask<bool>($"SELECT to_regclass('{table}') IS NOT NULL");

    async Task<T> Ask<T>(string sql) => (await Session.Ask<T>(database, sql))!;

    Task Run(string sql) => Session.Run(database, sql);
}
