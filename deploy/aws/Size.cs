namespace Tiffin.Aws;

/// <summary>How large an installation is. docs/operate/aws.md says what each costs.</summary>
/// <param name="OrdersADay">The load that it is meant for; see docs/scaling.md for the load at the peak.</param>
/// <param name="NodeCpu">1,024 units are one CPU.</param>
/// <param name="NodePool">Sessions of a node besides the writer's: 19 are reserved, requests get the rest.</param>
/// <param name="Broker">The class of the broker's three machines; null for none.</param>
public sealed record Size(
    string Name, int OrdersADay, int NodesMin, int NodesMax, int NodeCpu, int NodeMemoryMiB, int NodePool,
    string Database, int DatabaseGiB, int DatabaseSessions, int NatGateways, string? Broker)
{
    /// <summary>The writer's session, those that listen, and a margin.</summary>
    public const int SessionsBesideThePool = 5;

    public static readonly Size Small = new("small", 1_000, NodesMin: 2, NodesMax: 4,
        NodeCpu: 512, NodeMemoryMiB: 1024, NodePool: 26, "db.t4g.medium", DatabaseGiB: 50, DatabaseSessions: 250,
        NatGateways: 1, Broker: null);

    public static readonly Size Medium = new("medium", 100_000, NodesMin: 2, NodesMax: 6,
        NodeCpu: 1024, NodeMemoryMiB: 2048, NodePool: 36, "db.m7g.large", DatabaseGiB: 400, DatabaseSessions: 500,
        NatGateways: 2, "mq.m7g.medium");

    public static readonly Size Large = new("large", 10_000_000, NodesMin: 3, NodesMax: 24,
        NodeCpu: 2048, NodeMemoryMiB: 4096, NodePool: 26, "db.r7g.2xlarge", DatabaseGiB: 4000, DatabaseSessions: 1500,
        NatGateways: 3, "mq.m7g.large");

    public static IReadOnlyList<Size> All { get; } = [Small, Medium, Large];
}
