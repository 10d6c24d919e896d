using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Tiffin.Chaos.Cluster;

namespace Tiffin.Chaos.Patroni;

/// <summary>
/// Three hosts with PostgreSQL under Patroni in synchronous mode, one etcd, and nodes configured with all three hosts.
/// </summary>
sealed class PatroniCluster : IAsyncDisposable
{
    public const string Scope = "chaos";
    public const int Port = 5432;
    public const int EtcdPort = 2379;
    const int Hosts = 3;
    const string Database = "chaos";
    static readonly TimeSpan healthyMax = TimeSpan.FromMinutes(5);
    static readonly TimeSpan poll = TimeSpan.FromMilliseconds(200);

    readonly HttpClient api = new() { Timeout = TimeSpan.FromSeconds(2) };
    readonly string etcdData = Directory.CreateTempSubdirectory("tiffin-etcd-").FullName;
    readonly string folder;
    Process? etcd;

    PatroniCluster(string folder, HostNetwork network) => (this.folder, Network) = (folder, network);

    public HostNetwork Network { get; }

    public IReadOnlyList<PatroniMember> Members { get; private set; } = [];

    public IReadOnlyList<Node> Nodes { get; private set; } = [];

    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = string.Join(',', Members.Select(member => $"{member.Host}:{Port}")),
        Username = "postgres",
        Database = Database,
    }.ConnectionString;

    public static async Task<PatroniCluster> Open(string folder, ChaosPlan plan, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        // PostgreSQL's account creates its sockets and its password file here.
        await Programs.Run("chmod", "777", folder);
        var cluster = new PatroniCluster(folder, await HostNetwork.Create(Hosts));
        try
        {
            await cluster.Prepare(plan, cancel);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for a leader and two members that follow it, one of them synchronously.</summary>
    public async Task<PatroniMember> Healthy(CancellationToken cancel)
    {
        for (var since = Stopwatch.StartNew(); since.Elapsed < healthyMax; await Task.Delay(poll, cancel))
        {
            var roles = await Roles(cancel);
            if (roles.Count == Hosts && roles.Values.Count(role => role == "sync_standby") == 1
                && roles.FirstOrDefault(role => role.Value == "leader").Key is { } leader)
                return Members.Single(member => member.Name == leader);
        }
        throw new TimeoutException(
            $"Patroni has no leader with a synchronous standby and a replica after {healthyMax}: "
            + string.Join(", ", await Roles(cancel)));
    }

    /// <summary>Waits until a member other than <paramref name="former"/> leads.</summary>
    public async Task<PatroniMember> Successor(PatroniMember former, CancellationToken cancel)
    {
        for (var since = Stopwatch.StartNew(); since.Elapsed < healthyMax; await Task.Delay(poll, cancel))
        {
            var roles = await Roles(cancel, except: former);
            if (roles.FirstOrDefault(role => role.Value == "leader").Key is { } leader && leader != former.Name)
                return Members.Single(member => member.Name == leader);
        }
        throw new TimeoutException($"No other member than {former.Name} leads after {healthyMax}.");
    }

    public Task Switchover(PatroniMember leader) => Programs.Run(
        "patronictl", "-c", leader.Configuration, "switchover", Scope, "--leader", leader.Name, "--force");

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes) await node.DisposeAsync();
        foreach (var member in Members) await member.DisposeAsync();
        if (etcd is not null)
        {
            etcd.Kill();
            await etcd.WaitForExitAsync();
            etcd.Dispose();
        }
        api.Dispose();
        await Network.DisposeAsync();
        Directory.Delete(etcdData, recursive: true);
    }

    async Task Prepare(ChaosPlan plan, CancellationToken cancel)
    {
        StartEtcd();
        var binaries = Directory.GetDirectories("/usr/lib/postgresql").Order().Last() + "/bin";
        Members = [.. Enumerable.Range(1, Hosts)
            .Select(number => new PatroniMember(number, Network, folder, binaries))];
        foreach (var member in Members) await member.Start();
        var leader = await Healthy(cancel);
        await CreateDatabase(leader, cancel);
        await Deployable.Expect(ConnectionString, "migrate");
        var key = await Deployable.Expect(ConnectionString, "key", "create", "--role", "admin");
        Nodes = [.. Enumerable.Range(1, plan.Nodes)
            .Select(number => new Node(number, ConnectionString, proxy: null, folder, clock: null))];
        await Task.WhenAll(Nodes.Select(node => node.Start(cancel)));
        foreach (var node in Nodes) node.Authorize(key.Split('\n')[^1].Trim());
    }

    void StartEtcd()
    {
        var (clients, peers) = ($"http://{Network.Gateway}:{EtcdPort}", $"http://{Network.Gateway}:{EtcdPort + 1}");
        var start = new ProcessStartInfo("etcd",
        [
            "--enable-v2=true", "--data-dir", etcdData,
            "--listen-client-urls", clients, "--advertise-client-urls", clients,
            "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers,
            "--initial-cluster", $"default={peers}", "--logger", "zap",
            "--log-outputs", Path.Combine(folder, "etcd.log"),
        ]);
        etcd = Process.Start(start);
    }

    static async Task CreateDatabase(PatroniMember leader, CancellationToken cancel)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = leader.Host, Port = Port, Username = "postgres", Database = "postgres", Pooling = false,
        };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancel);
        await using var command = new NpgsqlCommand($"CREATE DATABASE {Database}", connection);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The role of each running member, according to the first member that responds.</summary>
    async Task<Dictionary<string, string>> Roles(CancellationToken cancel, PatroniMember? except = null)
    {
        foreach (var member in Members.Where(member => member != except))
        {
            try
            {
                var view = await api.GetFromJsonAsync<JsonElement>(new Uri(member.Api, "/cluster"), cancel);
                return view.GetProperty("members").EnumerateArray()
                    .Where(one => one.GetProperty("state").GetString() is "running" or "streaming")
                    .ToDictionary(
                        one => one.GetProperty("name").GetString()!, one => one.GetProperty("role").GetString()!);
            }
            catch (Exception away) when (away is HttpRequestException or JsonException or KeyNotFoundException
                || (away is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                // Dead, frozen, partitioned or not yet up: ask the next member.
            }
        }
        return [];
    }
}
