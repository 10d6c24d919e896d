namespace Tiffin.Bench;

/// <summary>Shows runs as they come, and at the end what they are worth beside each other.</summary>
static class Report
{
    public static void Line(Run run) => Console.WriteLine(
        $"{run.Scenario.Name,-14}{run.Load.PerSecond,9:0}/s  p50 {run.Load.P50,6:0.0}  p95 {run.Load.P95,6:0.0}"
        + $"  p99 {run.Load.P99,6:0.0}  p99.9 {run.Load.P999,6:0.0}  max {run.Load.Max,6:0.0} ms"
        + $"  refused {run.Load.Refused}  errors {run.Load.Errors}"
        + $"  CPU s/1000: server {run.ServerCpu:0.000}, PostgreSQL {run.PostgresCpu:0.000}"
        + $"  memory {run.ServerMemory >> 20} MiB");

    public static void Ratios(List<Run> runs)
    {
        var rates = runs.GroupBy(run => run.Scenario.Name)
            .ToDictionary(group => group.Key, group => Median([.. group.Select(run => run.Load.PerSecond)]));
        foreach (var (name, rate) in rates) Console.WriteLine($"{name,-14}{rate,9:0}/s (median)");
        Ratio("place", "place-single");
        Ratio("place-64", "place-single");
        Ratio("place", "echo");

        void Ratio(string of, string to)
        {
            if (rates.TryGetValue(of, out var a) && rates.TryGetValue(to, out var b))
                Console.WriteLine($"{of} / {to} = {a / b:0.00}");
        }
    }

    static double Median(double[] values)
    {
        Array.Sort(values);
        var middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
