using System.Globalization;
using System.Text.RegularExpressions;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Faults;

/// <summary>Two nodes on one database; a killed node is replaced.</summary>
sealed partial class Cluster : IAsyncDisposable
{
    readonly string database;
    readonly Dictionary<string, string> settings;
    readonly ServerProcess[] nodes = new ServerProcess[2];
    readonly List<ServerProcess> dead = [];
    int asked;

    Cluster(string database, IReadOnlyDictionary<string, string> settings) => (this.database, this.settings) =
        (database, new(settings) { ["Logging__LogLevel__Tiffin.Engine.EventLog"] = "Information" });

    /// <summary>Alternates between the nodes, like a load balancer without health checks.</summary>
    public HttpClient Client => nodes[(Interlocked.Increment(ref asked) & int.MaxValue) % nodes.Length].Client;

    /// <summary>The output of every node, including the dead ones.</summary>
    public string Output => string.Join("\n\n", dead.Concat(nodes).Select(node => node.Output));

    public static async Task<Cluster> Start(string database, IReadOnlyDictionary<string, string> settings)
    {
        var cluster = new Cluster(database, settings);
        for (var i = 0; i < cluster.nodes.Length; i++) cluster.nodes[i] = await cluster.Node();
        return cluster;
    }

    /// <summary>Kills the leader of a subscriber once it has advanced, and starts a replacement.</summary>
    public async Task KillLeader(string subscriber)
    {
        var (leader, fence) = (-1, 0L);
        await Eventually.Holds(async () =>
        {
            fence = await Ask("fence", subscriber);
            leader = Array.FindIndex(nodes, node => Fences(node, subscriber).Contains(fence));
            return leader >= 0;
        }, $"a leader of {subscriber}");
        var position = await Ask("position", subscriber);
        await Eventually.Holds(() => Ask("position", subscriber), value => value > position, $"{subscriber} reads on");
        await nodes[leader].Kill();
        // Some clients still send to it.
        dead.Add(nodes[leader]);
        nodes[leader] = await Node();
        await Eventually.Holds(() => Ask("fence", subscriber), value => value > fence, $"{subscriber} is taken over");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes.Concat(dead).Distinct()) await node.DisposeAsync();
    }

    Task<ServerProcess> Node() => ServerProcess.Start(database, settings: settings);

    Task<long> Ask(string column, string subscriber) =>
        Session.Ask<long>(database, $"SELECT {column} FROM subscribers WHERE name = '{subscriber}'");

    static IEnumerable<long> Fences(ServerProcess node, string subscriber) =>
        from said in Leads().Matches(node.Output)
        where said.Groups[1].Value == subscriber
        select long.Parse(said.Groups[2].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Leading (\w+) from position \d+ \(fence (\d+)\)")]
    private static partial Regex Leads();
}
