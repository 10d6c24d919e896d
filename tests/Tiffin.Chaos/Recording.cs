using System.Diagnostics;
using Tiffin.Chaos.Checks;
using Tiffin.Chaos.Clients;
using Tiffin.Chaos.Cluster;
using Tiffin.Chaos.Faults;
using Tiffin.Chaos.Ledgers;
using Tiffin.Chaos.Reports;

namespace Tiffin.Chaos;

/// <summary>The clients, watchers and faults of one run, and their records.</summary>
sealed class Recording : IDisposable
{
    const int ReplaysAtEnd = 2_000;

    readonly ChaosPlan plan;
    readonly string connectionString;
    readonly Acknowledgements acknowledgements;
    readonly IFaultSource faults;
    readonly Crowd crowd;
    readonly ReadinessWatch readiness;
    readonly EventReader[] readers;
    readonly CancellationTokenSource readEnough = new();
    Ledger opened = new();
    Task watching = Task.CompletedTask;
    TimeSpan faultTime;

    /// <param name="connectionString">For <c>tiffin verify</c>.</param>
    public Recording(
        ChaosPlan plan, IReadOnlyList<Node> nodes, string connectionString,
        Func<Acknowledgements, IFaultSource> faults)
    {
        (this.plan, this.connectionString) = (plan, connectionString);
        acknowledgements = new Acknowledgements(nodes.Count);
        this.faults = faults(acknowledgements);
        crowd = new Crowd(plan, nodes, acknowledgements);
        readiness = new ReadinessWatch(nodes);
        readers = [new EventReader(nodes, streams: true), new EventReader(nodes, streams: false)];
    }

    public void Dispose()
    {
        crowd.Dispose();
        readEnough.Dispose();
    }

    public async Task Break(TextWriter output, CancellationToken cancel)
    {
        opened = await crowd.Open(plan, cancel);
        watching = Task.WhenAll(
            [readiness.Run(readEnough.Token), .. readers.Select(reader => reader.Run(readEnough.Token))]);
        await output.WriteLineAsync(
            $"{plan.Nodes} nodes, {plan.Clients} clients, seed {plan.Seed}; faults as they come:");
        var started = Stopwatch.StartNew();
        crowd.Start();
        await faults.Run(output.WriteLine, cancel);
        faultTime = started.Elapsed;
    }

    public async Task<Report> Judge(TextWriter output, CancellationToken cancel)
    {
        await output.WriteLineAsync("Asking again for every key without a certain outcome …");
        var ledger = await crowd.Stop(opened);
        await crowd.Resolve(ledger, acknowledgements);
        await crowd.ReplaySome(ledger, plan.Seed, ReplaysAtEnd);
        var evidence = await new EvidenceReader(crowd.Chain).Read(readers, cancel);
        await readEnough.CancelAsync();
        await watching;
        var history = crowd.History();
        var violations = Checker.Check(ledger, evidence, history).ToList();
        violations.AddRange(faults.Faults.Where(fault => !fault.HasRecovered).Select(fault => new Violation(
            ViolationKind.NotRecovered, $"no order at every node after {fault.Kind} ({fault.Detail}) was healed")));
        var (code, said) = await Deployable.TryRun(connectionString, "verify");
        if (code != 0) violations.Add(new Violation(ViolationKind.NotVerified, said));
        return Report.Of(plan, faults, ledger, evidence, history.Count, violations) with
        {
            FaultMinutes = Math.Round(faultTime.TotalMinutes, 1),
            Kinds = KindReport.Of(faults, acknowledgements, readiness),
            Answers = crowd.Tally.Counts,
            Reconnects = readers.Sum(reader => reader.Reconnects),
        };
    }
}
