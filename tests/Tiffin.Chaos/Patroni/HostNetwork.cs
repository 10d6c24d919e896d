using Tiffin.Chaos.Cluster;

namespace Tiffin.Chaos.Patroni;

/// <summary>
/// A bridge with a network namespace behind each port, like hosts on one switch. A host whose port is down is
/// partitioned: packets in both directions are lost, and no connection is closed. Needs root and iproute2.
/// </summary>
sealed class HostNetwork : IAsyncDisposable
{
    // Each run has its own, so that two runs do not collide.
    readonly int subnet = Environment.ProcessId % 250 + 1;
    readonly int hosts;

    HostNetwork(int hosts) => this.hosts = hosts;

    /// <summary>The address of the machine itself, where the nodes and etcd run.</summary>
    public string Gateway => Address(254);

    string Bridge => $"tfn{subnet}";

    public static async Task<HostNetwork> Create(int hosts)
    {
        var network = new HostNetwork(hosts);
        try
        {
            await network.Build();
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public string Address(int host) => $"10.77.{subnet}.{host}";

    public string Namespace(int host) => $"tiffin-{subnet}-{host}";

    public Task Cut(int host) => Programs.Run("ip", "link", "set", Port(host), "down");

    public Task Join(int host) => Programs.Run("ip", "link", "set", Port(host), "up");

    public async ValueTask DisposeAsync()
    {
        for (var host = 1; host <= hosts; host++) await Programs.TryRun("ip", "netns", "del", Namespace(host));
        await Programs.TryRun("ip", "link", "del", Bridge);
    }

    async Task Build()
    {
        await Programs.Run("ip", "link", "add", Bridge, "type", "bridge");
        await Programs.Run("ip", "addr", "add", $"{Gateway}/24", "dev", Bridge);
        await Programs.Run("ip", "link", "set", Bridge, "up");
        for (var host = 1; host <= hosts; host++)
        {
            var inside = $"{Port(host)}i";
            await Programs.Run("ip", "netns", "add", Namespace(host));
            await Programs.Run("ip", "link", "add", Port(host), "type", "veth", "peer", "name", inside);
            await Programs.Run("ip", "link", "set", inside, "netns", Namespace(host));
            await Programs.Run("ip", "link", "set", Port(host), "master", Bridge, "up");
            await Programs.Run("ip", "-n", Namespace(host), "addr", "add", $"{Address(host)}/24", "dev", inside);
            await Programs.Run("ip", "-n", Namespace(host), "link", "set", inside, "up");
            await Programs.Run("ip", "-n", Namespace(host), "link", "set", "lo", "up");
        }
    }

    string Port(int host) => $"tfn{subnet}p{host}";
}
