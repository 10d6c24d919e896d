using RabbitMQ.Client;
using Tiffin.Engine.Hosting;

namespace Tiffin.Features.Broker;

/// <summary>Publishing of events to RabbitMQ; off without a URL.</summary>
sealed class BrokerOptions
{
    const string Example = "amqp://user:password@host:5672/vhost";

    /// <summary>
    /// URL of RabbitMQ: <c>amqp://user:password@host:5672/vhost</c>, or <c>amqps://…</c>, whose certificate must
    /// match that host. Comma-separated URLs are the nodes of one cluster.
    /// </summary>
    public string? Url { get; set; }

    // User and virtual host are those of the first URL.
    internal (ConnectionFactory Factory, IReadOnlyList<AmqpTcpEndpoint> Nodes) ParseUrl()
    {
        var addresses = (Url ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(Parse).ToList();
        if (addresses is []) throw new InvalidSettingException($"Broker__Url contains no URL; expected '{Example}'.");
        var factory = new ConnectionFactory
        {
            Uri = addresses[0],
            ClientProvidedName = "tiffin",
            // The subscriber reconnects, because it knows which events must be sent again.
            AutomaticRecoveryEnabled = false,
            RequestedHeartbeat = TimeSpan.FromSeconds(10),
            RequestedConnectionTimeout = TimeSpan.FromSeconds(2),
        };
        return (factory, [.. addresses.Select(address => new AmqpTcpEndpoint(address, Tls(address)))]);
    }

    // Not the settings that the client derives from the URL: they accept a certificate for another host.
    static SslOption Tls(Uri address) => new(address.Host, enabled: address.Scheme == "amqps");

    static Uri Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "amqp" or "amqps"
            ? address
            : throw new InvalidSettingException(
                $"Broker__Url contains an invalid URL; expected '{Example}'.");
}
