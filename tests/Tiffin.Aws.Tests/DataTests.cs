using System.Text.Json.Nodes;
using static Tiffin.Aws.Tests.Template;

namespace Tiffin.Aws.Tests;

/// <summary>Durability and confidentiality of the stored data.</summary>
public sealed class DataTests
{
    public static TheoryData<string> Sizes => Template.Sizes;

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_database_has_a_standby_and_can_be_restored_to_any_second_of_five_weeks(string size)
    {
        var (_, database, whole) = Data(size).Of("AWS::RDS::DBInstance").ShouldHaveSingleItem();

        ((bool)database["MultiAZ"]!).ShouldBeTrue();
        ((int)database["BackupRetentionPeriod"]!).ShouldBe(35);
        ((bool)database["DeleteAutomatedBackups"]!).ShouldBeFalse();
        ((bool)database["DeletionProtection"]!).ShouldBeTrue();
        ((string)whole["DeletionPolicy"]!).ShouldBe("Snapshot");
        ((string)whole["UpdateReplacePolicy"]!).ShouldBe("Snapshot");
        // A Multi-AZ deployment with two readable standbys would be a DBCluster.
        Data(size).Of("AWS::RDS::DBCluster").ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void All_stored_data_is_encrypted(string size)
    {
        var database = Data(size).One("AWS::RDS::DBInstance");
        ((bool)database["StorageEncrypted"]!).ShouldBeTrue();
        Flat(database["KmsKeyId"]).ShouldContain("Key");
        Flat(database["PerformanceInsightsKMSKeyId"]).ShouldContain("Key");
        ((bool)Data(size).One("AWS::KMS::Key")["EnableKeyRotation"]!).ShouldBeTrue();
        var secrets = Data(size).Of("AWS::SecretsManager::Secret");
        secrets.Count.ShouldBe(size == "small" ? 4 : 6);
        secrets.ShouldAllBe(secret => Flat(secret.Properties["KmsKeyId"]).Contains("Key"));
        var topics = Service(size).Of("AWS::SNS::Topic");
        topics.Count.ShouldBe(2);
        topics.ShouldAllBe(topic => Flat(topic.Properties["KmsMasterKeyId"]).Contains("Key"));
        // Stores that this test does not check.
        Both(size).SelectMany(template => template.Resources).Select(one => one.Type)
            .Intersect(["AWS::S3::Bucket", "AWS::EFS::FileSystem", "AWS::SQS::Queue", "AWS::DynamoDB::Table"])
            .ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_connections_are_encrypted(string size)
    {
        var settings = Data(size).One("AWS::RDS::DBParameterGroup")["Parameters"]!;
        ((string)settings["rds.force_ssl"]!).ShouldBe("1");
        ((string)settings["rds.accepted_password_auth_method"]!).ShouldBe("scram");
        foreach (var task in Both(size).SelectMany(template => template.Of("AWS::ECS::TaskDefinition")))
        {
            var variables = Tasks.Variables(task.Properties).Concat(Tasks.Variables(task.Properties, "psql"));
            var text = string.Join('\n', variables.Select(pair => pair.Value));
            (text.Contains("SSL Mode=Require;Channel Binding=Require") || text.Contains("\nrequire\nrequire"))
                .ShouldBeTrue(text);
        }
        if (size != "small")
            Data(size).Of("AWS::SecretsManager::Secret").Select(secret => Flat(secret.Properties["SecretString"]))
                .ShouldContain(text => text.StartsWith("amqps://"));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Neither_database_nor_broker_can_be_reached_from_outside(string size)
    {
        var database = Data(size).One("AWS::RDS::DBInstance");
        ((bool)database["PubliclyAccessible"]!).ShouldBeFalse();
        var isolated = Data(size).Of("AWS::EC2::Subnet").Where(subnet => subnet.Id.Contains("DataSubnet")).ToList();
        isolated.Count.ShouldBe(3);
        var ways = Data(size).Of("AWS::EC2::Route").Select(route => Flat(route.Properties["RouteTableId"]));
        ways.Where(table => table.Contains("DataSubnet")).ShouldBeEmpty();
        Ids(Data(size).One("AWS::RDS::DBSubnetGroup")["SubnetIds"]!).ShouldBe(isolated.Select(one => one.Id));
        var brokers = Data(size).Of("AWS::AmazonMQ::Broker");
        brokers.Count.ShouldBe(size == "small" ? 0 : 1);
        foreach (var (_, broker, _) in brokers)
        {
            ((bool)broker["PubliclyAccessible"]!).ShouldBeFalse();
            Ids(broker["SubnetIds"]!).ShouldBe(isolated.Select(one => one.Id));
            ((string)broker["DeploymentMode"]!).ShouldBe("CLUSTER_MULTI_AZ");
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Commits_are_flushed_to_disk_and_the_log_contains_no_parameters(string size)
    {
        var settings = Data(size).One("AWS::RDS::DBParameterGroup")["Parameters"]!;

        ((string)settings["synchronous_commit"]!).ShouldBe("on");
        ((string)settings["log_parameter_max_length"]!).ShouldBe("0");
        ((string)settings["log_parameter_max_length_on_error"]!).ShouldBe("0");
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_database_has_sessions_for_twice_the_nodes_during_a_rollout(string size)
    {
        var sessions = int.Parse((string)Data(size).One("AWS::RDS::DBParameterGroup")["Parameters"]!
            ["max_connections"]!);
        var one = Size.All.Single(one => one.Name == size);
        var pool = Tasks.Variables(Service(size).One("AWS::ECS::TaskDefinition"))["ConnectionStrings__Tiffin"];

        pool.ShouldEndWith($"Maximum Pool Size={one.NodePool}");
        (2 * one.NodesMax * (one.NodePool + Size.SessionsBesideThePool)).ShouldBeLessThan(sessions);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_templates_deploy_with_CloudFormation_only(string size)
    {
        foreach (var template in Both(size))
        {
            // No code to run at deployment, nothing to upload first, no step with another tool.
            template.Resources.Select(one => one.Type).Where(type => type.StartsWith("AWS::Lambda"))
                .ShouldBeEmpty();
            template.Resources.Select(one => one.Type).Where(type => type.StartsWith("Custom::")).ShouldBeEmpty();
            template.Text.ShouldNotContain("cdk-hnb659fds");
            template.Text.Length.ShouldBeLessThan(1_000_000);
        }
    }

    [Fact]
    public void No_secret_is_in_the_open()
    {
        foreach (var (_, secret, _) in Data().Of("AWS::SecretsManager::Secret"))
            (secret["GenerateSecretString"] is not null
                || Flat(secret["SecretString"]).Contains("{{resolve:secretsmanager:")).ShouldBeTrue();
        Flat(Data().One("AWS::AmazonMQ::Broker")["Users"]![0]!["Password"])
            .ShouldStartWith("{{resolve:secretsmanager:");
        Flat(Data().One("AWS::RDS::DBInstance")["MasterUserPassword"]).ShouldStartWith("{{resolve:secretsmanager:");
    }

    static IEnumerable<string> Ids(JsonNode list) => list.AsArray().Select(one => (string)one!["Ref"]!);
}
