using Amazon.CDK;
using Amazon.CDK.AWS.EC2;
using Amazon.CDK.AWS.ElasticLoadBalancingV2;
using Constructs;
using HealthCheck = Amazon.CDK.AWS.ElasticLoadBalancingV2.HealthCheck;
using Protocol = Amazon.CDK.AWS.ElasticLoadBalancingV2.ApplicationProtocol;

namespace Tiffin.Aws;

/// <summary>
/// HTTPS for the nodes. Placing an order has its own target group, of the same nodes, so that CloudWatch measures its
/// failures and latency, to which the SLOs apply, separately from long polls and streams.
/// </summary>
public sealed class Balancer
{
    /// <summary>A stream sends something every 15 seconds, a long poll answers within 30.</summary>
    static readonly Duration idle = Duration.Seconds(60);

    /// <summary>
    /// ECS first deregisters a node, waits for this long, and only then stops it: requests in flight complete,
    /// including long polls. Streams are cut, and resume on another node.
    /// </summary>
    static readonly Duration deregistration = Duration.Seconds(40);

    public Balancer(Construct scope, Network network, string certificate)
    {
        LoadBalancer = new ApplicationLoadBalancer(scope, "Balancer", new ApplicationLoadBalancerProps
        {
            Vpc = network.Vpc,
            InternetFacing = true,
            SecurityGroup = network.Balancer,
            VpcSubnets = new SubnetSelection { SubnetType = SubnetType.PUBLIC },
            IdleTimeout = idle,
            DropInvalidHeaderFields = true,
            DesyncMitigationMode = DesyncMitigationMode.STRICTEST,
            DeletionProtection = true,
        });
        All = Group(scope, "All", network);
        Orders = Group(scope, "Orders", network);
        LoadBalancer.AddListener("Plain", new BaseApplicationListenerProps
        {
            Port = 80,
            Open = false,
            DefaultAction = ListenerAction.Redirect(
                new RedirectOptions { Protocol = "HTTPS", Port = "443", Permanent = true }),
        });
        Listener = LoadBalancer.AddListener("Encrypted", new BaseApplicationListenerProps
        {
            Port = 443,
            Open = false,
            SslPolicy = SslPolicy.TLS13_RES,
            Certificates = [ListenerCertificate.FromArn(certificate)],
            DefaultAction = ListenerAction.Forward([All]),
        });
        Listener.AddAction("PlaceAnOrder", new AddApplicationActionProps
        {
            Priority = 10,
            Conditions =
            [
                ListenerCondition.HttpRequestMethods(["POST"]),
                ListenerCondition.PathPatterns(["/v1/orders", "/v1/orders/"]),
            ],
            Action = ListenerAction.Forward([Orders]),
        });
    }

    public ApplicationLoadBalancer LoadBalancer { get; }
    public ApplicationListener Listener { get; }
    public ApplicationTargetGroup All { get; }
    public ApplicationTargetGroup Orders { get; }

    static ApplicationTargetGroup Group(Construct scope, string id, Network network) =>
        new(scope, id, new ApplicationTargetGroupProps
        {
            Vpc = network.Vpc,
            TargetType = TargetType.IP,
            Protocol = Protocol.HTTP,
            Port = Network.HttpPort,
            DeregistrationDelay = deregistration,
            LoadBalancingAlgorithmType = TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
            HealthCheck = new HealthCheck
            {
                Path = "/health/ready",
                HealthyHttpCodes = "200",
                Interval = Duration.Seconds(5),
                // A node's database check takes at most one second.
                Timeout = Duration.Seconds(3),
                UnhealthyThresholdCount = 2,
                HealthyThresholdCount = 2,
            },
        });
}
