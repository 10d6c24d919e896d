using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tiffin.Tests.Architecture;
using Tiffin.Tests.Deploy;
using static Tiffin.Aws.Tests.Template;

namespace Tiffin.Aws.Tests;

/// <summary>The alarms, held against those of Prometheus and against their runbooks.</summary>
public sealed class AlarmTests
{
    // CloudWatch has no metric for the age of a transaction: see docs/operate/aws.md.
    const string Untold = "TransactionHangs";

    public static TheoryData<string> Sizes => Template.Sizes;

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Whatever_Prometheus_would_say_CloudWatch_says_too(string size)
    {
        var alarms = Alarms(size);
        var rules = Yaml.File("deploy/prometheus/alerts.yml")["groups"].Items
            .SelectMany(group => group["rules"].Items).ToList();

        rules.Count.ShouldBeGreaterThan(10);
        rules.ShouldContain(rule => rule["alert"].ToString() == Untold);
        foreach (var rule in rules)
        {
            var name = rule["alert"].ToString();
            if (name == Untold) continue;
            alarms.Keys.ShouldContain(name);
            var alarm = alarms[name];
            ((string)alarm["AlarmDescription"]!).ShouldStartWith(rule["labels"]["severity"].ToString() + ":");
            var bound = Regex.Match(rule["expr"].ToString().TrimEnd(), @"(>=?) ([0-9.]+)$");
            // The others say "is nothing", which CloudWatch has no word for.
            if (!bound.Success) continue;
            ((double)alarm["Threshold"]!).ShouldBe(
                double.Parse(bound.Groups[2].Value, CultureInfo.InvariantCulture), name);
            ((string)alarm["ComparisonOperator"]!).ShouldBe(bound.Groups[1].Value == ">"
                ? "GreaterThanThreshold"
                : "GreaterThanOrEqualToThreshold");
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Each_alarm_reaches_somebody_and_has_its_runbook(string size)
    {
        var topics = Service(size).Of("AWS::SNS::Topic").Select(topic => topic.Id).ToList();
        foreach (var (name, alarm) in Alarms(size))
        {
            var told = (string)alarm["AlarmActions"]![0]!["Ref"]!;
            topics.ShouldContain(told);
            var (severity, page) = ((string)alarm["AlarmDescription"]!).Split(": ") is [var s, var p]
                ? (s, p.Split('#')[0])
                : throw new FormatException(name);
            told.ShouldStartWith(severity == "page" ? "Pages" : "Tickets");
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
    public void Dead_nodes_and_silent_collectors_raise_an_alarm_by_saying_nothing()
    {
        Alarms("medium").Where(alarm => (string)alarm.Value["TreatMissingData"]! == "breaching")
            .Select(alarm => alarm.Key)
            .ShouldBe(["NodeDown", "SubscriberHasNoLeader", "PostgresDown"], ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_topics_may_be_written_to_by_those_who_raise_alarms(string size)
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

    static Dictionary<string, JsonNode> Alarms(string size) => Service(size).Of("AWS::CloudWatch::Alarm")
        .Where(alarm => alarm.Properties["AlarmName"] is not null)
        .ToDictionary(alarm => (string)alarm.Properties["AlarmName"]!, alarm => alarm.Properties);
}
