using System.Diagnostics.Metrics;
using System.Text;

namespace Tiffin.Engine.Diagnostics.Prometheus;

/// <summary>
/// Converts OpenTelemetry names to Prometheus names: <c>http.server.request.duration</c> in <c>s</c> becomes
/// <c>http_server_request_duration_seconds</c>.
/// </summary>
// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
static class PrometheusNames
{
    public static string Of(Instrument instrument, SeriesKind kind)
    {
        var name = Sanitized(instrument.Name);
        var unit = Unit(instrument.Unit, kind);
        if (unit.Length > 0 && !name.EndsWith(unit, StringComparison.Ordinal)) name = $"{name}_{unit}";
        return kind == SeriesKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal)
            ? name + "_total"
            : name;
    }

    /// <summary>The labels as written between the braces, sorted by name.</summary>
    public static string Labels(IEnumerable<KeyValuePair<string, object?>> tags) => string.Join(',',
        from tag in tags
        let value = tag.Value switch
        {
            null => "",
            bool truth => truth ? "true" : "false",
            var other => FormattableString.Invariant($"{other}"),
        }
        let label = Sanitized(tag.Key)
        orderby label
        select $"{label}=\"{Escaped(value)}\"");

    /// <summary>Escapes a HELP text, which is not quoted.</summary>
    public static string Help(string text) => text.Replace("\\", @"\\").Replace("\n", @"\n");

    static string Escaped(string value) => Help(value).Replace("\"", "\\\"");

    static string Unit(string? unit, SeriesKind kind) => unit switch
    {
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        "1" when kind == SeriesKind.Gauge => "ratio",
        // An annotation such as {request} is already part of the name or the help text.
        _ => "",
    };

    static string Sanitized(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var character in name) text.Append(char.IsAsciiLetterOrDigit(character) ? character : '_');
        if (char.IsAsciiDigit(name[0])) text.Insert(0, '_');
        return text.ToString();
    }
}
