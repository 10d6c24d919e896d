using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Npgsql;
using Tiffin.Dev.Postgres;
using Tiffin.Engine.Storage;

namespace Tiffin.Tests.Support;

/// <summary>
/// One PostgreSQL cluster for the whole test process, started on first use and removed at the end of the process. Each
/// caller gets its own database, copied from a migrated template.
/// </summary>
public static class PostgresFixture
{
    const string Template = "tiffin_template";
    const string FolderPrefix = "tiffin-tests-";
    const string MemoryFolder = "/dev/shm";
    const long MemoryNeeded = 8L << 30;
    const int ReadyMax = 4;

    static readonly Lazy<Task<DevPostgres>> cluster = new(Start);

    // Copies of the template, created while tests run: a copy takes as long as starting a server.
    static readonly Channel<string> ready = Channel.CreateBounded<string>(ReadyMax);
    static int databases;

    /// <summary>The cluster itself, for tests that stop or inspect it.</summary>
    internal static Task<DevPostgres> Cluster => cluster.Value;

    /// <summary>
    /// Creates a database that no other test uses, migrated or a copy of <paramref name="template"/>; returns its
    /// connection string.
    /// </summary>
    public static async Task<string> CreateDatabase(string template = Template)
    {
        var postgres = await Cluster;
        return template == Template ? await ready.Reader.ReadAsync() : await Copy(postgres, template);
    }

    static async Task<string> Copy(DevPostgres postgres, string template)
    {
        var name = $"test_{Interlocked.Increment(ref databases)}";
        await postgres.CreateDatabase(name, template);
        // A test's own pool opens only a session or two; loading the catalogue's types would dominate their cost. On a
        // busy machine a session may take longer to open than the three seconds that a server allows by default.
        return $"{postgres.ConnectionString(name)};Server Compatibility Mode=NoTypeLoading;"
            + $"Timeout={Eventually.Patience.TotalSeconds}";
    }

    // A failure completes the channel and so fails every test that waits for a database.
    static async Task KeepReady(DevPostgres postgres, CancellationToken end)
    {
        try
        {
            while (await ready.Writer.WaitToWriteAsync(end))
                await ready.Writer.WriteAsync(await Copy(postgres, Template), end);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            ready.Writer.Complete();
        }
        catch (Exception failure)
        {
            ready.Writer.Complete(failure);
        }
    }

    static async Task<DevPostgres> Start()
    {
        await RemoveOrphans();
        var folder = Path.Combine(Parents().First(HasRoom), FolderPrefix + Environment.ProcessId);
        Directory.CreateDirectory(folder);
        var settings = new Dictionary<string, string> { ["max_connections"] = "400" };
        var postgres = await DevPostgres.Start(new(folder, Durable: false, Settings: settings));
        TestRun.AtEnd(() => Remove(postgres, folder));

        await postgres.CreateDatabase(Template);
        var unpooled = new NpgsqlConnectionStringBuilder(postgres.ConnectionString(Template)) { Pooling = false };
        await Migrator.Migrate(unpooled.ConnectionString);
        var end = new CancellationTokenSource();
        var keeping = KeepReady(postgres, end.Token);
        TestRun.AtEnd(async () =>
        {
            await end.CancelAsync();
            await keeping;
            end.Dispose();
        });
        return postgres;
    }

    // In memory if there is room: hundreds of databases are some 400,000 files, which a busy machine takes minutes to
    // delete from a disk.
    static IEnumerable<string> Parents() =>
        Directory.Exists(MemoryFolder) ? [MemoryFolder, Path.GetTempPath()] : [Path.GetTempPath()];

    static bool HasRoom(string parent) =>
        parent != MemoryFolder || new DriveInfo(parent).AvailableFreeSpace >= MemoryNeeded;

    static async Task Remove(DevPostgres postgres, string folder)
    {
        await postgres.StopImmediate();
        Directory.Delete(folder, recursive: true);
    }

    // A killed test process leaves its cluster running; the next one removes it.
    static async Task RemoveOrphans()
    {
        foreach (var folder in Parents().SelectMany(
            parent => Directory.EnumerateDirectories(parent, FolderPrefix + "*")))
            if (int.TryParse(Path.GetFileName(folder)[FolderPrefix.Length..], CultureInfo.InvariantCulture, out var id)
                && !IsAlive(id))
                await RemoveOrphan(folder);
    }

    // Only one of several starting test processes removes it. Failing to do so must not fail their tests.
    static async Task RemoveOrphan(string folder)
    {
        try
        {
            await using var claim = new FileStream(folder + ".claim", FileMode.OpenOrCreate, FileAccess.ReadWrite,
                FileShare.None, 1, FileOptions.DeleteOnClose);
            if (File.Exists(Path.Combine(folder, "postgres", "data", "PG_VERSION")))
                await (await DevPostgres.Start(new(folder, Durable: false))).StopImmediate();
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception resisting) when (resisting is IOException or DevPostgresException)
        {
            await Console.Error.WriteLineAsync($"{folder} of a killed test run stays: {resisting.Message}");
        }
    }

    static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
