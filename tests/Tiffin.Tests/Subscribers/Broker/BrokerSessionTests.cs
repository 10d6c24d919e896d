using System.Net;
using System.Net.Sockets;
using Tiffin.Features.Broker;

namespace Tiffin.Tests.Subscribers.Broker;

public sealed class BrokerSessionTests
{
    [Fact]
    public async Task Connecting_to_a_silent_broker_is_cancelled_when_the_lease_ends()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var lease = new CancellationTokenSource();
        var url = $"amqp://guest:guest@127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}";

        var opening = BrokerSession.Open(new BrokerOptions { Url = url }, lease.Token);
        using var accepted = await silent.AcceptTcpClientAsync();
        await lease.CancelAsync();

        // Without the cancellation, the client would give up much later, with another exception.
        await Should.ThrowAsync<OperationCanceledException>(opening);
    }
}
