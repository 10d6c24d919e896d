namespace Tiffin.Bench.Results;

/// <summary>Medians over the rounds of each measurement.</summary>
sealed class Medians(IReadOnlyList<Measurement> runs)
{
    readonly ILookup<string, Measurement> byName = runs.ToLookup(run => run.Name);

    public IEnumerable<string> Names => byName.Select(group => group.Key);

    public double? PerSecond(string name) => Of(name, run => run.PerSecond);

    public double? P50(string name) => Of(name, run => run.Latency?.P50);

    public double? P99(string name) => Of(name, run => run.Latency?.P99);

    public double? ServerCpu(string name) => Of(name, run => run.ServerCpu);

    public double? Figure(string name, string figure) =>
        Of(name, run => run.Figures.TryGetValue(figure, out var value) ? value : null);

    /// <summary>Sum over all rounds: a good round does not hide the errors of another.</summary>
    public double? Errors(string name) =>
        byName.Contains(name) ? byName[name].Sum(run => run.Errors.Values.Sum()) : null;

    public double? Ratio(string of, string to) => PerSecond(of) / PerSecond(to);

    public double? Of(string name, Func<Measurement, double?> figure)
    {
        var values = byName[name].Select(figure).OfType<double>().Order().ToArray();
        if (values.Length == 0) return null;
        var middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
