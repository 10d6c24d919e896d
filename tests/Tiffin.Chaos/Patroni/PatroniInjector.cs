using System.Diagnostics;
using System.Globalization;
using Tiffin.Chaos.Faults;
using Tiffin.Chaos.Ledgers;

namespace Tiffin.Chaos.Patroni;

enum LeaderFault
{
    /// <summary>kill -9 of Patroni and PostgreSQL; both are started again after the failover.</summary>
    LeaderKilled,

    /// <summary>SIGSTOP of Patroni and PostgreSQL, SIGCONT after the failover.</summary>
    LeaderFrozen,

    /// <summary>The port of the leader's host is down until after the failover.</summary>
    LeaderPartitioned,

    /// <summary>patronictl switchover.</summary>
    LeaderSwitched,
}

/// <summary>Repeatedly removes the leader of a Patroni cluster, and waits until all members are back.</summary>
sealed class PatroniInjector(PatroniCluster cluster, ChaosPlan plan, Acknowledgements acknowledgements) : IFaultSource
{
    /// <summary>How long the new leader serves clients while the old one is still away.</summary>
    static readonly TimeSpan away = TimeSpan.FromSeconds(3);
    static readonly TimeSpan recoveryMax = TimeSpan.FromMinutes(2);

    readonly Random random = new(plan.Seed);
    readonly List<FaultRecord> faults = [];

    public IReadOnlyList<FaultRecord> Faults => faults;

    public IReadOnlyDictionary<string, string> Impossible { get; } = new Dictionary<string, string>();

    public async Task Run(Action<string> say, CancellationToken cancel)
    {
        var kinds = Enum.GetValues<LeaderFault>();
        for (var round = 1; round <= plan.Rounds; round++)
        {
            random.Shuffle(kinds);
            foreach (var kind in kinds)
            {
                var fault = await Inject(kind, cancel);
                faults.Add(fault);
                var gap = acknowledgements.LongestGap(fault.Began, fault.Recovered, node: null);
                say(string.Create(CultureInfo.InvariantCulture,
                    $"{DateTime.UtcNow:HH:mm:ss} {fault.Kind,-18} {fault.Detail}: "
                    + $"{gap.TotalSeconds:0.0} s without an order"));
            }
        }
    }

    async Task<FaultRecord> Inject(LeaderFault kind, CancellationToken cancel)
    {
        var leader = await cluster.Healthy(cancel);
        await Recover(Stopwatch.GetTimestamp(), cancel);
        await Task.Delay(TimeSpan.FromSeconds(1 + 3 * random.NextDouble()), cancel);
        var began = Stopwatch.GetTimestamp();
        await Take(kind, leader);
        var successor = await cluster.Successor(leader, cancel);
        await Recover(Stopwatch.GetTimestamp(), cancel);
        await Task.Delay(away, cancel);
        var healed = Stopwatch.GetTimestamp();
        await GiveBack(kind, leader);
        await cluster.Healthy(cancel);
        var hasRecovered = await Recover(healed, cancel);
        return new FaultRecord(
            FaultNames.Kebab($"{kind}"), null, $"{leader.Name} to {successor.Name}", began, healed,
            Stopwatch.GetTimestamp(), hasRecovered);
    }

    async Task Take(LeaderFault kind, PatroniMember leader)
    {
        if (kind == LeaderFault.LeaderKilled) await leader.Kill();
        if (kind == LeaderFault.LeaderFrozen) leader.Freeze();
        if (kind == LeaderFault.LeaderPartitioned) await cluster.Network.Cut(leader.Number);
        if (kind == LeaderFault.LeaderSwitched) await cluster.Switchover(leader);
    }

    async Task GiveBack(LeaderFault kind, PatroniMember leader)
    {
        if (kind == LeaderFault.LeaderKilled) await leader.Start();
        if (kind == LeaderFault.LeaderFrozen) leader.Thaw();
        if (kind == LeaderFault.LeaderPartitioned) await cluster.Network.Join(leader.Number);
    }

    Task<bool> Recover(long since, CancellationToken cancel) =>
        acknowledgements.OfEveryNode(since, recoveryMax, cancel);
}
