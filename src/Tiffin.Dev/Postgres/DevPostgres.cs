using System.Diagnostics;
using Npgsql;

namespace Tiffin.Dev.Postgres;

/// <summary>
/// A private PostgreSQL cluster on 127.0.0.1. It stops only what it started itself. The server is a separate process:
/// it survives when its owner is killed, and the next start adopts it.
/// </summary>
sealed class DevPostgres : IAsyncDisposable
{
    const string Superuser = "postgres";
    const int PortAttempts = 3;
    static readonly TimeSpan startTimeout = TimeSpan.FromMinutes(5);
    static readonly TimeSpan pollInterval = TimeSpan.FromMilliseconds(50);

    readonly DevPostgresOptions options;
    readonly ServerAccount account = ServerAccount.Current;
    readonly string folder;
    readonly string data;
    readonly string log;
    readonly OwnerFile owner;
    readonly PostgresBinaries binaries;
    bool owned;

    DevPostgres(DevPostgresOptions options)
    {
        this.options = options;
        folder = Path.Combine(Path.GetFullPath(options.Directory), "postgres");
        data = Path.Combine(folder, "data");
        log = Path.Combine(folder, "postgres.log");
        owner = new(folder);
        var version = Path.Combine(data, "PG_VERSION");
        binaries = PostgresBinaries.Find(File.Exists(version) ? File.ReadAllText(version).Trim() : null);
    }

    /// <summary>The port on 127.0.0.1, the same for the life of this object.</summary>
    public int Port { get; private set; }

    /// <summary>The process id of the postmaster; 0 if it is not running.</summary>
    public int ProcessId => PostmasterFile.Read(data)?.ProcessId ?? 0;

    /// <summary>Starts the cluster of a folder: creates it if it is new, adopts it if it is running.</summary>
    /// <exception cref="DevPostgresException">No server is installed, or the folder cannot be used.</exception>
    public static async Task<DevPostgres> Start(
        DevPostgresOptions options, CancellationToken cancel = default)
    {
        var postgres = new DevPostgres(options);
        Directory.CreateDirectory(postgres.folder);
        await using var startLock = await postgres.Lock(cancel);
        await postgres.account.PrepareFolder(postgres.folder);
        if (await postgres.TryAdopt(cancel))
            return postgres;
        await postgres.Initialise();
        cancel.ThrowIfCancellationRequested();
        await postgres.Launch(options.Port);
        return postgres;
    }

