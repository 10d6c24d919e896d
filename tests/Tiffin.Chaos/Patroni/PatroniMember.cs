using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Tiffin.Chaos.Cluster;

namespace Tiffin.Chaos.Patroni;

/// <summary>One host: PostgreSQL under Patroni in its own network namespace.</summary>
sealed class PatroniMember(int number, HostNetwork network, string folder, string binaries) : IAsyncDisposable
{
    const string Account = "postgres";
    const int ApiPort = 8008;

    readonly string data = Path.Combine(folder, $"pg{number}");
    readonly string sockets = Path.Combine(folder, $"sockets-{number}");
    readonly StreamWriter log = new(Path.Combine(folder, $"patroni-{number}.log")) { AutoFlush = true };
    readonly Lock logging = new();
    Process? process;

    public int Number => number;

    public string Name => $"pg{number}";

    public string Host => network.Address(number);

    public Uri Api => new($"http://{Host}:{ApiPort}");

    public string Configuration { get; } = Path.Combine(folder, $"patroni-{number}.json");

    public async Task Start()
    {
        if (!File.Exists(Configuration)) await Prepare();
        var start = new ProcessStartInfo("nsenter",
        [
            $"--net=/run/netns/{network.Namespace(number)}", "setpriv", $"--reuid={Account}", $"--regid={Account}",
            "--init-groups", "patroni", Configuration,
        ])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Log(line.Data);
        process.ErrorDataReceived += (_, line) => Log(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>kill -9 of Patroni and of all of PostgreSQL, as when the host loses power.</summary>
    public async Task Kill()
    {
        foreach (var id in Processes()) Signals.Kill(id);
        if (process is null) return;
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public void Freeze()
    {
        foreach (var id in Processes()) Signals.Freeze(id);
    }

    public void Thaw()
    {
        foreach (var id in Processes()) Signals.Thaw(id);
    }

    public async ValueTask DisposeAsync()
    {
        Thaw();
        await Kill();
        lock (logging) log.Dispose();
    }

    /// <summary>Patroni first, so that it restarts nothing.</summary>
    List<int> Processes()
    {
        var all = new List<int>();
        if (process is { HasExited: false }) all.AddRange([process.Id, .. Signals.ChildrenOf(process.Id)]);
        var file = Path.Combine(data, "postmaster.pid");
        if (File.Exists(file) && int.TryParse(
            File.ReadLines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out var postmaster))
            all.AddRange([postmaster, .. Signals.ChildrenOf(postmaster)]);
        return all;
    }

    async Task Prepare()
    {
        await File.WriteAllTextAsync(Configuration, JsonSerializer.Serialize(Settings()));
        Directory.CreateDirectory(data);
        Directory.CreateDirectory(sockets);
        await Programs.Run("chown", Account, data, sockets);
        await Programs.Run("chmod", "700", data);
    }

    /// <summary>JSON, which is valid YAML.</summary>
    Dictionary<string, object> Settings() => new()
    {
        ["scope"] = PatroniCluster.Scope,
        ["name"] = Name,
        ["restapi"] = new { listen = $"{Host}:{ApiPort}", connect_address = $"{Host}:{ApiPort}" },
        // The v2 API of etcd: with v3, Patroni 3.0 reads the /sync key from a cache that can stay stale after the
        // leader was killed, and then never assigns a synchronous standby again.
        ["etcd"] = new { host = $"{network.Gateway}:{PatroniCluster.EtcdPort}" },
        ["bootstrap"] = new
        {
            dcs = new
            {
                ttl = 20,
                loop_wait = 3,
                retry_timeout = 5,
                synchronous_mode = true,
                postgresql = new { use_pg_rewind = true },
            },
            initdb = new object[] { new { encoding = "UTF8" }, new { locale = "C.UTF-8" } },
        },
        ["postgresql"] = new
        {
            listen = $"{Host}:{PatroniCluster.Port}",
            connect_address = $"{Host}:{PatroniCluster.Port}",
            data_dir = data,
            bin_dir = binaries,
            // After two failovers in a row there may be no common timeline to rewind to; then copy the leader.
            remove_data_directory_on_rewind_failure = true,
            remove_data_directory_on_diverged_timelines = true,
            basebackup = new { checkpoint = "fast" },
            pgpass = Path.Combine(data, "..", $".pgpass-{number}"),
            pg_hba = new[] { "local all all trust", "host all all all trust", "host replication all all trust" },
            authentication = new
            {
                superuser = new { username = "postgres", password = "postgres" },
                replication = new { username = "replicator", password = "replicator" },
            },
            parameters = new
            {
                max_connections = 200,
                shared_buffers = "128MB",
                // All hosts share a file system, and sockets are named after the port.
                unix_socket_directories = sockets,
                wal_log_hints = "on",
            },
        },
    };

    void Log(string? line)
    {
        if (line is null) return;
        lock (logging)
        {
            if (log.BaseStream is { CanWrite: true }) log.WriteLine(line);
        }
    }
}
