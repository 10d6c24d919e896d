using System.Collections.Concurrent;
using Npgsql;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Faults;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Storage;

/// <summary>A migration needs an exclusive lock on the log while a long reader holds it.</summary>
public sealed class MigratorTests
{
    static readonly IReadOnlyList<Migration> next =
    [
        .. Migrator.Known,
        new Migration(9999, "9999_next.sql", "ALTER TABLE events ADD COLUMN of_the_next_release int"),
    ];

    [Fact]
    public async Task A_migration_waits_for_a_reader_without_blocking_orders_and_names_its_session()
    {
        await using var node = await TestServer.Start(await Shop.Open(portions: 100));
        var reports = new ConcurrentQueue<string>();
        var (reader, process) = await Read(node.ConnectionString);
        await using var _ = reader;

        var migrating = Migrate(node.ConnectionString, TimeSpan.FromMinutes(5), reports.Enqueue);
        for (var i = 0; i < 3; i++)
        {
            var seen = reports.Count;
            await Eventually.Holds(() => reports.Count > seen || migrating.IsCompleted, "a waiting migration");
            await node.Post("/v1/orders", SmallChain.Order());
        }
        migrating.IsCompleted.ShouldBeFalse();
        await reader.DisposeAsync();

        (await migrating).ShouldBe(1);
        reports.ShouldContain(report => report.StartsWith(
            $"Migration 9999_next.sql needs a lock that session {process} (pg_dump, idle in transaction, last"));
        await node.Post("/v1/orders", SmallChain.Order());
    }

    [Theory]
    [InlineData("")]
    // Opening a session takes longer than an attempt waits for its lock.
    [InlineData(";Options=-c post_auth_delay=1")]
    // The first two queries for the lock holder are answered only after the attempt has given up.
    [InlineData(";Options=-c search_path=public,pg_catalog")]
    public async Task A_blocked_migration_gives_up_names_the_session_and_changes_nothing(string server)
    {
        var database = await PostgresFixture.CreateDatabase();
        await Session.Run(database, """
            CREATE SEQUENCE looks;
            CREATE FUNCTION public.pg_blocking_pids(int) RETURNS int[] LANGUAGE sql VOLATILE AS $$
                SELECT pg_sleep(CASE WHEN nextval('looks') <= 2 THEN 1 ELSE 0 END);
                SELECT pg_catalog.pg_blocking_pids($1)
            $$
            """);
        var (reader, process) = await Read(database);
        await using var _ = reader;

        var blocked = await Should.ThrowAsync<MigrationBlockedException>(
            Migrate(database + server, TimeSpan.FromSeconds(1), null));

        blocked.Message.ShouldStartWith("Migration 9999_next.sql has waited ");
        blocked.Message.ShouldContain($"session {process} (pg_dump");
        (await Session.Ask<int>(database, "SELECT max(version) FROM migrations")).ShouldBe(Migrator.Expected);
        await reader.DisposeAsync();
        (await Migrate(database, TimeSpan.FromMinutes(1), null)).ShouldBe(1);
    }

    [Fact]
    public async Task Versions_that_an_older_build_recorded_become_the_numbers_of_the_files()
    {
        var database = await PostgresFixture.CreateDatabase();
        await Session.Run(database, "UPDATE migrations SET version = -version");
        await Session.Run(database, """
            UPDATE migrations m SET version = place
            FROM (SELECT name, row_number() OVER (ORDER BY name) AS place FROM migrations) old WHERE old.name = m.name
            """);

        (await Migrate(database, TimeSpan.FromMinutes(1), null)).ShouldBe(1);

        (await Session.Ask<int[]>(database, "SELECT array_agg(version ORDER BY name) FROM migrations"))
            .ShouldBe(next.Select(migration => migration.Version));
    }

    [Theory]
    [InlineData("-- expand\n", true)]
    [InlineData("-- Expands, in prose.\n", false)]
    public async Task A_migration_records_whether_builds_before_it_work_with_its_schema(string firstLine, bool recorded)
    {
        var database = await PostgresFixture.CreateDatabase();
        var unpooled = new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString;
        var locks = new MigrationLocks(unpooled, TimeSpan.FromMinutes(1), null);

        await Migrator.Migrate(
            unpooled, [.. Migrator.Known, next[^1] with { Sql = firstLine + next[^1].Sql }], locks, default);

        (await Session.Ask<bool>(database, "SELECT expands FROM migrations WHERE version = 9999")).ShouldBe(recorded);
    }

    static Task<int> Migrate(string database, TimeSpan blockedMax, Action<string>? report)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString;
        return Migrator.Migrate(unpooled, next, new MigrationLocks(unpooled, blockedMax, report), default);
    }

    static async Task<(NpgsqlConnection Session, int Process)> Read(string database)
    {
        var reader = await Session.Open(
            new NpgsqlConnectionStringBuilder(database) { ApplicationName = "pg_dump" }.ConnectionString);
        await using var begin = new NpgsqlCommand("BEGIN; SELECT count(*) FROM events", reader);
        await begin.ExecuteScalarAsync();
        return (reader, reader.ProcessID);
    }
}
