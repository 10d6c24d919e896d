using Amazon.CDK;
using Amazon.CDK.AWS.CloudWatch;
using Amazon.CDK.AWS.CloudWatch.Actions;
using Amazon.CDK.AWS.ElasticLoadBalancingV2;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.KMS;
using Amazon.CDK.AWS.RDS;
using Amazon.CDK.AWS.SNS;
using Constructs;

namespace Tiffin.Aws;

/// <summary>
/// An alarm for each rule of deploy/prometheus/alerts.yml, with its name, severity and threshold, and alarms for the
/// services that AWS runs. "Page" needs action now, "ticket" can wait until morning; docs/operate/runbook.md and
/// docs/operate/aws.md say what to do.
/// </summary>
static class Alarms
{
    static readonly Duration minute = Duration.Minutes(1);
    static readonly Duration fiveMinutes = Duration.Minutes(5);

    public static void AddTo(ServiceStack stack, Size size, DataStack data, Balancer balancer)
    {
        var page = Topic(stack, "Pages", data.Key);
        var ticket = Topic(stack, "Tickets", data.Key);
        var database = data.Database.Instance;
        foreach (var rule in AlertRule.All)
            if (Metric(rule, size, balancer, database) is (var metric, var period))
                Create(stack, Of(rule, metric, period), page, ticket);
        foreach (var alarm in OfAws(size, balancer, database)) Create(stack, alarm, page, ticket);
        if (data.Broker is not null)
            foreach (var alarm in OfBroker()) Create(stack, alarm, page, ticket);
        _ = new CfnEventSubscription(stack, "DatabaseEvents", new CfnEventSubscriptionProps
        {
            SnsTopicArn = ticket.TopicArn,
            SourceType = "db-instance",
            SourceIds = [data.Database.Instance.InstanceIdentifier],
            EventCategories = ["availability", "failover", "failure", "low storage", "maintenance", "recovery"],
        });
    }

    sealed record Bound(
        string Name, string Severity, IMetric Metric, ComparisonOperator Comparison, double Value, int Periods,
        string Page = "operate/aws", TreatMissingData Missing = TreatMissingData.NOT_BREACHING);

    /// <summary>Where missing data raises an alarm, it waits one period longer, since a value may be late.</summary>
    static Bound Of(AlertRule rule, IMetric metric, Duration period) => new(
        rule.Name, rule.Severity, metric, rule.Comparison, rule.Threshold,
        (int)Math.Ceiling(rule.For.TotalSeconds / period.ToSeconds()) + (rule.IsAbsence ? 1 : 0), "operate/runbook",
        rule.IsAbsence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING);

    /// <summary>The CloudWatch metric of a rule. Metrics of a node need no row here.</summary>
    static (IMetric Metric, Duration Period)? Metric(
        AlertRule rule, Size size, Balancer balancer, DatabaseInstance database) => rule.Name switch
    {
        "NodeDown" => (Share(balancer.All.Metrics.HealthyHostCount(Least(minute)), size.NodesMin), minute),
        "OrdersFail" => (new MathExpression(new MathExpressionProps
        {
            Expression = "IF(placed > 0, FILL(failed, 0) / placed, 0)",
            UsingMetrics = new Dictionary<string, IMetric>
            {
                ["failed"] = balancer.Orders.Metrics.HttpCodeTarget(
                    HttpCodeTarget.TARGET_5XX_COUNT, Sum(fiveMinutes)),
                ["placed"] = balancer.Orders.Metrics.RequestCount(Sum(fiveMinutes)),
            },
            Period = fiveMinutes,
        }), fiveMinutes),
        "OrdersSlow" => (balancer.Orders.Metrics.TargetResponseTime(
            new MetricOptions { Statistic = "p99", Period = fiveMinutes }), fiveMinutes),
        // Each node keeps sessions as long as it runs, so no session at all means that the database is down.
        "PostgresDown" => (database.MetricDatabaseConnections(Most(minute)), minute),
        "SessionsRunOut" => (Share(database.MetricDatabaseConnections(Most(minute)), size.DatabaseSessions), minute),
        // CloudWatch has no metric for the age of a transaction.
        "TransactionHangs" => null,
        _ => (Collector.Metric(rule), minute),
    };