    /// <summary>An Npgsql connection string for a database of the cluster.</summary>
    public string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = Port,
            Username = Superuser,
            Database = database,
        }.ConnectionString;

    /// <summary>Creates a database, as a copy of <paramref name="template"/> if one is named.</summary>
    public Task CreateDatabase(string name, string? template = null) =>
        Execute($"CREATE DATABASE {Quoted(name)}" + (template is null ? "" : $" TEMPLATE {Quoted(template)}"));

    public async Task<bool> HasDatabase(string name)
    {
        await using var connection = await Connect(CancellationToken.None);
        await using var query = new NpgsqlCommand("SELECT FROM pg_database WHERE datname = $1", connection);
        query.Parameters.Add(new() { Value = name });
        await using var reader = await query.ExecuteReaderAsync();
        return await reader.ReadAsync();
    }

    /// <summary>Drops a database, and the connections to it.</summary>
    public Task DropDatabase(string name) => Execute($"DROP DATABASE IF EXISTS {Quoted(name)} WITH (FORCE)");

    /// <summary>Stops the server without a checkpoint, as in a crash: the next start runs recovery.</summary>
    public Task StopImmediate() => Stop("immediate");

    /// <summary>Stops the server; rolls back open transactions.</summary>
    public Task Stop() => Stop("fast");

    /// <summary>Starts the server again on the same port.</summary>
    public async Task Restart()
    {
        await Stop();
        await Launch(Port);
    }

    public async ValueTask DisposeAsync()
    {
        if (owned)
            await Stop();
    }

    bool IsRunning => PostmasterFile.Read(data) is { State: PostmasterState.Alive };

    // Held during the start, so that concurrent starts do not create the same cluster.
    async Task<FileStream> Lock(CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return new FileStream(
                    Path.Combine(folder, "start.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Directory.Exists(folder))
            {
                await Task.Delay(pollInterval, cancel);
            }
        }
    }

    async Task<bool> TryAdopt(CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        while (PostmasterFile.Read(data) is { } running)
        {
            // A process id that was reused by another process keeps PostgreSQL from starting. If the process is gone,
            // the file stays: PostgreSQL uses it to check that no orphaned backend still writes.
            if (running.State == PostmasterState.Recycled)
                File.Delete(PostmasterFile.PathIn(data));
            if (running.State != PostmasterState.Alive)
                return false;
            Port = running.Port;
            if (await IsReady(running, cancel))
            {
                if (owner.IsOrphaned)
                    TakeOwnership();
                return true;
            }
            if (watch.Elapsed > startTimeout)
                throw new DevPostgresException(
                    $"The cluster in '{data}' is running (process {running.ProcessId}, port {running.Port}), but has "
                    + $"accepted no connection for {startTimeout}. Stop that process, then start again.");
            await Task.Delay(pollInterval, cancel);
        }
        return false;
    }

    void TakeOwnership()
    {
        owner.Claim();
        owned = true;
    }

    // False while the server is starting or stopping.
    async Task<bool> IsReady(PostmasterFile running, CancellationToken cancel)
    {
        try
        {
            await using var connection = await Connect(cancel);
            await using var query = new NpgsqlCommand(
                "SELECT current_setting('data_directory'), current_setting('fsync') = 'on'", connection);
            await using var reader = await query.ExecuteReaderAsync(cancel);
            await reader.ReadAsync(cancel);
            if (reader.GetString(0) != running.DataDirectory)
                return false;
            if (options.Durable && !reader.GetBoolean(1))
                throw new DevPostgresException(
                    $"The cluster in '{data}' is running with fsync off. Stop its owner, then start again.");
            if (options.Port is { } wanted && wanted != running.Port)
                throw new DevPostgresException(
                    $"The cluster in '{data}' is already running on port {running.Port}, not on {wanted}.");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    // Creates the cluster in a temporary folder and renames it, so that an incomplete one is never used.
    async Task Initialise()
    {
        if (Directory.Exists(data))
            return;
        var fresh = data + ".new";
        if (Directory.Exists(fresh))
            Directory.Delete(fresh, recursive: true);
        string[] durability = options.Durable ? [] : ["--no-sync"];
        await account.Run(
            binaries["initdb"],
            ["-D", fresh, "-U", Superuser, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", .. durability],
            folder);
        await File.AppendAllTextAsync(
            Path.Combine(fresh, "postgresql.conf"), $"\ninclude_if_exists '{ClusterSettings.FileName}'\n");
        Directory.Move(fresh, data);
    }

    async Task Launch(int? fixedPort)
    {
        var hasLz4 = await SupportsLz4();
        for (var attempt = 1; ; attempt++)
        {
            Port = fixedPort ?? FreePort.Draw();
            await ClusterSettings.Write(data, options, Port, hasLz4);
            var logged = File.Exists(log) ? new FileInfo(log).Length : 0;
            var result = await account.TryRun(
                binaries["pg_ctl"],
                ["-D", data, "-l", log, "-w", "-t", $"{startTimeout.TotalSeconds:0}", "start"], folder);
            if (result.Succeeded)
            {
                TakeOwnership();
                return;
            }
            // Another process may have taken the free port in between.
            if (fixedPort is not null || attempt == PortAttempts)
                throw new DevPostgresException(
                    $"PostgreSQL did not start on port {Port}. {result.Output}\n{log}:\n{await LogFrom(logged)}");
        }
    }

    async Task<bool> SupportsLz4()
    {
        var probe = await account.TryRun(
            binaries["postgres"], ["-D", data, "-C", "wal_compression", "-c", "wal_compression=lz4"], folder);
        return probe.Succeeded;
    }

    async Task<string> LogFrom(long position)
    {
        if (!File.Exists(log))
            return "(nothing)";
        await using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(position, SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        return (await reader.ReadToEndAsync()).Trim();
    }

    async Task Stop(string mode)
    {
        if (IsRunning)
            await account.Run(
                binaries["pg_ctl"],
                ["-D", data, "-m", mode, "-w", "-t", $"{startTimeout.TotalSeconds:0}", "stop"], folder);
    }

    async Task Execute(string sql)
    {
        await using var connection = await Connect(CancellationToken.None);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    // Unpooled: an idle connection to a template keeps it from being copied.
    async Task<NpgsqlConnection> Connect(CancellationToken cancel)
    {
        var target = new NpgsqlConnectionStringBuilder(ConnectionString("postgres")) { Pooling = false };
        var connection = new NpgsqlConnection(target.ConnectionString);
        try
        {
            await connection.OpenAsync(cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    static string Quoted(string identifier) => $"\"{identifier.Replace("\"", "\"\"")}\"";
}
