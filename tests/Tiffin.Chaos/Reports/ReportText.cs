using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tiffin.Chaos.Reports;

/// <summary>A report as tables in Markdown, and as JSON.</summary>
static class ReportText
{
    const int ViolationsShown = 20;

    static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
    };

    public static Task Write(Report report, string file, CancellationToken cancel) =>
        File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, json) + "\n", cancel);

    public static string Of(Report report)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"\nSeed {report.Seed}, {report.Nodes} nodes, {report.Clients} clients, "
            + $"{report.FaultMinutes} minutes of faults\n");
        Table(text, ["acknowledged", ""],
            report.Acknowledged.Select(count => new[] { count.Key, Number(count.Value) }));
        Table(text,
            ["fault", "count", "lasted p50", "no order anywhere p50", "p95", "max", "no order at the node p50", "p95",
                "max", "not ready", "no answer", "slowest answer"],
            report.Kinds.Select(Row));
        Table(text, ["broken promise", "count"],
            report.Promises.Select(count => new[] { count.Key, Number(count.Value) }));
        Table(text, ["answer", "count"], report.Answers.Select(count => new[] { count.Key, Number(count.Value) }));
        foreach (var (kind, why) in report.Impossible) text.AppendLine($"Not injected: {kind}: {why}");
        foreach (var violation in report.Violations.Take(ViolationsShown))
            text.AppendLine($"VIOLATION {violation.Kind}: {violation.Detail}");
        text.AppendLine(report.Violations.Count == 0
            ? "Nothing was lost, doubled, altered or oversold."
            : $"{report.Violations.Count} violation(s).");
        return text.ToString();
    }

    static string[] Row(KindReport kind) =>
    [
        kind.Kind, Number(kind.Count), Seconds(kind.Lasted.P50), Seconds(kind.Chain.P50), Seconds(kind.Chain.P95),
        Seconds(kind.Chain.Max), Seconds(kind.Node.P50), Seconds(kind.Node.P95), Seconds(kind.Node.Max),
        Percent(kind.RedShare), Percent(kind.NoAnswerShare), Seconds(kind.ReadinessMax),
    ];

    public static void Table(StringBuilder text, string[] head, IEnumerable<string[]> rows)
    {
        text.Append("| ").AppendJoin(" | ", head).AppendLine(" |");
        text.Append('|').AppendJoin("|", head.Select(_ => "---")).AppendLine("|");
        foreach (var row in rows) text.Append("| ").AppendJoin(" | ", row).AppendLine(" |");
        text.AppendLine();
    }

    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Seconds(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.0#} s");

    static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} %");
}
