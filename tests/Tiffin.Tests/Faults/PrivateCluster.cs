using System.Runtime.InteropServices;
using Npgsql;
using Tiffin.Dev.Postgres;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Faults;

/// <summary>A PostgreSQL cluster of the tests' own that waits for the disk, to be stopped and set up badly.</summary>
public sealed class PrivateCluster : IAsyncLifetime
{
    const string Template = "fault_template";
    const int QuitSignal = 3;

    readonly string folder = Directory.CreateTempSubdirectory("tiffin-faults-").FullName;
    int databases;

    internal DevPostgres Postgres { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        // The server's own account must pass; a temporary folder is closed to it.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute);
        var settings = new Dictionary<string, string> { ["shared_buffers"] = "64MB" };
        Postgres = await DevPostgres.Start(new(folder, Settings: settings));
        await Postgres.CreateDatabase(Template);
        // A session that stays open keeps the template from being copied.
        var unpooled = new NpgsqlConnectionStringBuilder(Postgres.ConnectionString(Template)) { Pooling = false };
        await Migrator.Migrate(unpooled.ConnectionString);
    }

    public async Task<string> CreateDatabase()
    {
        var name = $"fault_{++databases}";
        await Postgres.CreateDatabase(name, Template);
        return Postgres.ConnectionString(name);
    }

    /// <summary>
    /// As <see cref="DevPostgres.StopImmediate"/>, without pg_ctl: on a busy machine it may take seconds to start.
    /// </summary>
    public async Task Quit()
    {
        var running = Postgres.ProcessId;
        // To 0, a signal would go to the tests themselves.
        running.ShouldBeGreaterThan(0);
        Signal(running, QuitSignal).ShouldBe(0);
        await Eventually.Holds(() => Postgres.ProcessId, process => process == 0, "PostgreSQL has stopped");
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Signal(int process, int signal);

    public async Task DisposeAsync()
    {
        await Postgres.StopImmediate();
        Directory.Delete(folder, recursive: true);
    }
}
