using System.Globalization;
using System.Text;

namespace Tiffin.Bench.Results;

/// <summary>Formats measurements and the table of targets.</summary>
static class Report
{
    public static string Line(Measurement run)
    {
        var text = new StringBuilder($"{run.Name,-14}{run.PerSecond,8:0}/s");
        if (run.Latency is { } l)
            text.Append($"  p50 {l.P50:0.0}  p95 {l.P95:0.0}  p99 {l.P99:0.0}  p99.9 {l.P999:0.0}  max {l.Max:0.0} ms");
        text.Append($"  CPU s/1000: server {run.ServerCpu:0.000}, PostgreSQL {run.PostgresCpu:0.000}");
        text.Append($"  {run.ServerMemoryMiB:0} MiB  batch {run.BatchSize:0.0}");
        foreach (var (name, count) in run.Errors) text.Append($"  {name}: {count}");
        foreach (var (name, value) in run.Figures) text.Append($"\n{"",14}  {name}: {Short(value)}");
        return text.ToString();
    }

    /// <summary>The measured targets as a Markdown table.</summary>
    public static string Targets(IReadOnlyList<Measurement> runs)
    {
        var medians = new Medians(runs);
        var text = new StringBuilder("| scenario | what | measured | must reach | |\n|---|---|---|---|---|\n");
        foreach (var target in Target.All)
        {
            if (target.Value(medians) is not { } value) continue;
            text.Append(CultureInfo.InvariantCulture,
                $"| `{target.Scenario}` | {target.What} | {Short(value)} | {target.Bound} |")
                .Append(target.IsReached(value) ? " reached |\n" : " **not reached** |\n");
        }
        return text.ToString();
    }

    public static string Short(double value) =>
        value.ToString(value >= 100 ? "0" : "0.##", CultureInfo.InvariantCulture);
}
