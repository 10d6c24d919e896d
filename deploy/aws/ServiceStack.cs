using Amazon.CDK;
using Constructs;

namespace Tiffin.Aws;

/// <summary>The nodes, the load balancer and firewall in front of them, and the alarms.</summary>
public sealed class ServiceStack : Stack
{
    public ServiceStack(Construct scope, string id, Size size, DataStack data, IStackProps props)
        : base(scope, id, props)
    {
        var release = new CfnParameter(this, "Release", new CfnParameterProps
        {
            Description = "The image's tag: one that the database was migrated for",
            AllowedPattern = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}",
        });
        var domain = new CfnParameter(this, "Domain", new CfnParameterProps
        {
            Description = "The domain name of tracking links, such as orders.example",
        });
        var certificate = new CfnParameter(this, "Certificate", new CfnParameterProps
        {
            Description = "The ARN of a certificate for it, in this region",
            AllowedPattern = "arn:[^:]+:acm:.+",
        });
        var balancer = new Balancer(this, data.Network, certificate.ValueAsString);
        _ = new Nodes(this, size, data, release, domain.ValueAsString, balancer);
        Firewall.AddTo(this, balancer.LoadBalancer);
        Alarms.AddTo(this, size, data, balancer);
        _ = new CfnOutput(this, "Address", new CfnOutputProps
        {
            Description = "The DNS name that the domain must be an alias of",
            Value = balancer.LoadBalancer.LoadBalancerDnsName,
        });
    }
}
