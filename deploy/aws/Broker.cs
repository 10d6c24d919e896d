using Amazon.CDK;
using Amazon.CDK.AWS.AmazonMQ;
using Amazon.CDK.AWS.KMS;
using Amazon.CDK.AWS.SecretsManager;
using Constructs;

namespace Tiffin.Aws;

/// <summary>
/// RabbitMQ on three machines in three zones. Its disks are encrypted with a key that Amazon owns: Amazon MQ offers no
/// other for RabbitMQ.
/// </summary>
public sealed class Broker
{
    public const string Name = "tiffin";
    const string User = "tiffin";

    public Broker(Construct scope, string host, Network network, IKey key)
    {
        var password = new Secret(scope, "BrokerPassword", new SecretProps
        {
            Description = "The broker's account",
            EncryptionKey = key,
            GenerateSecretString = Secrets.Generated(40),
        });
        var known = password.SecretValue.UnsafeUnwrap();
        var broker = new CfnBroker(scope, "Broker", new CfnBrokerProps
        {
            BrokerName = Name,
            EngineType = "RABBITMQ",
            EngineVersion = "4.2",
            DeploymentMode = "CLUSTER_MULTI_AZ",
            HostInstanceType = host,
            PubliclyAccessible = false,
            AutoMinorVersionUpgrade = true,
            SubnetIds = network.Vpc.SelectSubnets(Network.Closed).SubnetIds,
            SecurityGroups = [network.Broker.SecurityGroupId],
            Users = new[] { new CfnBroker.UserProperty { Username = User, Password = known } },
            Logs = new CfnBroker.LogListProperty { General = true },
        });
        // amqps://host:port, into which the account is inserted.
        var address = Fn.Select(1, Fn.Split("://", Fn.Select(0, broker.AttrAmqpEndpoints)));
        Url = new Secret(scope, "BrokerUrl", new SecretProps
        {
            Description = "The broker's URL, with its account",
            EncryptionKey = key,
            SecretStringValue = SecretValue.UnsafePlainText($"amqps://{User}:{known}@{address}"),
        });
    }

    public Secret Url { get; }
}
