using System.Globalization;
using System.Text;

namespace Tiffin.Bench.Results;

/// <summary>Shows measurements as they come, and at the end what they are worth beside each other.</summary>
static class Report
{
    /// <summary>Ratios of medians in one call, and what they must reach.</summary>
    static readonly (string Of, string To, double Bound)[] ratios =
    [
        ("place", "place-single", 6),
        ("place-64", "place-single", 4),
        ("place", "echo", 0.33),
        ("place", "place-open", 0.9),
        ("nodes-2", "nodes-1", 0.9),
        ("nodes-3", "nodes-1", 0.8),
        ("readers-all", "readers-none", 0.85),
    ];

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

    /// <summary>As a table in Markdown.</summary>
    public static string Ratios(IReadOnlyList<Measurement> runs)
    {
        var rates = runs.GroupBy(run => run.Name).ToDictionary(
            runs => runs.Key, runs => Median([.. runs.Select(run => run.PerSecond)]));
        var text = new StringBuilder("| ratio of medians | measured | must reach | |\n|---|---|---|---|\n");
        foreach (var (of, to, bound) in ratios)
        {
            if (!rates.TryGetValue(of, out var a) || !rates.TryGetValue(to, out var b)) continue;
            var reached = a / b >= bound;
            text.Append(CultureInfo.InvariantCulture, $"| {of} / {to} | {Short(a / b)} | {bound} |")
                .Append(reached ? " reached |\n" : " **not reached** |\n");
        }
        return text.ToString();
    }

    static string Short(double value) => value.ToString(value >= 100 ? "0" : "0.##", CultureInfo.InvariantCulture);

    static double Median(double[] values)
    {
        Array.Sort(values);
        var middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
