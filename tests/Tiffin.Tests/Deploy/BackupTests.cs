using System.Net;
using System.Net.Http.Json;
using Tiffin.Dev.Postgres;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Architecture;
using Tiffin.Tests.Faults;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Deploy;

/// <summary>The scripts of deploy/backup, run on a cluster that is then destroyed.</summary>
public sealed class BackupTests : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("tiffin-backup-").FullName;
    DevPostgres? postgres;

    string Archive => Path.Combine(Kept, "archive");

    string Data => Path.Combine(folder, "postgres", "data");

    string Kept => Path.Combine(folder, "kept");

    public async Task InitializeAsync()
    {
        // The account of PostgreSQL runs the scripts; it cannot enter a temporary folder, nor perhaps a clone.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute);
        await ServerAccount.Current.PrepareFolder(Kept);
        await ServerAccount.Current.Run("mkdir", [Archive], "/");
        foreach (var script in Repository.Files("deploy/backup"))
            File.Copy(Path.Combine(Repository.Root, script), Script(Path.GetFileName(script)));
    }

    public async Task DisposeAsync()
    {
        if (postgres is not null) await postgres.StopImmediate();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_destroyed_cluster_comes_back_with_every_order_up_to_the_point_in_time_and_none_after_it()
    {
        postgres = await Start();
        await postgres.CreateDatabase("chain");
        var database = postgres.ConnectionString("chain");
        await Migrator.Migrate(database);
        await Shop.Open(portions: 1_000, database);
        var (before, since, after) = (Orders(30), Orders(30), Orders(20));
        string backup, time;
        await using (var server = await ServerProcess.Start(database))
        {
            await Place(before, server);
            backup = await Run("base-backup", $"host=127.0.0.1 port={postgres.Port} user=postgres", Kept);
            await Place(since, server);
            await Move(before[0], "preparing", server);
            time = await Time(database);
            await Place(after, server);
            await Move(before[0], "ready", server);
            await Archived(database);
        }
        await postgres.StopImmediate();
        await ServerAccount.Current.Run("rm", ["-rf", Data], "/");

        await Run("restore", backup, Archive, Data, time);

        await Shop.ShouldVerify(database);
        (await Shop.Orders(database)).ShouldBe(before.Length + since.Length);
        await using var heir = await ServerProcess.Start(database);
        await Place([.. before, .. since], heir);
        before.Concat(since).ShouldAllBe(placement => placement.WasReplayed);
        var answer = await heir.Client.GetStringAsync($"/v1/orders/{before[0].OrderId}");
        answer.ShouldContain("\"status\":\"preparing\"");
        foreach (var lost in after)
            (await heir.Client.GetAsync($"/v1/orders/{lost.OrderId}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await Place(Orders(5), heir);
        await Shop.ShouldVerify(database);
    }

    [Fact]
    public async Task A_second_restore_to_a_later_time_has_what_came_between_and_the_configuration_may_be_elsewhere()
    {
        postgres = await Start();
        await postgres.CreateDatabase("chain");
        var database = postgres.ConnectionString("chain") + ";Pooling=false";
        await Session.Run(database, "CREATE TABLE kept AS SELECT 1 AS number");
        var backup = await Run("base-backup", $"host=127.0.0.1 port={postgres.Port} user=postgres", Kept);
        var early = await Time(database);
        await Session.Run(database, "INSERT INTO kept VALUES (2)");
        var late = await Time(database);
        await Session.Run(database, "INSERT INTO kept VALUES (3)");
        await Archived(database);
        var config = await MoveConfiguration(backup);

        await Restore(early);
        (await Numbers(database)).ShouldBe([1]);
        await Session.Run(database, "INSERT INTO kept VALUES (4)");
        await Archived(database);
        await Restore(late);

        (await Numbers(database)).ShouldBe([1, 2]);

        async Task Restore(string time)
        {
            await postgres.StopImmediate();
            await ServerAccount.Current.Run("rm", ["-rf", Data], "/");
            await ServerAccount.Current.Run(
                "env", [$"PG_CONFIG={config}", Script("restore"), backup, Archive, Data, time], "/");
        }
    }

    static Task<int[]?> Numbers(string database) =>
        Session.Ask<int[]>(database, "SELECT array_agg(number ORDER BY number) FROM kept");

    static async Task<string> Time(string database) =>
        (await Session.Ask<string>(database, "SELECT clock_timestamp()::text"))!;

    /// <summary>Moves it out of the data folder, as Debian does, so that the backup does not contain it.</summary>
    async Task<string> MoveConfiguration(string backup)
    {
        var elsewhere = Path.Combine(Kept, "configuration");
        await ServerAccount.Current.Run("mkdir", [elsewhere], "/");
        await ServerAccount.Current.Run("sh", ["-c", $"""
            mv "{backup}"/*.conf "{elsewhere}" && mv "{elsewhere}/postgresql.auto.conf" "{backup}"
            echo "hba_file = '{elsewhere}/pg_hba.conf'" >> "{elsewhere}/postgresql.conf"
            echo "ident_file = '{elsewhere}/pg_ident.conf'" >> "{elsewhere}/postgresql.conf"
            """], "/");
        return Path.Combine(elsewhere, "postgresql.conf");
    }

    [Fact]
    public async Task A_restore_overwrites_nothing_and_an_archived_piece_is_never_replaced()
    {
        var piece = Path.Combine(Kept, "piece");
        await File.WriteAllTextAsync(piece, "one");
        await Run("archive-wal", piece, $"{Archive}/0001");
        await Run("archive-wal", piece, $"{Archive}/0001");
        await File.WriteAllTextAsync(piece, "another");

        await Should.ThrowAsync<DevPostgresException>(Run("archive-wal", piece, $"{Archive}/0001"));
        (await File.ReadAllTextAsync($"{Archive}/0001")).ShouldBe("one");
        (await Should.ThrowAsync<DevPostgresException>(Run("restore", Kept, Archive, Kept)))
            .Message.ShouldContain("is not empty");
    }

    /// <summary>A cluster that archives its write-ahead log.</summary>
    Task<DevPostgres> Start() => DevPostgres.Start(new(folder, Settings: new Dictionary<string, string>
    {
        ["shared_buffers"] = "64MB",
        ["archive_mode"] = "on",
        ["archive_command"] = $"{Script("archive-wal")} \"%p\" \"{Archive}/%f\"",
    }));

    static Placement[] Orders(int count) => Placement.Many(count, _ => SmallChain.Order());

    static async Task Place(Placement[] orders, ServerProcess server)
    {
        await Task.WhenAll(orders.Select(order => order.Insist(server.Client)));
        orders.ShouldAllBe(order => order.Status == HttpStatusCode.Created);
    }

    static async Task Move(Placement order, string status, ServerProcess server) =>
        (await server.Client.PutAsJsonAsync($"/v1/orders/{order.OrderId}/status", new { status })).StatusCode
            .ShouldBe(HttpStatusCode.OK);

    /// <summary>Ends the current WAL segment, and waits until it is archived.</summary>
    static async Task Archived(string database)
    {
        var piece = await Session.Ask<string>(database, "SELECT pg_walfile_name(pg_switch_wal())");
        await Eventually.Holds(async () => await Session.Ask<bool>(
            database, $"SELECT last_archived_wal >= '{piece}' FROM pg_stat_archiver"), "the archived log");
    }

    string Script(string name) => Path.Combine(folder, name);

    /// <summary>Returns the last line that the script printed.</summary>
    async Task<string> Run(string script, params string[] arguments) =>
        (await ServerAccount.Current.Run(Script(script), arguments, "/")).Split('\n')[^1];
}
