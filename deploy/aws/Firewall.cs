using Amazon.CDK;
using Amazon.CDK.AWS.ElasticLoadBalancingV2;
using Amazon.CDK.AWS.Logs;
using Amazon.CDK.AWS.WAFv2;
using static Amazon.CDK.AWS.WAFv2.CfnWebACL;

namespace Tiffin.Aws;

/// <summary>Blocks requests before they reach a node.</summary>
static class Firewall
{
    /// <summary>Requests without a credential from one address in five minutes: tracking, documents, health.</summary>
    const int AnonymousMax = 3000;

    public static void AddTo(ServiceStack stack, ApplicationLoadBalancer balancer)
    {
        var firewall = new CfnWebACL(stack, "Firewall", new CfnWebACLProps
        {
            Scope = "REGIONAL",
            DefaultAction = new DefaultActionProperty { Allow = new AllowActionProperty() },
            VisibilityConfig = Visible("Firewall"),
            Rules = new[]
            {
                Rule(0, "Metrics", Metrics(), block: true),
                Rule(1, "Flood", Flood(), block: true),
                Managed(2, "AWSManagedRulesAmazonIpReputationList"),
                Managed(3, "AWSManagedRulesKnownBadInputsRuleSet"),
                // Counted only: programs send no user agent, and a chain that is imported is larger than 8 KB.
                Managed(4, "AWSManagedRulesCommonRuleSet", "NoUserAgent_HEADER", "SizeRestrictions_BODY"),
            },
        });
        _ = new CfnWebACLAssociation(stack, "FirewallOfBalancer", new CfnWebACLAssociationProps
        {
            ResourceArn = balancer.LoadBalancerArn,
            WebAclArn = firewall.AttrArn,
        });
        // WAF writes only to log groups with this name prefix.
        var log = new LogGroup(stack, "FirewallLog", new LogGroupProps
        {
            LogGroupName = "aws-waf-logs-tiffin",
            Retention = RetentionDays.ONE_MONTH,
            RemovalPolicy = RemovalPolicy.RETAIN,
        });
        _ = new CfnLoggingConfiguration(stack, "FirewallLogging", new CfnLoggingConfigurationProps
        {
            ResourceArn = firewall.AttrArn,
            LogDestinationConfigs = [log.LogGroupArn],
            // Headers contain credentials, and a tracking link is itself a credential.
            RedactedFields = new CfnLoggingConfiguration.FieldToMatchProperty[]
            {
                new() { UriPath = new Dictionary<string, object>() },
                new() { SingleHeader = new Dictionary<string, object> { ["Name"] = "authorization" } },
                new() { SingleHeader = new Dictionary<string, object> { ["Name"] = "cookie" } },
            },
            LoggingFilter = new Dictionary<string, object>
            {
                ["DefaultBehavior"] = "DROP",
                ["Filters"] = new[] { BlockedAreKept() },
            },
        });
    }

    /// <summary>
    /// In any spelling: the server treats /METRICS, /%6Detrics and /v1/../metrics as the same path, the balancer's
    /// rules do not.
    /// </summary>
    static StatementProperty Metrics() => new()
    {
        ByteMatchStatement = new ByteMatchStatementProperty
        {
            FieldToMatch = new FieldToMatchProperty { UriPath = new Dictionary<string, object>() },
            PositionalConstraint = "STARTS_WITH",
            SearchString = "/metrics",
            TextTransformations = new[]
            {
                new TextTransformationProperty { Priority = 0, Type = "URL_DECODE" },
                new TextTransformationProperty { Priority = 1, Type = "NORMALIZE_PATH" },
                new TextTransformationProperty { Priority = 2, Type = "LOWERCASE" },
            },
        },
    };

    // Callers with credentials have rate limits in the server. A channel sends all its requests from one address.
    static StatementProperty Flood() => new()
    {
        RateBasedStatement = new RateBasedStatementProperty
        {
            AggregateKeyType = "IP",
            Limit = AnonymousMax,
            EvaluationWindowSec = 300,
            ScopeDownStatement = new StatementProperty
            {
                NotStatement = new NotStatementProperty
                {
                    Statement = new StatementProperty
                    {
                        SizeConstraintStatement = new SizeConstraintStatementProperty
                        {
                            FieldToMatch = new FieldToMatchProperty
                            {
                                SingleHeader = new Dictionary<string, object> { ["Name"] = "authorization" },
                            },
                            ComparisonOperator = "GT",
                            Size = 0,
                            TextTransformations =
                                new[] { new TextTransformationProperty { Priority = 0, Type = "NONE" } },
                        },
                    },
                },
            },
        },
    };

    static RuleProperty Rule(int priority, string name, StatementProperty statement, bool block) => new()
    {
        Priority = priority,
        Name = name,
        Statement = statement,
        Action = block ? new RuleActionProperty { Block = new BlockActionProperty() } : null,
        OverrideAction = block
            ? null
            : new OverrideActionProperty { None = new Dictionary<string, object>() },
        VisibilityConfig = Visible(name),
    };

    static RuleProperty Managed(int priority, string group, params string[] counted) =>
        Rule(priority, group, new StatementProperty
        {
            ManagedRuleGroupStatement = new ManagedRuleGroupStatementProperty
            {
                VendorName = "AWS",
                Name = group,
                RuleActionOverrides = counted.Select(rule => new RuleActionOverrideProperty
                {
                    Name = rule,
                    ActionToUse = new RuleActionProperty { Count = new CountActionProperty() },
                }).ToArray(),
            },
        }, block: false);

    static VisibilityConfigProperty Visible(string name) =>
        new() { CloudWatchMetricsEnabled = true, MetricName = name, SampledRequestsEnabled = false };

    static Dictionary<string, object> BlockedAreKept() => new()
    {
        ["Behavior"] = "KEEP",
        ["Requirement"] = "MEETS_ANY",
        ["Conditions"] = new[]
        {
            new Dictionary<string, object>
            {
                ["ActionCondition"] = new Dictionary<string, object> { ["Action"] = "BLOCK" },
            },
        },
    };
}
