using System.Globalization;
using System.Text.RegularExpressions;

namespace Tiffin.Bench.Load;

/// <summary>A server's <c>/metrics</c>, in the Prometheus text format.</summary>
sealed partial class Metrics(string text)
{
    public static async Task<Metrics> Read(Uri server, CancellationToken cancel)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        return new Metrics(await http.GetStringAsync(new Uri(server, "/metrics"), cancel));
    }

    /// <summary>Sum of all series of a metric.</summary>
    public double Sum(string name) => Series(name).Sum(series => series.Value);

    /// <summary>Series of a metric, by the value of a label.</summary>
    public IEnumerable<(string Label, double Value)> By(string name, string label) =>
        from series in Series(name)
        let match = Regex.Match(series.Labels, $"\\b{label}=\"([^\"]*)\"")
        where match.Success
        select (match.Groups[1].Value, series.Value);

    IEnumerable<(string Labels, double Value)> Series(string name) =>
        from Match line in Line().Matches(text)
        where line.Groups[1].Value == name
        select (line.Groups[2].Value, double.Parse(line.Groups[3].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)", RegexOptions.Multiline)]
    private static partial Regex Line();
}
