using Npgsql;
using Tiffin.Bench.Load;
using Tiffin.Bench.Results;
using Tiffin.Bench.Traffic;
using Tiffin.Dev.Postgres;
using Tiffin.Engine.Storage;

namespace Tiffin.Bench;

/// <summary>
/// A private durable PostgreSQL with a seeded chain. Every run gets its own copy of the database, so that runs do not
/// affect each other. Leaves no processes or files.
/// </summary>
sealed class Lab : IAsyncDisposable
{
    const string Seeded = "seeded";

    // A quarter of the memory, as recommended for a dedicated server, and connections for three servers at once:
    // https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-SHARED-BUFFERS.
    static readonly Dictionary<string, string> settings = new()
    {
        ["max_connections"] = "400",
        ["min_wal_size"] = "4GB",
        ["shared_buffers"] = $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 >> 20}MB",
    };

    // A new cluster creates each WAL segment by writing 16 MB of zeros while all COMMITs wait; an older one recycles
    // segments. This creates as many as are written between two checkpoints.
    const string LogFilesSql = """
        DO $$ BEGIN
            FOR file IN 1..160 LOOP PERFORM pg_logical_emit_message(false, 'bench', ''), pg_switch_wal(); END LOOP;
        END $$;
        CHECKPOINT
        """;

    readonly string folder;
    readonly DevPostgres postgres;
    readonly WriteBack writeBack;
    readonly HostMemory memory;

    Lab(string folder, DevPostgres postgres, WriteBack writeBack, Keys keys, Machine machine)
    {
        (this.folder, this.postgres, this.writeBack, Keys, Machine) = (folder, postgres, writeBack, keys, machine);
        memory = new HostMemory(folder);
    }

    public Keys Keys { get; }

    public Machine Machine { get; }

    public int PostgresProcess => postgres.ProcessId;

    /// <summary>Temporary files of runs; deleted at the end.</summary>
    public string Folder => folder;

    public static async Task<Lab> Start(CancellationToken cancel)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"tiffin-bench-{Environment.ProcessId}");
        DevPostgres? postgres = null;
        var writeBack = new WriteBack();
        try
        {
            postgres = await DevPostgres.Start(new DevPostgresOptions(folder) { Settings = settings }, cancel);
            await postgres.CreateDatabase(Seeded);
            var keys = await Prepare(Address(postgres, Seeded));
            await using var connection = new NpgsqlConnection(Address(postgres, "postgres"));
            await connection.OpenAsync(cancel);
            await using var files = new NpgsqlCommand(LogFilesSql, connection) { CommandTimeout = 600 };
            await files.ExecuteNonQueryAsync(cancel);
            return new Lab(folder, postgres, writeBack, keys, await Machine.Inspect(connection, cancel));
        }
        catch
        {
            if (postgres is not null) await postgres.DisposeAsync();
            writeBack.Dispose();
            Remove(folder);
            throw;
        }
    }

    /// <summary>Migrates and seeds a database; returns its API keys.</summary>
    public static async Task<Keys> Prepare(string connection)
    {
        await Migrator.Migrate(connection);
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Configuration["ConnectionStrings:Tiffin"] = connection;
        // Seeding is one large batch, which takes longer than the default deadline.
        builder.Configuration["Commit:Deadline"] = "00:01:00";
        builder.Configuration["Logging:LogLevel:Default"] = "Warning";
        await using var app = Server.Build(builder);
        await app.StartAsync();
        var keys = await Seed.Load(app.Services);
        await app.StopAsync();
        return keys;
    }

    /// <summary>Starts servers on a copy of the seeded database.</summary>
    public async Task<Site> Open(SiteOptions options, CancellationToken cancel)
    {
        memory.Fill(cancel);
        var database = $"run_{Guid.NewGuid():N}";
        await postgres.CreateDatabase(database, Seeded);
        var site = new Site(this, database, Address(postgres, database, pooling: true));
        try
        {
            if (options.Sql is not null) await site.Execute(options.Sql, cancel);
            await site.StartServers(options, cancel);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public Task Drop(string database) => postgres.DropDatabase(database);

    public async ValueTask DisposeAsync()
    {
        await postgres.DisposeAsync();
        writeBack.Dispose();
        memory.Dispose();
        Remove(folder);
    }

    static void Remove(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    static string Address(DevPostgres postgres, string database, bool pooling = false) =>
        new NpgsqlConnectionStringBuilder(postgres.ConnectionString(database)) { Pooling = pooling }.ConnectionString;
}

/// <param name="Sql">Runs on the copy before the servers start.</param>
/// <param name="Settings">Environment variables of the servers.</param>
sealed record SiteOptions(int Servers = 1, string? Sql = null, params (string Name, string Value)[] Settings);
