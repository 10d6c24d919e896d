using Amazon.CDK;
using Amazon.CDK.AWS.ApplicationAutoScaling;
using Amazon.CDK.AWS.ECS;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.SecretsManager;
using EcsSecret = Amazon.CDK.AWS.ECS.Secret;
using Secret = Amazon.CDK.AWS.SecretsManager.Secret;

namespace Tiffin.Aws;

/// <summary>The nodes: scaled with the load, spread over the zones, replaced one after the other.</summary>
public sealed class Nodes
{
    const string Container = "tiffin";

    /// <summary>
    /// Longer than two of the balancer's checks: a node may be stopped without having been deregistered.
    /// </summary>
    static readonly TimeSpan drain = TimeSpan.FromSeconds(15);
    static readonly TimeSpan grace = TimeSpan.FromSeconds(30);

    /// <summary>The drain, the grace period, and a margin; Fargate allows two minutes at most.</summary>
    static readonly Duration stop = Duration.Seconds(60);

    public Nodes(
        ServiceStack stack, Size size, DataStack data, CfnParameter release, string domain, Balancer balancer)
    {
        var task = Containers.Task(stack, "Node", size.NodeCpu, size.NodeMemoryMiB);
        var log = Containers.Log(stack, "NodeLog");
        task.AddHardened(Container, new ContainerDefinitionOptions
        {
            Image = Containers.Release(data.Images, release),
            User = Containers.User,
            Command = ["serve"],
            PortMappings = [new PortMapping { ContainerPort = Network.HttpPort }],
            Environment = Settings(size, data, domain),
            Secrets = Secrets(stack, data),
            StopTimeout = stop,
            Logging = Containers.Logging(log, Container),
        });
        task.ObtainExecutionRole().AddToPrincipalPolicy(new PolicyStatement(new PolicyStatementProps
        {
            Actions = ["kms:Decrypt"],
            Resources = [data.Key.KeyArn],
            Conditions = new Dictionary<string, object>
            {
                ["StringEquals"] = new Dictionary<string, object>
                    { ["kms:ViaService"] = $"secretsmanager.{stack.Region}.amazonaws.com" },
            },
        }));
        Collector.AddTo(stack, task, log);
        Service = new FargateService(stack, "Service", new FargateServiceProps
        {
            Cluster = data.Cluster,
            TaskDefinition = task,
            AssignPublicIp = false,
            VpcSubnets = Network.Nodes,
            SecurityGroups = [data.Network.Service],
            // Old and new nodes share the database: schemas only grow within a release.
            MinHealthyPercent = 100,
            MaxHealthyPercent = 200,
            HealthCheckGracePeriod = Duration.Minutes(1),
            CircuitBreaker = new DeploymentCircuitBreaker { Enable = true, Rollback = true },
            EnableExecuteCommand = false,
            PropagateTags = PropagatedTagSource.SERVICE,
        });
        // Left to autoscaling: a number here would, with each release, remove the nodes that the rush hour had added.
        ((CfnService)Service.Node.DefaultChild!).AddPropertyDeletionOverride("DesiredCount");
        foreach (var group in new[] { balancer.All, balancer.Orders })
            group.AddTarget(Service.LoadBalancerTarget(new LoadBalancerTargetOptions
                { ContainerName = Container, ContainerPort = Network.HttpPort }));
        // A service cannot be created with a target group that no listener uses.
        Service.Node.AddDependency(balancer.Listener);
        Scale(Service, size);
    }

    public FargateService Service { get; }

    static Dictionary<string, string> Settings(Size size, DataStack data, string domain) => new()
    {
        ["ConnectionStrings__Tiffin"] = data.Database.ConnectionString(Database.Application, size.NodePool),
        ["ASPNETCORE_HTTP_PORTS"] = $"{Network.HttpPort}",
        ["Tracking__PublicUrl"] = $"https://{domain}",
        // Only requests from the load balancer reach a node.
        ["Access__TrustedProxies__0"] = Network.Cidr,
        ["Shutdown__DrainDelay"] = $"{drain}",
        ["Shutdown__GracePeriod"] = $"{grace}",
        ["Logging__Console__FormatterName"] = "json",
        ["Logging__LogLevel__Default"] = "Warning",
        ["Logging__LogLevel__Tiffin"] = "Information",
    };

    static Dictionary<string, EcsSecret> Secrets(ServiceStack stack, DataStack data)
    {
        var secrets = new Dictionary<string, EcsSecret>
        {
            ["PGPASSWORD"] = Known(stack, "Application", data.Secrets.Application, "password"),
            ["Tiffin__MasterKey"] = Known(stack, "MasterKey", data.Secrets.MasterKey),
        };
        if (data.Broker is { } broker) secrets["Broker__Url"] = Known(stack, "BrokerUrl", broker.Url);
        return secrets;
    }

    /// <summary>By its ARN only: the key's policy, in the other stack, must not name this stack's roles.</summary>
    static EcsSecret Known(ServiceStack stack, string id, Secret secret, string? field = null)
    {
        var known = Secret.FromSecretCompleteArn(stack, id, secret.SecretArn);
        return field is null ? EcsSecret.FromSecretsManager(known) : EcsSecret.FromSecretsManager(known, field);
    }

    /// <summary>More nodes help when requests wait for CPU, not for the one writer: docs/scaling.md.</summary>
    static void Scale(FargateService service, Size size)
    {
        var count = service.AutoScaleTaskCount(
            new EnableScalingProps { MinCapacity = size.NodesMin, MaxCapacity = size.NodesMax });
        count.ScaleOnCpuUtilization("Cpu", new CpuUtilizationScalingProps
        {
            TargetUtilizationPercent = 70,
            ScaleOutCooldown = Duration.Minutes(1),
            // Live streams reconnect when a node leaves.
            ScaleInCooldown = Duration.Minutes(10),
        });
        count.ScaleToTrackCustomMetric("Queue", new TrackCustomMetricProps
        {
            Metric = Collector.Metric("tiffin_commit_queue_depth", "Average"),
            TargetValue = 200,
            ScaleOutCooldown = Duration.Minutes(1),
            ScaleInCooldown = Duration.Minutes(10),
        });
    }
}
