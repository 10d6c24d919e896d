using Npgsql;
using Tiffin.Dev.Postgres;

namespace Tiffin.Tests.Dev;

public sealed class DevPostgresTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("tiffin-cluster-").FullName;

    public DevPostgresTests()
    {
        // The account of PostgreSQL must be able to enter; a temporary folder is closed to it.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    DevPostgresOptions Options => new(folder, Durable: false);

    [Fact]
    public async Task A_new_folder_becomes_a_cluster_that_listens_on_loopback_only()
    {
        await using var postgres = await DevPostgres.Start(Options);

        (await Ask(postgres, "SHOW listen_addresses")).ShouldBe("127.0.0.1");
        (await Ask(postgres, "SHOW server_encoding")).ShouldBe("UTF8");
        (await Ask(postgres, "SHOW lc_collate")).ShouldBe("C.UTF-8");
        (await Ask(postgres, "SHOW max_connections")).ShouldBe("200");
    }

    [Fact]
    public async Task A_durable_cluster_waits_for_the_disk_and_takes_settings_of_the_caller()
    {
        var settings = new Dictionary<string, string> { ["application_name"] = "it's mine" };
        await using var postgres = await DevPostgres.Start(new(folder, Durable: true, Settings: settings));

        (await Ask(postgres, "SHOW fsync")).ShouldBe("on");
        (await Ask(postgres, "SHOW synchronous_commit")).ShouldBe("on");
        (await Ask(postgres, "SHOW max_wal_size")).ShouldBe("4GB");
        (await Ask(postgres, "SELECT reset_val FROM pg_settings WHERE name = 'application_name'"))
            .ShouldBe("it's mine");
    }

    [Fact]
    public async Task Committed_data_survives_a_crash()
    {
        await using var postgres = await DevPostgres.Start(Options);
        var port = postgres.Port;
        await Ask(postgres, "CREATE TABLE kept AS SELECT 'still here' AS word");

        await postgres.StopImmediate();
        await Should.ThrowAsync<NpgsqlException>(() => Ask(postgres, "SELECT 1"));
        await postgres.Restart();

        (await Ask(postgres, "SELECT word FROM kept")).ShouldBe("still here");
        postgres.Port.ShouldBe(port);
    }

    [Fact]
    public async Task A_second_start_finds_the_data_of_the_first()
    {
        await using (var first = await DevPostgres.Start(Options))
            await first.CreateDatabase("orders");

        await using var second = await DevPostgres.Start(Options);
        (await Ask(second, "SELECT datname FROM pg_database WHERE datname = 'orders'")).ShouldBe("orders");
    }

    [Fact]
    public async Task Disposing_stops_what_was_started()
    {
        DevPostgres postgres;
        await using (postgres = await DevPostgres.Start(Options))
            await Ask(postgres, "SELECT 'up'");

        await Should.ThrowAsync<NpgsqlException>(() => Ask(postgres, "SELECT 1"));
        File.Exists(Path.Combine(folder, "postgres", "data", "postmaster.pid")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_cluster_that_runs_already_is_adopted_and_left_running()
    {
        await using var owner = await DevPostgres.Start(Options);
        await using (var guest = await DevPostgres.Start(Options))
            guest.Port.ShouldBe(owner.Port);

        (await Ask(owner, "SELECT 'on'")).ShouldBe("on");
    }

    [Fact]
    public async Task A_cluster_whose_owner_was_killed_is_inherited_and_stopped_in_the_end()
    {
        await using var killed = await DevPostgres.Start(Options);
        await File.WriteAllTextAsync(Path.Combine(folder, "postgres", "owner.pid"), $"{int.MaxValue}");

        await using (var heir = await DevPostgres.Start(Options))
            heir.Port.ShouldBe(killed.Port);

        await Should.ThrowAsync<NpgsqlException>(() => Ask(killed, "SELECT 'up'"));
    }

    [Fact]
    public async Task Adopting_is_refused_where_it_would_break_a_promise()
    {
        await using var owner = await DevPostgres.Start(Options);

        (await Should.ThrowAsync<DevPostgresException>(() => DevPostgres.Start(Options with { Durable = true })))
            .Message.ShouldContain("fsync off");
        (await Should.ThrowAsync<DevPostgresException>(() => DevPostgres.Start(Options with { Port = 1 })))
            .Message.ShouldContain($"already running on port {owner.Port}");
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(0)]
    public async Task A_stale_process_file_does_not_keep_the_cluster_from_starting(int processId)
    {
        await using (await DevPostgres.Start(Options)) { }
        var data = Path.Combine(folder, "postgres", "data");
        // 0 is replaced by the id of this process: an id that a program other than PostgreSQL has reused.
        var id = processId == 0 ? Environment.ProcessId : processId;
        await File.WriteAllTextAsync(Path.Combine(data, "postmaster.pid"), $"{id}\n{data}\n0\n1\n\n127.0.0.1\n");

        await using var postgres = await DevPostgres.Start(Options);
        (await Ask(postgres, "SELECT 'up'")).ShouldBe("up");
    }

    [Fact]
    public async Task Two_starts_at_once_share_one_cluster()
    {
        var both = await Task.WhenAll(DevPostgres.Start(Options), DevPostgres.Start(Options));

        both[0].Port.ShouldBe(both[1].Port);
        foreach (var postgres in both)
            await postgres.DisposeAsync();
    }

    // A killed or a concurrent start has created the folder and not yet handed it over to the account.
    [Fact]
    public async Task A_folder_that_was_created_and_not_handed_over_does_not_keep_the_cluster_from_starting()
    {
        Directory.CreateDirectory(Path.Combine(folder, "postgres"));

        await using var postgres = await DevPostgres.Start(Options);
        (await Ask(postgres, "SELECT 'up'")).ShouldBe("up");
    }

    [Fact]
    public async Task A_database_can_be_copied_and_dropped_under_its_connections()
    {
        await using var postgres = await DevPostgres.Start(Options);
        await postgres.CreateDatabase("template \"one\"");
        await postgres.CreateDatabase("copy", "template \"one\"");
        await using var connection = new NpgsqlConnection(postgres.ConnectionString("copy"));
        await connection.OpenAsync();

        await postgres.DropDatabase("copy");
        (await Ask(postgres, "SELECT count(*)::text FROM pg_database WHERE datname = 'copy'")).ShouldBe("0");
    }

    [Fact]
    public async Task A_failed_start_reports_the_error_of_the_server()
    {
        var settings = new Dictionary<string, string> { ["shared_buffers"] = "a lot" };
        var failure = await Should.ThrowAsync<DevPostgresException>(
            () => DevPostgres.Start(Options with { Settings = settings }));

        failure.Message.ShouldContain("shared_buffers");
    }

    [Fact]
    public async Task An_error_for_root_names_the_folder_that_the_server_cannot_read()
    {
        if (!Environment.IsPrivilegedProcess || OperatingSystem.IsWindows())
            return;
        var closed = Directory.CreateDirectory(Path.Combine(folder, "closed")).FullName;
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var failure = await Should.ThrowAsync<DevPostgresException>(() => DevPostgres.Start(new(closed)));
        failure.Message.ShouldContain($"'{closed}' is closed to others (mode 700)");
        failure.Message.ShouldContain("--data /var/lib/tiffin");
    }

    static async Task<string?> Ask(DevPostgres postgres, string sql)
    {
        var target = new NpgsqlConnectionStringBuilder(postgres.ConnectionString("postgres")) { Pooling = false };
        await using var connection = new NpgsqlConnection(target.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (string?)await command.ExecuteScalarAsync();
    }
}
