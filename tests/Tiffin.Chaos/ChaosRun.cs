using Tiffin.Chaos.Cluster;
using Tiffin.Chaos.Faults;
using Tiffin.Chaos.Patroni;
using Tiffin.Chaos.Reports;

namespace Tiffin.Chaos;

/// <summary>A run from the first process to the report; returns the exit code.</summary>
static class ChaosRun
{
    const int Sound = 0;
    const int Violated = 1;

    public static async Task<int> Run(ChaosPlan plan, TextWriter output, CancellationToken cancel)
    {
        var folder = NewFolder();
        Report report;
        await using (var cluster = await NodeCluster.Open(folder, plan, cancel))
        {
            using var recording = new Recording(plan, cluster.Nodes, cluster.ConnectionString,
                acknowledgements => new FaultInjector(cluster, plan, acknowledgements));
            await recording.Break(output, cancel);
            report = await recording.Judge(output, cancel);
        }
        return await Publish(report, plan, folder, output);
    }

    /// <summary>The same with a PostgreSQL cluster that fails over.</summary>
    public static async Task<int> RunPatroni(ChaosPlan plan, TextWriter output, CancellationToken cancel)
    {
        var folder = NewFolder();
        Report report;
        await using (var cluster = await PatroniCluster.Open(folder, plan, cancel))
        {
            using var recording = new Recording(plan, cluster.Nodes, cluster.ConnectionString,
                acknowledgements => new PatroniInjector(cluster, plan, acknowledgements));
            await recording.Break(output, cancel);
            report = await recording.Judge(output, cancel);
        }
        return await Publish(report, plan, folder, output);
    }

    static string NewFolder() => Path.Combine(Path.GetTempPath(), $"tiffin-chaos-{Environment.ProcessId}");

    static async Task<int> Publish(Report report, ChaosPlan plan, string folder, TextWriter output)
    {
        await output.WriteLineAsync(ReportText.Of(report));
        if (plan.ReportFile is { } file) await ReportText.Write(report, file, CancellationToken.None);
        if (report.Violations.Count == 0) Directory.Delete(folder, recursive: true);
        else await output.WriteLineAsync($"The logs of the nodes and of PostgreSQL are in {folder}.");
        return report.Violations.Count == 0 ? Sound : Violated;
    }
}
