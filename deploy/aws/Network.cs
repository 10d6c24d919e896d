using Amazon.CDK.AWS.EC2;
using Constructs;

namespace Tiffin.Aws;

/// <summary>
/// Three zones with three subnets each: the balancer's, the nodes' (they call webhooks), and an isolated one for the
/// database and the broker. Only this class allows connections between them.
/// </summary>
public sealed class Network
{
    public const string Cidr = "10.20.0.0/16";
    public const int HttpPort = 8080;
    public const int DatabasePort = 5432;
    public const int BrokerPort = 5671;

    /// <summary>HTTPS for webhooks and AWS services, and the mail submission port.</summary>
    public static readonly int[] PortsOut = [443, 8443, 587];

    public static readonly SubnetSelection Closed = new() { SubnetType = SubnetType.PRIVATE_ISOLATED };
    public static readonly SubnetSelection Nodes = new() { SubnetType = SubnetType.PRIVATE_WITH_EGRESS };

    public Network(Construct scope, Size size, string region)
    {
        Vpc = new Vpc(scope, "Network", new VpcProps
        {
            IpAddresses = IpAddresses.Cidr(Cidr),
            AvailabilityZones = [$"{region}a", $"{region}b", $"{region}c"],
            NatGateways = size.NatGateways,
            SubnetConfiguration =
            [
                new SubnetConfiguration
                    { Name = "Balancer", SubnetType = SubnetType.PUBLIC, CidrMask = 24, MapPublicIpOnLaunch = false },
                new SubnetConfiguration
                    { Name = "Nodes", SubnetType = SubnetType.PRIVATE_WITH_EGRESS, CidrMask = 22 },
                new SubnetConfiguration { Name = "Data", SubnetType = SubnetType.PRIVATE_ISOLATED, CidrMask = 24 },
            ],
            // The nodes' images come from S3: without a fee, and not through the NAT gateways.
            GatewayEndpoints = new Dictionary<string, IGatewayVpcEndpointOptions>
            {
                ["Images"] = new GatewayVpcEndpointOptions { Service = GatewayVpcEndpointAwsService.S3 },
            },
        });
        Balancer = Group(scope, "Balancer", "The load balancer");
        Service = Group(scope, "Service", "The nodes");
        Chore = Group(scope, "Chore", "What is run once");
        Database = Group(scope, "DatabaseAccess", "PostgreSQL");
        Broker = Group(scope, "BrokerAccess", "RabbitMQ");

        Balancer.AddIngressRule(Peer.AnyIpv4(), Port.Tcp(443), "All clients");
        Balancer.AddIngressRule(Peer.AnyIpv4(), Port.Tcp(80), "All clients; redirected to HTTPS");
        Allow(Balancer, Service, HttpPort);
        Allow(Service, Database, DatabasePort);
        Allow(Chore, Database, DatabasePort);
        if (size.Broker is not null) Allow(Service, Broker, BrokerPort);
        foreach (var port in PortsOut) Service.AddEgressRule(Peer.AnyIpv4(), Port.Tcp(port), "Webhooks, mail, AWS");
        Chore.AddEgressRule(Peer.AnyIpv4(), Port.Tcp(443), "AWS");
    }

    public Vpc Vpc { get; }
    public SecurityGroup Balancer { get; }
    public SecurityGroup Service { get; }
    public SecurityGroup Chore { get; }
    public SecurityGroup Database { get; }
    public SecurityGroup Broker { get; }

    SecurityGroup Group(Construct scope, string name, string who) => new(scope, name, new SecurityGroupProps
    {
        Vpc = Vpc,
        Description = who,
        AllowAllOutbound = false,
    });

    static void Allow(SecurityGroup from, SecurityGroup to, int port)
    {
        from.AddEgressRule(to, Port.Tcp(port));
        to.AddIngressRule(from, Port.Tcp(port));
    }
}
