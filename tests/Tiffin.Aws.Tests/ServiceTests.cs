using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tiffin.Edge;
using Tiffin.Tests.Architecture;
using Tiffin.Tests.Deploy;
using static Tiffin.Aws.Tests.Template;

namespace Tiffin.Aws.Tests;

/// <summary>Compares the nodes, the load balancer and the firewall with the code.</summary>
public sealed class ServiceTests
{
    public static TheoryData<string> Sizes => Template.Sizes;

    static JsonNode Node(string size = "medium") => Service(size).One("AWS::ECS::TaskDefinition");

    [Theory]
    [MemberData(nameof(Sizes))]
    public void No_container_can_do_more_than_it_needs(string size)
    {
        var containers = Both(size).SelectMany(template => template.Of("AWS::ECS::TaskDefinition"))
            .SelectMany(task => Tasks.Containers(task.Properties)).ToList();

        containers.Count.ShouldBe(4);
        foreach (var container in containers)
        {
            ((bool)container["ReadonlyRootFilesystem"]!).ShouldBeTrue();
            int.Parse((string)container["User"]!).ShouldBeGreaterThan(0);
            ((bool?)container["Privileged"] ?? false).ShouldBeFalse();
            container["LinuxParameters"]!["Capabilities"]!["Drop"]!.ToJsonString().ShouldBe("""["ALL"]""");
            container["LinuxParameters"]!["Capabilities"]!["Add"].ShouldBeNull();
            ((string)container["LogConfiguration"]!["Options"]!["mode"]!).ShouldBe("non-blocking");
        }
        var service = Service(size).One("AWS::ECS::Service");
        ((bool)service["EnableExecuteCommand"]!).ShouldBeFalse();
        ((string)service["NetworkConfiguration"]!["AwsvpcConfiguration"]!["AssignPublicIp"]!).ShouldBe("DISABLED");
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_server_reads_every_variable_and_no_secret_is_in_plain_text(string size)
    {
        var tasks = Both(size).SelectMany(template => template.Of("AWS::ECS::TaskDefinition"))
            .Select(task => task.Properties).ToList();
        var plain = tasks.SelectMany(task => Tasks.Variables(task)).ToList();
        var secret = tasks.SelectMany(task => Tasks.Secrets(task)).Select(pair => pair.Key).ToList();

        plain.Count.ShouldBe(10);
        var network = Both(size).SelectMany(template => template.Of("AWS::EC2::VPC")).Single().Properties;
        plain.ShouldContain(
            new KeyValuePair<string, string>("Access__TrustedProxies__0", (string)network["CidrBlock"]!));
        secret.Count.ShouldBe(size == "small" ? 3 : 4);
        plain.Select(pair => pair.Key).Concat(secret).Where(name => !Setting.IsRead(name)).ShouldBeEmpty();
        plain.Where(pair => pair.Key.Contains("Key") || pair.Value.Contains("assword=")).ShouldBeEmpty();
        plain.Select(pair => pair.Key).Intersect(secret).ShouldBeEmpty();
        Tasks.Secrets(Node(size)).ContainsKey("Broker__Url").ShouldBe(size != "small");
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Only_the_migration_runs_as_the_owner_of_the_database(string size)
    {
        var migration = Data(size).Of("AWS::ECS::TaskDefinition").Select(task => task.Properties)
            .Single(task => Tasks.Container(task) is not null);

        Tasks.Variables(Node(size))["ConnectionStrings__Tiffin"].ShouldContain(";Username=tiffin_app;");
        Tasks.Variables(migration)["ConnectionStrings__Tiffin"].ShouldContain(";Username=tiffin;");
        Tasks.Container(migration)!["Command"]!.ToJsonString().ShouldBe("""["migrate"]""");
        Tasks.Container(Node(size))!["Command"]!.ToJsonString().ShouldBe("""["serve"]""");
    }

    [Fact]
    public void The_drain_delay_exceeds_the_balancers_detection_and_fits_the_stop_timeout()
    {
        var settings = Tasks.Variables(Node());
        var (drain, grace) = (Seconds(settings["Shutdown__DrainDelay"]), Seconds(settings["Shutdown__GracePeriod"]));
        var given = (int)Tasks.Container(Node())!["StopTimeout"]!;

        foreach (var (_, group, _) in Service().Of("AWS::ElasticLoadBalancingV2::TargetGroup"))
        {
            drain.ShouldBeGreaterThan(
                (int)group["HealthCheckIntervalSeconds"]! * (int)group["UnhealthyThresholdCount"]!);
            ((string)group["HealthCheckPath"]!).ShouldBe("/health/ready");
            ((int)group["HealthCheckTimeoutSeconds"]!).ShouldBeLessThan((int)group["HealthCheckIntervalSeconds"]!);
            Attribute(group, "TargetGroupAttributes", "deregistration_delay.timeout_seconds")
                .ShouldBeGreaterThan(LongPoll);
        }
        (drain + grace).ShouldBeLessThan(given);
        // The maximum of Fargate.
        given.ShouldBeLessThanOrEqualTo(120);
    }

    [Fact]
    public void The_balancers_idle_timeout_exceeds_heartbeats_and_long_polls()
    {
        var idle = Attribute(Service().One("AWS::ElasticLoadBalancingV2::LoadBalancer"),
            "LoadBalancerAttributes", "idle_timeout.timeout_seconds");

        idle.ShouldBeGreaterThan(2 * (int)new TrackingOptions().HeartbeatInterval.TotalSeconds);
        idle.ShouldBeGreaterThan(LongPoll);
        // Kestrel's own limit for idle connections: the balancer must close first, or requests would be lost.
        idle.ShouldBeLessThan((int)new Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerLimits()
            .KeepAliveTimeout.TotalSeconds);
    }

    [Fact]
    public void Plain_http_is_redirected_to_https()
    {
        var listeners = Service().Of("AWS::ElasticLoadBalancingV2::Listener").Select(one => one.Properties).ToList();

        listeners.Count.ShouldBe(2);
        var plain = listeners.Single(one => (int)one["Port"]! == 80);
        ((string)plain["DefaultActions"]![0]!["RedirectConfig"]!["Protocol"]!).ShouldBe("HTTPS");
        var encrypted = listeners.Single(one => (int)one["Port"]! == 443);
        ((string)encrypted["Protocol"]!).ShouldBe("HTTPS");
        ((string)encrypted["SslPolicy"]!).ShouldStartWith("ELBSecurityPolicy-TLS13");
    }

    [Fact]
    public void Metrics_are_blocked_in_every_spelling_of_the_path()
    {
        var rules = Service().One("AWS::WAFv2::WebACL")["Rules"]!.AsArray();
        var first = rules.Single(rule => (int)rule!["Priority"]! == 0)!;
        var match = first["Statement"]!["ByteMatchStatement"]!;

        first["Action"]!["Block"].ShouldNotBeNull();
        ((string)match["SearchString"]!).ShouldBe("/metrics");
        ((string)match["PositionalConstraint"]!).ShouldBe("STARTS_WITH");
        match["TextTransformations"]!.AsArray().OrderBy(one => (int)one!["Priority"]!)
            .Select(one => (string)one!["Type"]!).ShouldBe(["URL_DECODE", "NORMALIZE_PATH", "LOWERCASE"]);
        Service().Of("AWS::WAFv2::WebACLAssociation").ShouldHaveSingleItem();
        Flat(Service().One("AWS::WAFv2::WebACLAssociation")["ResourceArn"]).ShouldContain("Balancer");
    }

    [Fact]
    public void The_firewall_allows_programs_and_large_bodies_and_logs_no_credential()
    {
        var common = Service().One("AWS::WAFv2::WebACL")["Rules"]!.AsArray()
            .Single(rule => ((string)rule!["Name"]!).Contains("CommonRuleSet"))!;

        common["Statement"]!["ManagedRuleGroupStatement"]!["RuleActionOverrides"]!.AsArray()
            .Where(rule => rule!["ActionToUse"]!["Count"] is not null).Select(rule => (string)rule!["Name"]!)
            .ShouldBe(["NoUserAgent_HEADER", "SizeRestrictions_BODY"]);
        var redacted = Service().One("AWS::WAFv2::LoggingConfiguration")["RedactedFields"]!.ToJsonString();
        redacted.ShouldContain("UriPath");
        redacted.ShouldContain("authorization");
        redacted.ShouldContain("cookie");
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_release_removes_no_node_before_its_replacement_runs(string size)
    {
        var service = Service(size).One("AWS::ECS::Service");
        var scaling = Service(size).One("AWS::ApplicationAutoScaling::ScalableTarget");
        var one = Size.All.Single(one => one.Name == size);

        ((int)service["DeploymentConfiguration"]!["MinimumHealthyPercent"]!).ShouldBe(100);
        ((bool)service["DeploymentConfiguration"]!["DeploymentCircuitBreaker"]!["Rollback"]!).ShouldBeTrue();
        // A number here would reset at each release what autoscaling had set.
        service["DesiredCount"].ShouldBeNull();
        ((int)scaling["MinCapacity"]!).ShouldBe(one.NodesMin);
        ((int)scaling["MinCapacity"]!).ShouldBeGreaterThanOrEqualTo(2);
        ((int)scaling["MaxCapacity"]!).ShouldBe(one.NodesMax);
        Service(size).Of("AWS::ApplicationAutoScaling::ScalingPolicy").Count.ShouldBe(2);
    }

    [Fact]
    public void The_collector_reads_documented_metrics_of_the_server()
    {
        var configuration = Tasks.Variables(Node(), "collector")["AOT_CONFIG_CONTENT"];
        var monitoring = Repository.Text("docs/operate/monitoring.md");
        var kept = Yaml.Documents(configuration).Single()["receivers"]["prometheus"]["config"]["scrape_configs"]
            .Items.Single()["metric_relabel_configs"].Items.Single();
        var metrics = Regex.Matches(kept["regex"].ToString(), "tiffin_[a-z_]+").Select(match => match.Value).ToList();

        kept["source_labels"].Items.Select(label => label.ToString()).ShouldBe(["__name__", "reason"]);
        metrics.Count.ShouldBe(8);
        metrics.Where(metric => !monitoring.Contains($"| `{metric}` |")).ShouldBeEmpty();
        var known = new Regex($"^(?:{kept["regex"]})$");
        known.IsMatch("tiffin_subscriber_has_leader;").ShouldBeTrue();
        known.IsMatch("tiffin_commit_rejected_total;overloaded").ShouldBeTrue();
        known.IsMatch("tiffin_access_rejected_total;no_credentials").ShouldBeFalse();
        known.IsMatch("http_server_request_duration_seconds_count;").ShouldBeFalse();
        foreach (var reason in Regex.Match(Repository.Text("deploy/prometheus/alerts.yml"),
            "tiffin_access_rejected_total{reason=~\"([^\"]+)\"").Groups[1].Value.Split('|'))
            known.IsMatch($"tiffin_access_rejected_total;{reason}").ShouldBeTrue(reason);
        configuration.ShouldContain("log_group_name: {{\"Ref\":\"MetricLines");
        ((bool)Tasks.Container(Node(), "collector")!["Essential"]!).ShouldBeFalse();
    }

    static int LongPoll => int.Parse(
        Regex.Match(Repository.Text("src/Tiffin/Features/Events/EventEndpoints.cs"), @"WaitSecondsMax = (\d+)")
            .Groups[1].Value,
        CultureInfo.InvariantCulture);

    static int Attribute(JsonNode resource, string list, string key) => int.Parse((string)resource[list]!.AsArray()
        .Single(one => (string)one!["Key"]! == key)!["Value"]!, CultureInfo.InvariantCulture);

    static double Seconds(string time) => TimeSpan.Parse(time, CultureInfo.InvariantCulture).TotalSeconds;
}
