using System.Text.Json.Nodes;
using static Tiffin.Aws.Tests.Template;

namespace Tiffin.Aws.Tests;

/// <summary>Network rules and IAM permissions.</summary>
public sealed class AccessTests
{
    const string Anywhere = "0.0.0.0/0";

    public static TheoryData<string> Sizes => Template.Sizes;

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Only_the_necessary_connections_are_allowed(string size)
    {
        string[] expected =
        [
            $"{Anywhere} > The load balancer:443", $"{Anywhere} > The load balancer:80",
            "The load balancer > The nodes:8080", "The nodes > PostgreSQL:5432", "What is run once > PostgreSQL:5432",
        ];
        if (size != "small") expected = [.. expected, "The nodes > RabbitMQ:5671"];

        Rules(Data(size), "Ingress").ShouldBe(expected, ignoreOrder: true);
        Rules(Service(size), "Ingress").Concat(Rules(Service(size), "Egress")).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Only_nodes_and_tasks_reach_the_internet_and_only_on_listed_ports(string size)
    {
        var outward = Rules(Data(size), "Egress").Where(rule => rule.Contains(Anywhere));

        outward.ShouldBe(
            [
                $"The nodes > {Anywhere}:443", $"The nodes > {Anywhere}:8443", $"The nodes > {Anywhere}:587",
                $"What is run once > {Anywhere}:443",
            ], ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void No_role_has_a_wildcard_action_or_resource(string size)
    {
        var statements = Both(size).SelectMany(template => template.Of("AWS::IAM::Policy"))
            .SelectMany(policy => policy.Properties["PolicyDocument"]!["Statement"]!.AsArray()).ToList();

        statements.Count.ShouldBeGreaterThan(8);
        statements.SelectMany(one => Texts(one!["Action"])).Where(action => action.Contains('*')).ShouldBeEmpty();
        // Signing in to the registry applies to no resource; the repositories to pull from are named.
        statements.Where(one => Texts(one!["Resource"]).Any(resource => resource.Contains('*')))
            .SelectMany(one => Texts(one!["Action"])).Distinct().ShouldBe(["ecr:GetAuthorizationToken"]);
        var roles = Both(size).SelectMany(template => template.Of("AWS::IAM::Role")).ToList();
        roles.ShouldAllBe(role => role.Properties["Policies"] == null);
        roles.SelectMany(role => Texts(role.Properties["ManagedPolicyArns"])).ShouldHaveSingleItem()
            .ShouldEndWith("AmazonRDSEnhancedMonitoringRole");
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_service_can_read_its_own_secrets_and_not_the_owners(string size)
    {
        var read = Service(size).Of("AWS::IAM::Policy")
            .SelectMany(policy => policy.Properties["PolicyDocument"]!["Statement"]!.AsArray())
            .Where(one => Texts(one!["Action"]).Contains("secretsmanager:GetSecretValue"))
            .SelectMany(one => Texts(one!["Resource"])).ToList();

        read.Count.ShouldBe(size == "small" ? 2 : 3);
        read.ShouldAllBe(arn => arn.Contains("Application") || arn.Contains("MasterKey") || arn.Contains("BrokerUrl"));
        Service(size).Text.ShouldNotContain("Owner");
    }

    [Fact]
    public void A_node_and_a_chore_have_roles_of_their_own()
    {
        var tasks = Both().SelectMany(template => template.Of("AWS::ECS::TaskDefinition")).ToList();

        tasks.Count.ShouldBe(3);
        tasks.Select(task => Flat(task.Properties["TaskRoleArn"])).ShouldBeUnique();
        tasks.Select(task => Flat(task.Properties["ExecutionRoleArn"])).ShouldBeUnique();
    }

    /// <summary>All rules of a direction, as <c>from > to:port</c>, inline or as separate resources.</summary>
    static IReadOnlyList<string> Rules(Template template, string direction)
    {
        var groups = template.Of("AWS::EC2::SecurityGroup");
        var names = groups.ToDictionary(group => group.Id, group => (string)group.Properties["GroupDescription"]!);
        var inside =
            from one in groups
            from rule in one.Properties[$"SecurityGroup{direction}"]?.AsArray() ?? []
            // The CDK's placeholder for "none": CloudFormation would read an empty list as "all".
            where (string?)rule!["CidrIp"] != "255.255.255.255/32"
            select (Group: names[one.Id], Rule: rule!);
        var beside = template.Of($"AWS::EC2::SecurityGroup{direction}")
            .Select(rule => (Group: Name(rule.Properties["GroupId"]), Rule: rule.Properties));
        return [.. inside.Concat(beside).Select(one => Said(one.Group, one.Rule))];

        string Name(JsonNode? group) => names[(string)group!["Fn::GetAtt"]![0]!];

        string Said(string group, JsonNode rule)
        {
            rule["FromPort"]!.ToString().ShouldBe(rule["ToPort"]!.ToString());
            var other = (string?)rule["CidrIp"]
                ?? Name(rule["SourceSecurityGroupId"] ?? rule["DestinationSecurityGroupId"]);
            var (from, to) = direction == "Ingress" ? (other, group) : (group, other);
            return $"{from} > {to}:{rule["FromPort"]}";
        }
    }

    static IEnumerable<string> Texts(JsonNode? value) =>
        value switch { null => [], JsonArray many => many.Select(Flat), _ => [Flat(value)] };
}
