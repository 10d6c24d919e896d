using System.Globalization;
using System.Text;

namespace Tiffin.Bench.Results;

/// <summary>Writes the generated part of the documentation page, between two markers.</summary>
static class Page
{
    const string Begin = "<!-- figures: written by the bench -->";
    const string End = "<!-- end of figures -->";
    const int SecondsOfDay = 86_400;

    // Assumed share of a day's orders in its busiest hour; the page says so.
    const double BusiestHour = 0.15;

    public static string Fill(string page, ResultSet results)
    {
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin) throw new InvalidDataException($"The page needs '{Begin}' and then '{End}'.");
        return page[..(begin + Begin.Length)] + "\n\n" + Figures(results) + "\n" + page[end..];
    }

    static string Figures(ResultSet results)
    {
        var (machine, medians) = (results.Machine, new Medians(results.Measurements));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Measured on {results.Started:yyyy-MM-dd}: {machine.Cpu}, ")
            .Append(CultureInfo.InvariantCulture, $"{machine.Cores} cores shared by server, PostgreSQL and load, ")
            .Append(CultureInfo.InvariantCulture, $"{machine.MemoryGiB} GiB, {machine.System}, {machine.DotNet}, ")
            .Append(CultureInfo.InvariantCulture, $"PostgreSQL {machine.PostgreSql}; {results.Minutes} minutes. ")
            .Append("Settings: ").AppendJoin(", ", machine.Settings.Select(set => $"`{set.Key} = {set.Value}`"))
            .Append(".\n\n").Append(Report.Targets(results.Measurements));
        foreach (var (name, reason) in results.Failures) text.Append($"\n`{name}` failed: {reason}\n");
        if (medians.PerSecond("place") is { } rate)
            text.Append(CultureInfo.InvariantCulture, $"\n{rate:N0} orders per second are ")
                .Append(Millions(rate * SecondsOfDay)).Append(' ')
                .Append("million orders a day at a constant rate; for a chain whose busiest hour has ")
                .Append(CultureInfo.InvariantCulture, $"{BusiestHour * 100:0} % of its daily orders (an assumption), ")
                .Append(CultureInfo.InvariantCulture, $"{Millions(rate * 3_600 / BusiestHour)} million a day.\n");
        return text.Append('\n').Append(Table(results, medians)).Append('\n').AppendJoin('\n', Charts.Names.Select(
            name => $"![{name}]({name}.svg)")).Append('\n').ToString();
    }

    static string Table(ResultSet results, Medians medians)
    {
        var text = new StringBuilder(
            "Medians of all rounds; latency in ms; CPU in seconds per 1,000 requests; memory of servers in MiB.\n\n"
            + "| | rounds | /s | p50 | p95 | p99 | p99.9 | max | errors "
            + "| CPU server | CPU PostgreSQL | memory | batch |\n"
            + "|---|--:|--:|--:|--:|--:|--:|--:|---|--:|--:|--:|--:|\n");
        foreach (var name in medians.Names)
        {
            var runs = results.Measurements.Where(run => run.Name == name).ToList();
            string Cell(Func<Measurement, double?> figure) =>
                medians.Of(name, figure) is { } value ? Report.Short(value) : "";
            text.Append(CultureInfo.InvariantCulture, $"| `{name}` | {runs.Count} | {Cell(run => run.PerSecond)} | ")
                .AppendJoin(" | ",
                    Cell(run => run.Latency?.P50), Cell(run => run.Latency?.P95), Cell(run => run.Latency?.P99),
                    Cell(run => run.Latency?.P999), Cell(run => run.Latency?.Max), Errors(runs),
                    Cell(run => run.ServerCpu), Cell(run => run.PostgresCpu), Cell(run => run.ServerMemoryMiB),
                    Cell(run => run.BatchSize))
                .Append(" |\n");
        }
        return text.ToString();
    }

    static string Errors(List<Measurement> runs) => string.Join(", ", runs
        .SelectMany(run => run.Errors).GroupBy(error => error.Key)
        .Select(code => $"{code.Key}: {code.Sum(error => error.Value)}"));

    static string Millions(double orders) => (orders / 1e6).ToString("N0", CultureInfo.InvariantCulture);
}
