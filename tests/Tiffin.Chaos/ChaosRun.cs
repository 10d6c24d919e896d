using System.Diagnostics;
using Tiffin.Chaos.Checks;
using Tiffin.Chaos.Clients;
using Tiffin.Chaos.Cluster;
using Tiffin.Chaos.Faults;
using Tiffin.Chaos.Ledgers;
using Tiffin.Chaos.Reports;

namespace Tiffin.Chaos;

/// <summary>A run from the first process to the report.</summary>
static class ChaosRun
{
    const int Sound = 0;
    const int Violated = 1;
    const int ReplaysAtEnd = 2_000;

    /// <summary>Answers the exit code: 1 when something promised was not kept.</summary>
    public static async Task<int> Run(ChaosPlan plan, TextWriter output, CancellationToken cancel)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"tiffin-chaos-{Environment.ProcessId}");
        var started = Stopwatch.StartNew();
        Report report;
        await using (var cluster = await NodeCluster.Open(folder, plan, cancel))
        {
            using var record = new RunRecord(plan, cluster);
            await record.Break(output, cancel);
            report = await record.Judge(output, started, cancel);
        }
        await output.WriteLineAsync(ReportText.Of(report));
        if (plan.ReportFile is { } file) await ReportText.Write(report, file, CancellationToken.None);
        if (report.Violations.Count == 0) Directory.Delete(folder, recursive: true);
        else await output.WriteLineAsync($"The nodes' and PostgreSQL's logs are in {folder}.");
        return report.Violations.Count == 0 ? Sound : Violated;
    }

    /// <summary>Clients, watchers and faults of one run, and what they recorded.</summary>
    sealed class RunRecord(ChaosPlan plan, NodeCluster cluster) : IDisposable
    {
        readonly Acknowledgements acknowledgements = new(plan.Nodes);
        readonly ReadinessWatch readiness = new(cluster.Nodes);
        readonly EventReader[] readers =
            [new EventReader(cluster.Nodes, streams: true), new EventReader(cluster.Nodes, streams: false)];
        readonly CancellationTokenSource readEnough = new();
        FaultInjector injector = null!;
        Crowd? crowd;
        Ledger opened = null!;
        Task watching = Task.CompletedTask;
        TimeSpan faultTime;

        public void Dispose()
        {
            crowd?.Dispose();
            readEnough.Dispose();
        }

        public async Task Break(TextWriter output, CancellationToken cancel)
        {
            crowd = new Crowd(plan, cluster.Nodes, acknowledgements);
            opened = await crowd.Open(plan, cancel);
            injector = new FaultInjector(cluster, plan, acknowledgements);
            watching = Task.WhenAll(
                [readiness.Run(readEnough.Token), .. readers.Select(reader => reader.Run(readEnough.Token))]);
            await output.WriteLineAsync(
                $"{plan.Nodes} nodes, {plan.Clients} clients, seed {plan.Seed}; faults as they come:");
            var started = Stopwatch.StartNew();
            crowd.Start();
            await injector.Run(output.WriteLine, cancel);
            faultTime = started.Elapsed;
        }

        public async Task<Report> Judge(TextWriter output, Stopwatch started, CancellationToken cancel)
        {
            await output.WriteLineAsync("Asking again for every key without a certain outcome …");
            var ledger = await crowd!.Stop(opened);
            await crowd.Resolve(ledger, acknowledgements);
            await crowd.ReplaySome(ledger, plan.Seed, ReplaysAtEnd);
            var evidence = await new EvidenceReader(crowd.Chain).Read(readers, cancel);
            await readEnough.CancelAsync();
            await watching;
            var history = crowd.History();
            var violations = Checker.Check(ledger, evidence, history).ToList();
            var (code, said) = await Deployable.Run(cluster.ConnectionString, "verify");
            if (code != 0) violations.Add(new Violation(ViolationKind.NotVerified, said));
            return Report.Of(plan, injector, ledger, evidence, history.Count, violations) with
            {
                FaultMinutes = Math.Round(faultTime.TotalMinutes, 1),
                Minutes = Math.Round(started.Elapsed.TotalMinutes, 1),
                Kinds = KindReport.Of(injector, acknowledgements, readiness),
                Answers = crowd.Tally.Counts,
                Reconnects = readers.Sum(reader => reader.Reconnects),
            };
        }
    }
}