    static MathExpression Share(IMetric part, double whole) => new(new MathExpressionProps
    {
        Expression = FormattableString.Invariant($"part / {whole}"),
        UsingMetrics = new Dictionary<string, IMetric> { ["part"] = part },
        Period = minute,
    });

    static IEnumerable<Bound> OfAws(Size size, Balancer balancer, DatabaseInstance database)
    {
        // Responses of the balancer itself: no node was ready, or a node broke off.
        yield return new("BalancerFails", "page",
            balancer.LoadBalancer.Metrics.HttpCodeElb(HttpCodeElb.ELB_5XX_COUNT, Sum(minute)),
            ComparisonOperator.GREATER_THAN_THRESHOLD, 5, 2);
        yield return new("DatabaseBusy", "ticket", database.MetricCPUUtilization(Mean(fiveMinutes)),
            ComparisonOperator.GREATER_THAN_THRESHOLD, 80, 3);
        yield return new("DatabaseFull", "page", database.MetricFreeStorageSpace(Least(fiveMinutes)),
            ComparisonOperator.LESS_THAN_THRESHOLD, size.DatabaseGiB * 0.1 * 1024 * 1024 * 1024, 1);
    }

    static IEnumerable<Bound> OfBroker()
    {
        IMetric Of(string name, string statistic) => new Metric(new MetricProps
        {
            Namespace = "AWS/AmazonMQ",
            MetricName = name,
            DimensionsMap = new Dictionary<string, string> { ["Broker"] = Broker.Name },
            Statistic = statistic,
            Period = fiveMinutes,
        });
        yield return new("BrokerBusy", "ticket", Of("SystemCpuUtilization", "Average"),
            ComparisonOperator.GREATER_THAN_THRESHOLD, 80, 3);
        yield return new("BrokerBacklog", "ticket", Of("MessageReadyCount", "Maximum"),
            ComparisonOperator.GREATER_THAN_THRESHOLD, 100_000, 1);
    }

    static Topic Topic(Stack stack, string id, IKey key)
    {
        var topic = new Topic(stack, id, new TopicProps { MasterKey = key, EnforceSSL = true });
        foreach (var service in new[] { "cloudwatch.amazonaws.com", "events.rds.amazonaws.com" })
            topic.AddToResourcePolicy(new PolicyStatement(new PolicyStatementProps
            {
                Principals = [new ServicePrincipal(service)],
                Actions = ["sns:Publish"],
                Resources = [topic.TopicArn],
                Conditions = new Dictionary<string, object>
                {
                    ["StringEquals"] = new Dictionary<string, object> { ["aws:SourceAccount"] = stack.Account },
                },
            }));
        _ = new CfnOutput(stack, $"{id}Topic", new CfnOutputProps { Value = topic.TopicArn });
        return topic;
    }

    static void Create(Construct scope, Bound bound, Topic page, Topic ticket)
    {
        var alarm = new Alarm(scope, bound.Name, new AlarmProps
        {
            AlarmName = bound.Name,
            AlarmDescription = $"{bound.Severity}: docs/{bound.Page}.md#{bound.Name.ToLowerInvariant()}",
            Metric = bound.Metric,
            ComparisonOperator = bound.Comparison,
            Threshold = bound.Value,
            EvaluationPeriods = bound.Periods,
            TreatMissingData = bound.Missing,
        });
        var action = new SnsAction(bound.Severity == "page" ? page : ticket);
        alarm.AddAlarmAction(action);
        alarm.AddOkAction(action);
    }

    static MetricOptions Sum(Duration period) => new() { Statistic = "Sum", Period = period };
    static MetricOptions Least(Duration period) => new() { Statistic = "Minimum", Period = period };
    static MetricOptions Most(Duration period) => new() { Statistic = "Maximum", Period = period };
    static MetricOptions Mean(Duration period) => new() { Statistic = "Average", Period = period };
}
