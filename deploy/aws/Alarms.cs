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
/// The alarms of deploy/prometheus/alerts.yml under the same names and with the same bounds, and those of what AWS
/// runs. "Page" needs action now, "ticket" can wait until morning; docs/operate/runbook.md and docs/operate/aws.md say
/// what to do.
/// </summary>
static class Alarms
{
    static readonly Duration minute = Duration.Minutes(1);
    static readonly Duration fiveMinutes = Duration.Minutes(5);

    public static void AddTo(ServiceStack stack, Size size, DataStack data, Balancer balancer, Nodes nodes)
    {
        var page = Topic(stack, "Pages", data.Key);
        var ticket = Topic(stack, "Tickets", data.Key);
        foreach (var alarm in Service(size, balancer)) Create(stack, alarm, page, ticket);
        foreach (var alarm in Subscribers()) Create(stack, alarm, page, ticket);
        foreach (var alarm in OfDatabase(size, data.Database.Instance)) Create(stack, alarm, page, ticket);
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

    /// <param name="For">Minutes in a row, or as often as the metric's period goes into them.</param>
    sealed record Bound(
        string Name, string Severity, IMetric Metric, ComparisonOperator Comparison, double Value, int Periods,
        string Page = "operate/runbook", TreatMissingData Missing = TreatMissingData.NOT_BREACHING);

    static IEnumerable<Bound> Service(Size size, Balancer balancer)
    {
        var failed = (balancer.Orders.Metrics.HttpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, Sum(fiveMinutes)));
        var placed = (balancer.Orders.Metrics.RequestCount(Sum(fiveMinutes)));
        yield return new("NodeDown", "page", balancer.All.Metrics.HealthyHostCount(Least(minute)),
            ComparisonOperator.LESS_THAN_THRESHOLD, size.NodesMin, 2, Missing: TreatMissingData.BREACHING);
        yield return new("OrdersFail", "page", new MathExpression(new MathExpressionProps
        {
            Expression = "IF(placed > 0, FILL(failed, 0) / placed, 0)",
            UsingMetrics = new Dictionary<string, IMetric> { ["failed"] = failed, ["placed"] = placed },
            Period = fiveMinutes,
        }), ComparisonOperator.GREATER_THAN_THRESHOLD, 0.001, 1);
        yield return new("OrdersSlow", "page",
            balancer.Orders.Metrics.TargetResponseTime(new MetricOptions { Statistic = "p99", Period = fiveMinutes }),
            ComparisonOperator.GREATER_THAN_THRESHOLD, 0.5, 1);
        // Answered by the balancer itself: no node was ready, or one broke off.
        yield return new("BalancerFails", "page",
            balancer.LoadBalancer.Metrics.HttpCodeElb(HttpCodeElb.ELB_5XX_COUNT, Sum(minute)),
            ComparisonOperator.GREATER_THAN_THRESHOLD, 5, 2, "operate/aws");
        yield return new("CommandsRejected", "page", Collector.Metric("tiffin_commit_rejected_total", "Sum"),
            ComparisonOperator.GREATER_THAN_THRESHOLD, 0, 2);
        yield return new("CommitStalls", "page", Collector.Metric("tiffin_commit_batch_age_seconds", "Maximum"),
            ComparisonOperator.GREATER_THAN_THRESHOLD, 2, 1);
        yield return new("QueueFills", "ticket", Collector.Metric("tiffin_commit_queue_depth", "Maximum"),
            ComparisonOperator.GREATER_THAN_THRESHOLD, 1000, 1);
        yield return new("CredentialsRefused", "ticket", new MathExpression(new MathExpressionProps
        {
            Expression = "refused / PERIOD(refused)",
            UsingMetrics = new Dictionary<string, IMetric> { ["refused"] = Collector.Metric(Collector.Refused, "Sum") },
            Period = minute,
        }), ComparisonOperator.GREATER_THAN_THRESHOLD, 1, 5);
    }

    /// <summary>Every node tells the same of all subscribers: the worst is the greatest, or the least.</summary>
    static IEnumerable<Bound> Subscribers()
    {
        yield return new("SubscriberLags", "ticket", Collector.Metric("tiffin_subscriber_lag_seconds", "Maximum"),
            ComparisonOperator.GREATER_THAN_THRESHOLD, 60, 2);
        yield return new("SubscriberFails", "ticket", Collector.Metric("tiffin_subscriber_failures", "Maximum"),
            ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD, 5, 1);
        // Silent collectors are found here: each node says this all the time.
        yield return new("SubscriberHasNoLeader", "ticket", Collector.Metric("tiffin_subscriber_has_leader", "Minimum"),
            ComparisonOperator.LESS_THAN_THRESHOLD, 1, 5, Missing: TreatMissingData.BREACHING);
    }

    static IEnumerable<Bound> OfDatabase(Size size, DatabaseInstance database)
    {
        yield return new("DatabaseBusy", "ticket", database.MetricCPUUtilization(Mean(fiveMinutes)),
            ComparisonOperator.GREATER_THAN_THRESHOLD, 80, 3, "operate/aws");
        yield return new("DatabaseFull", "page", database.MetricFreeStorageSpace(Least(fiveMinutes)),
            ComparisonOperator.LESS_THAN_THRESHOLD, size.DatabaseGiB * 0.1 * 1024 * 1024 * 1024, 1, "operate/aws");
        // Each node keeps sessions for as long as it lives, so none at all is a database that is away.
        yield return new("PostgresDown", "page", database.MetricDatabaseConnections(Most(minute)),
            ComparisonOperator.LESS_THAN_THRESHOLD, 1, 2, Missing: TreatMissingData.BREACHING);
        yield return new("SessionsRunOut", "ticket", new MathExpression(new MathExpressionProps
        {
            Expression = $"sessions / {size.DatabaseSessions}",
            UsingMetrics = new Dictionary<string, IMetric>
                { ["sessions"] = database.MetricDatabaseConnections(Most(minute)) },
            Period = minute,
        }), ComparisonOperator.GREATER_THAN_THRESHOLD, 0.8, 2);
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
            ComparisonOperator.GREATER_THAN_THRESHOLD, 80, 3, "operate/aws");
        yield return new("BrokerBacklog", "ticket", Of("MessageReadyCount", "Maximum"),
            ComparisonOperator.GREATER_THAN_THRESHOLD, 100_000, 1, "operate/aws");
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
