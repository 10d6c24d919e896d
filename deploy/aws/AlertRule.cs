using System.Globalization;
using System.Text.RegularExpressions;
using Amazon.CDK.AWS.CloudWatch;
using YamlDotNet.RepresentationModel;

namespace Tiffin.Aws;

/// <summary>A rule of deploy/prometheus/alerts.yml, from which its CloudWatch alarm is made.</summary>
/// <param name="Metric">The metric of a node that the expression reads; null if it reads another program's.</param>
/// <param name="Reasons">A regular expression of the metric's label <c>reason</c>.</param>
/// <param name="IsAbsence">Whether the rule fires at zero: missing data is then as bad.</param>
/// <param name="For">How long the expression has to be true.</param>
sealed partial record AlertRule(
    string Name, string Severity, string? Metric, string Reasons, bool IsRate, bool IsAbsence,
    ComparisonOperator Comparison, double Threshold, TimeSpan For)
{
    public static IReadOnlyList<AlertRule> All { get; } = Read();

    static AlertRule[] Read()
    {
        using var file = new StreamReader(typeof(AlertRule).Assembly.GetManifestResourceStream("alerts.yml")!);
        var yaml = new YamlStream();
        yaml.Load(file);
        return
        [
            .. from part in (YamlSequenceNode)yaml.Documents[0].RootNode["groups"]
               from rule in (YamlSequenceNode)part["rules"]
               select Parse($"{rule["alert"]}", $"{rule["labels"]["severity"]}", $"{rule["expr"]}", $"{rule["for"]}"),
        ];
    }

    static AlertRule Parse(string name, string severity, string expression, string time)
    {
        var (bound, own) = (Bound().Match(expression), Own().Match(expression));
        var value = double.Parse(bound.Groups["value"].Value, CultureInfo.InvariantCulture);
        // CloudWatch cannot test for equality: a count that is zero is less than one.
        var (comparison, threshold) = bound.Groups["operator"].Value switch
        {
            ">" => (ComparisonOperator.GREATER_THAN_THRESHOLD, value),
            ">=" => (ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD, value),
            _ => (ComparisonOperator.LESS_THAN_THRESHOLD, 1),
        };
        var seconds = double.Parse(time[..^1], CultureInfo.InvariantCulture) * (time[^1] == 'm' ? 60 : 1);
        return new AlertRule(
            name, severity,
            own.Success ? own.Groups["metric"].Value : null,
            own.Groups["reasons"] is { Success: true } reasons ? reasons.Value : ".*",
            expression.Contains("rate(", StringComparison.Ordinal),
            bound.Groups["operator"].Value == "==",
            comparison, threshold, TimeSpan.FromSeconds(seconds));
    }

    [GeneratedRegex("""\((?<metric>tiffin_[a-z_]+)(\{reason=~"(?<reasons>[^"]+)"\})?(\[|\))""")]
    private static partial Regex Own();

    [GeneratedRegex(@" (?<operator>>=?|==(?= 0\s*$)) (?<value>[0-9.]+)\s*$")]
    private static partial Regex Bound();
}
