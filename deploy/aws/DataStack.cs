using Amazon.CDK;
using Amazon.CDK.AWS.ECR;
using Amazon.CDK.AWS.ECS;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.KMS;
using Constructs;

namespace Tiffin.Aws;

/// <summary>The network, the database, the broker, the secrets, and the tasks that run once per release.</summary>
public sealed class DataStack : Stack
{
    public DataStack(Construct scope, string id, Size size, string region, IStackProps props) : base(scope, id, props)
    {
        Release = new CfnParameter(this, "Release", new CfnParameterProps
        {
            Description = "The image's tag. Tags are immutable, so it always names the same image.",
            AllowedPattern = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}",
        });
        Key = CreateKey();
        Network = new Network(this, size, region);
        Secrets = new Secrets(this, Key);
        Database = new Database(this, size, Network, Secrets, Key);
        Broker = size.Broker is { } host ? new Broker(this, host, Network, Key) : null;
        Images = new Repository(this, "Images", new RepositoryProps
        {
            RepositoryName = "tiffin",
            ImageTagMutability = TagMutability.IMMUTABLE,
            ImageScanOnPush = true,
            RemovalPolicy = RemovalPolicy.RETAIN,
        });
        Cluster = new Cluster(this, "Cluster", new ClusterProps { Vpc = Network.Vpc, ContainerInsights = true });
        Chores.AddTo(this);
    }

    public CfnParameter Release { get; }
    public Key Key { get; }
    public Network Network { get; }
    public Secrets Secrets { get; }
    public Database Database { get; }
    public Broker? Broker { get; }
    public Repository Images { get; }
    public Cluster Cluster { get; }

    Key CreateKey()
    {
        var key = new Key(this, "Key", new KeyProps
        {
            Description = "Tiffin: the database, the secrets, the alarms",
            EnableKeyRotation = true,
            RemovalPolicy = RemovalPolicy.RETAIN,
        });
        // The services that publish to the topics of the alarms.
        foreach (var service in new[] { "cloudwatch.amazonaws.com", "events.rds.amazonaws.com" })
            key.Grant(new ServicePrincipal(service), "kms:Decrypt", "kms:GenerateDataKey");
        return key;
    }
}
