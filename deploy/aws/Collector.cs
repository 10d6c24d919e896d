using Amazon.CDK;
using Amazon.CDK.AWS.CloudWatch;
using Amazon.CDK.AWS.ECS;
using Amazon.CDK.AWS.Logs;

namespace Tiffin.Aws;

/// <summary>
/// Runs beside each node, reads its /metrics, and sends the few metrics that alarms and scaling need to CloudWatch.
/// Serving orders does not depend on it.
/// </summary>
static class Collector
{
    const string Namespace = "Tiffin";

    /// <summary>CloudWatch cannot sum a metric over its dimensions, so all metrics have this one dimension.</summary>
    const string Dimension = "installation";
    const string DimensionValue = "tiffin";

    static readonly AlertRule[] rules = [.. AlertRule.All.Where(rule => rule.Metric is not null)];

    /// <summary>The value that the rule compares: the worst of all series of its metric.</summary>
    public static IMetric Metric(AlertRule rule) => rule switch
    {
        { Metric: null } => throw new NotSupportedException($"{rule.Name} reads no metric of a node."),
        { IsRate: true } => new MathExpression(new MathExpressionProps
        {
            Expression = "count / PERIOD(count)",
            UsingMetrics = new Dictionary<string, IMetric> { ["count"] = Metric(rule.Metric, "Sum") },
            Period = Duration.Minutes(1),
        }),
        _ => Metric(rule.Metric, rule.IsAbsence ? "Minimum" : "Maximum"),
    };

    public static IMetric Metric(string name, string statistic) => new Metric(new MetricProps
    {
        Namespace = Namespace,
        MetricName = rules.First(rule => rule.Metric == name).Metric!,
        DimensionsMap = new Dictionary<string, string> { [Dimension] = DimensionValue },
        Statistic = statistic,
        Period = Duration.Minutes(1),
    });

    public static void AddTo(ServiceStack stack, FargateTaskDefinition task, ILogGroup nodeLog)
    {
        // CloudWatch extracts the metrics from it; it has no other readers.
        var lines = new LogGroup(stack, "MetricLines", new LogGroupProps
        {
            Retention = RetentionDays.ONE_DAY,
            RemovalPolicy = RemovalPolicy.DESTROY,
        });
        lines.GrantWrite(task.TaskRole);
        task.AddHardened("collector", new ContainerDefinitionOptions
        {
            Image = ContainerImage.FromRegistry("public.ecr.aws/aws-observability/aws-otel-collector:v0.43.1"),
            User = "4317",
            Essential = false,
            MemoryReservationMiB = 128,
            MemoryLimitMiB = 256,
            Environment = new Dictionary<string, string> { ["AOT_CONFIG_CONTENT"] = Configuration(lines) },
            Logging = Containers.Logging(nodeLog, "collector"),
        });
    }

    static string Configuration(LogGroup lines) => $$"""
        receivers:
          prometheus:
            config:
              scrape_configs:
                - job_name: tiffin
                  scrape_interval: 30s
                  static_configs:
                    - targets: ["localhost:{{Network.HttpPort}}"]
                      labels: { {{Dimension}}: {{DimensionValue}} }
                  metric_relabel_configs:
                    - source_labels: [__name__, reason]
                      action: keep
                      regex: "{{string.Join('|', rules.Select(rule => $"{rule.Metric};({rule.Reasons})"))}}"
        processors:
          batch: {}
        exporters:
          awsemf:
            namespace: {{Namespace}}
            log_group_name: {{lines.LogGroupName}}
            dimension_rollup_option: NoDimensionRollup
            metric_declarations:
              - dimensions: [[{{Dimension}}]]
                metric_name_selectors: ["^tiffin_"]
        service:
          pipelines:
            metrics: { receivers: [prometheus], processors: [batch], exporters: [awsemf] }
        """;
}
