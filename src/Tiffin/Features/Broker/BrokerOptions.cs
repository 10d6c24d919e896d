using RabbitMQ.Client;

namespace Tiffin.Features.Broker;

/// <summary>Where the log's events go besides; without an address, nowhere.</summary>
public sealed class BrokerOptions
{
    /// <summary>
    /// <c>amqp://user:password@host:5672/vhost</c>, or <c>amqps://…</c>. Several, with a comma between them, are the
    /// nodes of one cluster.
    /// </summary>
    public string? Url { get; set; }

    /// <summary>How to connect, and to which nodes: account and virtual host are those of the first address.</summary>
    /// <exception cref="InvalidOperationException">An address is none; the message says which.</exception>
    internal (ConnectionFactory Factory, IReadOnlyList<AmqpTcpEndpoint> Nodes) Target()
    {
        var addresses = (Url ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(Address).ToList();
        var factory = new ConnectionFactory
        {
            Uri = addresses[0],
            ClientProvidedName = "tiffin",
            // A connection that broke is made anew by the next try, which knows what has to be sent again.
            AutomaticRecoveryEnabled = false,
            RequestedHeartbeat = TimeSpan.FromSeconds(10),
            RequestedConnectionTimeout = TimeSpan.FromSeconds(2),
        };
        return (factory, [.. addresses.Select(address => new AmqpTcpEndpoint(address, factory.Ssl))]);
    }

    static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "amqp" or "amqps"
            ? address
            : throw new InvalidOperationException(
                "Broker__Url holds no address of a broker: expected 'amqp://user:password@host:5672/vhost'.");
}
