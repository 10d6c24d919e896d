using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Tiffin.Chaos.Cluster;
using Tiffin.Chaos.Ledgers;

namespace Tiffin.Chaos.Faults;

/// <summary>Injects one fault at a time, heals it, and waits until every node acknowledges an order again.</summary>
sealed class FaultInjector(NodeCluster cluster, ChaosPlan plan, Acknowledgements acknowledgements) : IFaultSource
{
    /// <summary>After this time the run continues without recovery, which is a violation.</summary>
    static readonly TimeSpan recoveryMax = TimeSpan.FromSeconds(90);
    static readonly TimeSpan skew = TimeSpan.FromMinutes(15);

    readonly Random random = new(plan.Seed);
    readonly List<FaultRecord> faults = [];
    readonly Dictionary<string, string> impossible = [];

    public IReadOnlyList<FaultRecord> Faults => faults;

    public IReadOnlyDictionary<string, string> Impossible => impossible;

    /// <summary>Shuffles the kinds each round, so that each occurs about equally often.</summary>
    public async Task Run(Action<string> say, CancellationToken cancel)
    {
        var kinds = Possible();
        var started = Stopwatch.GetTimestamp();
        for (var round = 1; plan.Rounds is not { } rounds || round <= rounds; round++)
        {
            random.Shuffle(kinds);
            foreach (var kind in kinds)
            {
                if (plan.Rounds is null && Stopwatch.GetElapsedTime(started) >= plan.Time) return;
                await Task.Delay(plan.IsBrief ? Seconds(0.1, 0.4) : Seconds(0.5, 4), cancel);
                var fault = await Inject(kind, cancel);
                faults.Add(fault);
                say(Line(fault));
            }
        }
    }

    static string Line(FaultRecord fault) => string.Create(CultureInfo.InvariantCulture,
        $"{DateTime.UtcNow:HH:mm:ss} {fault.Kind,-16} "
        + $"{(fault.Node is { } node ? $"node {node + 1}" : "all"),-6} "
        + $"{Stopwatch.GetElapsedTime(fault.Began, fault.Healed).TotalSeconds,5:0.0} s, orders everywhere "
        + $"{Stopwatch.GetElapsedTime(fault.Healed, fault.Recovered).TotalSeconds:0.0} s later; {fault.Detail}");

    FaultKind[] Possible()
    {
        if (cluster.Disk is null) impossible[FaultKind.DiskFull.Name()] = cluster.WhyNoDisk ?? "not asked for";
        if (SkewedClock.Library is null)
            impossible[FaultKind.ClockSkew.Name()] = "libfaketime is missing: apt-get install faketime";
        var possible = plan.Kinds.Where(kind => !impossible.ContainsKey(kind.Name())).ToArray();
        return possible.Length > 0
            ? possible
            : throw new InvalidOperationException(
                $"None of the faults asked for can happen here: {string.Join("; ", impossible.Values)}.");
    }

    async Task<FaultRecord> Inject(FaultKind kind, CancellationToken cancel)
    {
        var index = IsShared(kind) ? (int?)null : random.Next(cluster.Nodes.Count);
        var began = Stopwatch.GetTimestamp();
        var detail = index is { } hit ? await Break(kind, cluster.Nodes[hit], cancel) : await Break(kind, cancel);
        var healed = Stopwatch.GetTimestamp();
        var hasRecovered = await acknowledgements.OfEveryNode(healed, recoveryMax, cancel);
        return new FaultRecord(
            kind.Name(), index, detail, began, healed, Stopwatch.GetTimestamp(), hasRecovered);
    }

    static bool IsShared(FaultKind kind) =>
        kind is FaultKind.DatabaseCrash or FaultKind.DatabaseRestart or FaultKind.DiskFull;

    async Task<string> Break(FaultKind kind, CancellationToken cancel)
    {
        switch (kind)
        {
            case FaultKind.DatabaseCrash:
                var children = Signals.ChildrenOf(cluster.Postgres.ProcessId);
                foreach (var child in children) Signals.Kill(child);
                return $"killed {children.Count} processes";
            case FaultKind.DatabaseRestart:
                await cluster.Postgres.StopImmediate();
                await Pause(0, 2, cancel);
                await cluster.Postgres.Restart();
                return "recovered from its write-ahead log";
            default:
                await cluster.Disk!.Fill();
                await Pause(2, 8, cancel);
                await cluster.Disk.Free();
                return "no page left for tables";
        }
    }

    async Task<string> Break(FaultKind kind, Node node, CancellationToken cancel)
    {
        var proxy = node.Proxy!;
        switch (kind)
        {
            case FaultKind.Kill:
                await node.Kill();
                await Pause(0, 3, cancel);
                await node.Start(cancel);
                return "a new process";
            case FaultKind.Stop:
                node.Freeze();
                await Pause(1, 12, cancel);
                node.Thaw();
                return "went on where it was";
            case FaultKind.Reset:
                return $"{proxy.ResetAll()} connections";
            case FaultKind.ClockSkew:
                var offset = random.Next(2) == 0 ? skew : -skew;
                node.Clock!.Set(offset);
                await Pause(3, 10, cancel);
                var seen = await Skew(node, cancel);
                node.Clock.Set(TimeSpan.Zero);
                return string.Create(CultureInfo.InvariantCulture, $"by {offset.TotalMinutes:+0;-0} minutes; {seen}");
            default:
                var detail = Disturb(kind, proxy);
                await Pause(2, kind is FaultKind.Blackhole or FaultKind.WriterLoss ? 15 : 8, cancel);
                proxy.Heal();
                return detail;
        }
    }

    /// <summary>From the Date header of a response; a busy node may not respond in time.</summary>
    static async Task<string> Skew(Node node, CancellationToken cancel)
    {
        try
        {
            var seen = await node.TellTime(cancel) - DateTimeOffset.UtcNow;
            return string.Create(
                CultureInfo.InvariantCulture, $"its answers are dated {seen.TotalMinutes:+0.0;-0.0}");
        }
        catch (Exception none) when (none is HttpRequestException or SocketException
            || (none is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return "it did not answer";
        }
    }

    string Disturb(FaultKind kind, FaultProxy proxy)
    {
        switch (kind)
        {
            case FaultKind.Blackhole:
                return Close(proxy.ToDatabase, proxy.ToNode);
            case FaultKind.WriterLoss:
                return proxy.Writer is { } writer ? Close(writer.ToDatabase, writer.ToNode) : "there was no writer";
            case FaultKind.Delay:
                proxy.Delay = TimeSpan.FromMilliseconds(random.Next(20, 300));
                return $"{proxy.Delay.TotalMilliseconds} ms a write";
            default:
                proxy.BytesPerSecond = random.Next(8, 64) * 1024;
                return $"{proxy.BytesPerSecond / 1024} KiB/s";
        }
    }

    string Close(Valve toDatabase, Valve toNode)
    {
        var direction = random.Next(4);
        if (direction != 0) toDatabase.Close();
        if (direction != 1) toNode.Close();
        return direction switch { 0 => "from the database only", 1 => "to the database only", _ => "both directions" };
    }

    Task Pause(double atLeast, double atMost, CancellationToken cancel) => Task.Delay(
        plan.IsBrief ? Seconds(Math.Min(atLeast, 0.8), Math.Min(atMost, 2)) : Seconds(atLeast, atMost), cancel);

    TimeSpan Seconds(double atLeast, double atMost) =>
        TimeSpan.FromSeconds(atLeast + random.NextDouble() * (atMost - atLeast));
}
