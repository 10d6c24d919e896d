using Npgsql;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Storage;

public sealed class PrimarySourceTests
{
    /// <summary>Errors after which the driver closes the session and regards the host as down.</summary>
    [Theory]
    [InlineData("XX001")]
    [InlineData("58030")]
    [InlineData("53200")]
    public async Task A_row_that_cannot_be_read_does_not_keep_others_from_reading(string sqlState)
    {
        await using var database = new Database(await PostgresFixture.CreateDatabase());
        for (var i = 0; i < 3; i++)
        {
            (await Should.ThrowAsync<PostgresException>(() => Read(database,
                $"DO $$ BEGIN RAISE EXCEPTION 'invalid page in block 7' USING ERRCODE = '{sqlState}'; END $$")))
                .SqlState.ShouldBe(sqlState);

            await Read(database, "SELECT 1");
        }
    }

    /// <summary>Each of these errors makes the driver regard the host as down, again and again during a read.</summary>
    [Fact]
    public async Task Rows_that_many_callers_cannot_read_do_not_keep_others_from_reading()
    {
        await using var database = new Database(await PostgresFixture.CreateDatabase());
        var failing = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (var i = 0; i < 50; i++)
                (await Should.ThrowAsync<PostgresException>(() => Read(database,
                    "DO $$ BEGIN RAISE EXCEPTION 'invalid page in block 7' USING ERRCODE = 'XX001'; END $$")))
                    .SqlState.ShouldBe("XX001");
        }));

        while (!failing.IsCompleted) await Read(database, "SELECT 1");
        await failing;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public async Task An_idle_session_that_has_ended_is_replaced(int recheckSeconds)
    {
        var connectionString = await PostgresFixture.CreateDatabase();
        await using var source = Source(connectionString, TimeSpan.FromSeconds(recheckSeconds));
        int idle;
        await using (var connection = await source.Open(default)) idle = connection.ProcessID;
        (await Session.Ask<bool>(connectionString, $"SELECT pg_terminate_backend({idle}, 60000)")).ShouldBeTrue();

        await using var next = await source.Open(default);

        next.ProcessID.ShouldNotBe(idle);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public async Task An_idle_session_whose_connection_was_reset_is_replaced(int recheckSeconds)
    {
        await using var proxy = ChaosProxy.Before(await PostgresFixture.CreateDatabase());
        await using var source = Source(proxy.ConnectionString, TimeSpan.FromSeconds(recheckSeconds));
        int idle;
        await using (var connection = await source.Open(default)) idle = connection.ProcessID;
        proxy.ResetAll();

        await using var next = await source.Open(default);

        next.ProcessID.ShouldNotBe(idle);
    }

    /// <summary>
    /// The user timeout counts from the last data received and overrides the number of probes: if it leaves no time for
    /// them, one late answer ends an idle session.
    /// </summary>
    [Fact]
    public async Task An_idle_session_survives_lost_keepalive_probes()
    {
        await using var database = new Database(await PostgresFixture.CreateDatabase());
        await using var connection = await database.OpenRequest(default);
        await using var command = new NpgsqlCommand("""
            SELECT current_setting('tcp_user_timeout')::int, 1000 * (current_setting('tcp_keepalives_idle')::int
                + current_setting('tcp_keepalives_count')::int * current_setting('tcp_keepalives_interval')::int)
            """, connection);

        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();

        row.GetInt32(0).ShouldBeGreaterThanOrEqualTo(row.GetInt32(1));
    }

    // With a recheck of zero, the driver asks each idle session for the state of its host; with a long one, never.
    static PrimarySource Source(string connectionString, TimeSpan recheck) => new(
        new NpgsqlDataSourceBuilder($"{connectionString};Host Recheck Seconds={recheck.TotalSeconds}").BuildMultiHost(),
        recheck);

    static async Task Read(Database database, string sql)
    {
        await using var connection = await database.OpenRequest(default);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
