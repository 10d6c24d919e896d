using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tiffin.Tests.Architecture;
using Tiffin.Tests.Deploy;
using static Tiffin.Aws.Tests.Template;

namespace Tiffin.Aws.Tests;

/// <summary>The CloudWatch alarms, derived from the Prometheus rules, each with a topic and a runbook.</summary>
public sealed class AlarmTests
{
    // CloudWatch has no metric for the age of a transaction: see docs/operate/aws.md.
    const string Missing = "TransactionHangs";

    public static TheoryData<string> Sizes => Template.Sizes;

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Each_rule_of_Prometheus_has_an_alarm(string size)
    {
        var rules = Yaml.File("deploy/prometheus/alerts.yml")["groups"].Items
            .SelectMany(group => group["rules"].Items).Select(rule => rule["alert"].ToString()).ToList();

        rules.Count.ShouldBeGreaterThan(10);
        rules.Except(Alarms(size).Keys).ShouldBe([Missing]);
    }

    [Theory]
    // Gauges with >= and >; counters, compared per second; a state that must not be zero or unknown.
    [InlineData(
        "SubscriberFails", "ticket", "GreaterThanOrEqualToThreshold", 5, 1, "tiffin_subscriber_failures Maximum")]
    [InlineData("SubscriberLags", "ticket", "GreaterThanThreshold", 60, 2, "tiffin_subscriber_lag_seconds Maximum")]
    [InlineData("CommandsRejected", "page", "GreaterThanThreshold", 0, 2, "tiffin_commit_rejected_total Sum")]
    [InlineData("CredentialsRefused", "ticket", "GreaterThanThreshold", 1, 5, "tiffin_access_rejected_total Sum")]
    [InlineData("SubscriberHasNoLeader", "ticket", "LessThanThreshold", 1, 3, "tiffin_subscriber_has_leader Minimum")]
    [InlineData("CommitStalls", "page", "GreaterThanThreshold", 2, 1, "tiffin_commit_batch_age_seconds Maximum")]
    // AWS metrics: at least two nodes; sessions of the instance.
    [InlineData("NodeDown", "page", "LessThanThreshold", 1, 2, "HealthyHostCount Minimum")]
    [InlineData("SessionsRunOut", "ticket", "GreaterThanThreshold", 0.8, 2, "DatabaseConnections Maximum")]
    public void An_alarm_has_the_condition_of_its_rule(
        string name, string severity, string comparison, double threshold, int periods, string metric)
    {
        var alarm = Alarms("medium")[name];

        ((string)alarm["AlarmDescription"]!).ShouldStartWith($"{severity}: ");
        ((string)alarm["ComparisonOperator"]!).ShouldBe(comparison);
        ((double)alarm["Threshold"]!).ShouldBe(threshold);
        ((int)alarm["EvaluationPeriods"]!).ShouldBe(periods);
        Metric(alarm).ShouldBe(metric);
    }

    [Fact]
    public void A_counter_is_compared_per_second() =>
        Alarms("medium")["CredentialsRefused"].ToJsonString().ShouldContain("\"count / PERIOD(count)\"");

    [Fact]
    public void The_collector_keeps_only_the_metrics_that_the_rules_use() =>
        Regex.Match(Service().Text, @"regex: \\""(.*?)\\""").Groups[1].Value.Split("|tiffin").ShouldBe([
            "tiffin_commit_rejected_total;(.*)", "_commit_batch_age_seconds;(.*)", "_commit_queue_depth;(.*)",
            "_access_rejected_total;(key|token|session|sign_in|malformed)", "_screen_differences_total;(.*)",
            "_subscriber_lag_seconds;(.*)", "_subscriber_failures;(.*)", "_subscriber_has_leader;(.*)",
        ]);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Each_alarm_has_a_topic_and_a_runbook(string size)
    {
        var topics = Service(size).Of("AWS::SNS::Topic").Select(topic => topic.Id).ToList();
        foreach (var (name, alarm) in Alarms(size))
        {
            var topic = (string)alarm["AlarmActions"]![0]!["Ref"]!;
            topics.ShouldContain(topic);
            var (severity, page) = ((string)alarm["AlarmDescription"]!).Split(": ") is [var s, var p]
                ? (s, p.Split('#')[0])
                : throw new FormatException(name);
            topic.ShouldStartWith(severity == "page" ? "Pages" : "Tickets");
            Repository.Text(page).ShouldContain($"\n### {name}\n");
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Placing_an_order_is_measured_apart_from_streams_and_long_polls(string size)
    {
        var rule = Service(size).One("AWS::ElasticLoadBalancingV2::ListenerRule");
        var orders = (string)rule["Actions"]![0]!["TargetGroupArn"]!["Ref"]!;

        rule["Conditions"]!.ToJsonString().ShouldContain("""["/v1/orders","/v1/orders/"]""");
        rule["Conditions"]!.ToJsonString().ShouldContain("""["POST"]""");
        Alarms(size)["OrdersSlow"].ToJsonString().ShouldContain(orders);
        ((string)Alarms(size)["OrdersSlow"]["ExtendedStatistic"]!).ShouldBe("p99");
        Regex.Count(Alarms(size)["OrdersFail"].ToJsonString(), orders).ShouldBe(2);
        Service(size).One("AWS::ECS::Service")["LoadBalancers"]!.ToJsonString().ShouldContain(orders);
    }

    [Fact]
    public void Missing_data_from_nodes_and_collectors_raises_an_alarm()
    {
        Alarms("medium").Where(alarm => (string)alarm.Value["TreatMissingData"]! == "breaching")
            .Select(alarm => alarm.Key)
            .ShouldBe(["NodeDown", "SubscriberHasNoLeader", "PostgresDown"], ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void CloudWatch_and_RDS_may_publish_to_the_topics(string size)
    {
        string[] services = ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"];
        var policies = Service(size).Of("AWS::SNS::TopicPolicy").Select(one => one.Properties.ToJsonString()).ToList();
        var key = Data(size).One("AWS::KMS::Key")["KeyPolicy"]!.ToJsonString();

        policies.Count.ShouldBe(2);
        foreach (var service in services)
        {
            policies.ShouldAllBe(policy => policy.Contains(service));
            key.ShouldContain(service);
        }
    }

    /// <summary>Name and statistic of the only metric, which may be part of an expression.</summary>
    static string Metric(JsonNode alarm)
    {
        var stat = alarm["Metrics"]?.AsArray().Single(metric => metric!["MetricStat"] is not null)!["MetricStat"]!;
        return stat is null
            ? $"{alarm["MetricName"]} {alarm["Statistic"]}"
            : $"{stat["Metric"]!["MetricName"]} {stat["Stat"]}";
    }

    static Dictionary<string, JsonNode> Alarms(string size) => Service(size).Of("AWS::CloudWatch::Alarm")
        .Where(alarm => alarm.Properties["AlarmName"] is not null)
        .ToDictionary(alarm => (string)alarm.Properties["AlarmName"]!, alarm => alarm.Properties);
}
