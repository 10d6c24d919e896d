using System.Net.Security;
using Tiffin.Features.Broker;

namespace Tiffin.Tests.Subscribers.Broker;

public sealed class BrokerOptionsTests
{
    /// <summary>Otherwise the owner of a certificate for any other host could read events and the password.</summary>
    [Fact]
    public void A_certificate_must_be_for_the_host_that_is_called_on_every_node_of_the_cluster()
    {
        var options = new BrokerOptions { Url = "amqps://u:p@mq1.example/v,amqps://u:p@mq2.example:5699/v" };

        var nodes = options.ParseUrl().Nodes;

        nodes.Select(node => (node.Ssl.Enabled, node.Ssl.ServerName, node.Port))
            .ShouldBe([(true, "mq1.example", 5671), (true, "mq2.example", 5699)]);
        nodes.ShouldAllBe(node => node.Ssl.AcceptablePolicyErrors == SslPolicyErrors.None);
    }

    [Fact]
    public void Without_tls_a_node_is_called_without_it() =>
        new BrokerOptions { Url = "amqp://u:p@mq1.example/v" }.ParseUrl().Nodes
            .Select(node => (node.Ssl.Enabled, node.Port)).ShouldBe([(false, 5672)]);
}
