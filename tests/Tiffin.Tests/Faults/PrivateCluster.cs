using System.Runtime.InteropServices;
using Npgsql;
using Tiffin.Dev.Postgres;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Faults;

/// <summary>A separate durable PostgreSQL cluster for tests that stop or misconfigure it.</summary>
public sealed class PrivateCluster : IAsyncLifetime
{
    const string Template = "fault_template";
    const int QuitSignal = 3;

    readonly string folder = Directory.CreateTempSubdirectory("tiffin-faults-").FullName;
    int databases;

    internal DevPostgres Postgres { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        // The server's account must be able to enter the folder; temporary folders are private.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute);
        var settings = new Dictionary<string, string> { ["shared_buffers"] = "64MB" };
        Postgres = await DevPostgres.Start(new(folder, Settings: settings));
        await Postgres.CreateDatabase(Template);
        // An open session would prevent the template from being copied.
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
    /// Like <see cref="DevPostgres.StopImmediate"/>, but without pg_ctl, which may take seconds to start.
    /// </summary>
    public async Task Quit()
    {
        var running = Postgres.ProcessId;
        // A signal to process 0 would hit the tests themselves.
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
