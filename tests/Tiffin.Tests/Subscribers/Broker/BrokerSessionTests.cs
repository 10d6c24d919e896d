using System.Net;
using System.Net.Sockets;
using Tiffin.Features.Broker;

namespace Tiffin.Tests.Subscribers.Broker;

public sealed class BrokerSessionTests
{
    [Fact]
    public async Task A_broker_that_takes_a_connection_and_says_nothing_is_left_when_the_lease_is_over()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var lease = new CancellationTokenSource();
        var url = $"amqp://guest:guest@127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}";

        var opening = BrokerSession.Open(new BrokerOptions { Url = url }, lease.Token);
        using var accepted = await silent.AcceptTcpClientAsync();
        await lease.CancelAsync();

        // By itself, the client gives up with an exception of its own, long after.
        await Should.ThrowAsync<OperationCanceledException>(opening);
    }
}
