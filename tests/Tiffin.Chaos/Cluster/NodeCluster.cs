using Npgsql;
using Tiffin.Chaos.Faults;
using Tiffin.Dev.Postgres;

namespace Tiffin.Chaos.Cluster;

/// <summary>Nodes on one private durable PostgreSQL, each through a proxy. Leaves no process behind.</summary>
sealed class NodeCluster : IAsyncDisposable
{
    const string Database = "chaos";
    const string Account = "postgres";

    static readonly Dictionary<string, string> settings = new()
    {
        ["shared_buffers"] = "256MB",
        ["max_connections"] = "400",
    };

    readonly string folder;

    NodeCluster(string folder, DevPostgres postgres, SmallDisk? disk, string? whyNoDisk) =>
        (this.folder, Postgres, Disk, WhyNoDisk) = (folder, postgres, disk, whyNoDisk);

    public DevPostgres Postgres { get; }

    public IReadOnlyList<Node> Nodes { get; private set; } = [];

    /// <summary>Null where mounting is not allowed.</summary>
    public SmallDisk? Disk { get; }

    public string? WhyNoDisk { get; }

    /// <summary>Bypasses the proxies; for the setup and for <c>tiffin verify</c>, never for the checker.</summary>
    public string ConnectionString => Postgres.ConnectionString(Database);

    public static async Task<NodeCluster> Open(string folder, ChaosPlan plan, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        var postgres = await DevPostgres.Start(new DevPostgresOptions(folder, Settings: settings), cancel);
        var (disk, why) = plan.Kinds.Contains(FaultKind.DiskFull)
            ? await SmallDisk.TryMount(Path.Combine(folder, "disk"), Account)
            : (null, null);
        var cluster = new NodeCluster(folder, postgres, disk, why);
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

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes) await node.DisposeAsync();
        if (Postgres.ProcessId != 0) await Postgres.StopImmediate();
        Disk?.Dispose();
    }

    async Task Prepare(ChaosPlan plan, CancellationToken cancel)
    {
        if (Disk is not null)
        {
            await Execute($"CREATE TABLESPACE small LOCATION '{Disk.Folder}'", cancel);
            await Execute($"CREATE DATABASE {Database} TABLESPACE small", cancel);
        }
        else
        {
            await Postgres.CreateDatabase(Database);
        }
        await Deployable.Expect(ConnectionString, "migrate");
        var key = await Deployable.Expect(ConnectionString, "key", "create", "--role", "admin");
        var skews = plan.Kinds.Contains(FaultKind.ClockSkew) && SkewedClock.Library is not null;
        Nodes = [.. Enumerable.Range(1, plan.Nodes).Select(number => MakeNode(number, skews))];
        await Task.WhenAll(Nodes.Select(node => node.Start(cancel)));
        foreach (var node in Nodes) node.Authorize(key.Split('\n')[^1].Trim());
    }

    Node MakeNode(int number, bool skews)
    {
        var proxy = new FaultProxy(() => Postgres.Port);
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString) { Port = proxy.Port };
        var clock = skews ? new SkewedClock(Path.Combine(folder, $"clock-{number}")) : null;
        return new Node(number, settings.ConnectionString, proxy, folder, clock);
    }

    async Task Execute(string sql, CancellationToken cancel)
    {
        var settings = new NpgsqlConnectionStringBuilder(Postgres.ConnectionString("postgres")) { Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
