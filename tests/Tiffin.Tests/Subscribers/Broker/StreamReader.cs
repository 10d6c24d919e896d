using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Broker;

/// <summary>Everything in the stream, from its start, as another client sees it.</summary>
sealed class StreamReader : IAsyncDisposable
{
    readonly ConcurrentQueue<Message> messages = [];
    readonly ConcurrentQueue<string> foreign = [];
    readonly IConnection connection;

    StreamReader(IConnection connection) => this.connection = connection;

    /// <summary>Fails if one of them does not match the AsyncAPI document.</summary>
    public IReadOnlyList<Message> Messages => foreign.IsEmpty
        ? [.. messages]
        : throw new ContractException(foreign.First());

    public long[] Positions => [.. messages.Select(message => message.Position)];

    public static async Task<StreamReader> Open(Uri url)
    {
        var connection = await new ConnectionFactory { Uri = url }.CreateConnectionAsync();
        var reader = new StreamReader(connection);
        var channel = await connection.CreateChannelAsync();
        await channel.BasicQosAsync(0, 500, global: false);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            var message = Message.Of(delivery);
            foreach (var error in EventContract.Errors(message.Body)) reader.foreign.Enqueue(error);
            reader.messages.Enqueue(message);
            await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
        };
        await channel.BasicConsumeAsync("tiffin.events.log", autoAck: false, "", noLocal: false, exclusive: false,
            new Dictionary<string, object?> { ["x-stream-offset"] = "first" }, consumer);
        return reader;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}

sealed record Message(string? Id, string RoutingKey, string? ContentType, bool Persistent, JsonNode Body)
{
    /// <summary>As any consumer reads it from the header.</summary>
    public string? Traceparent { get; private init; }

    public long Position => long.Parse(Body["position"]!.GetValue<string>());

    public static Message Of(BasicDeliverEventArgs delivery) => new(
        delivery.BasicProperties.MessageId, delivery.RoutingKey, delivery.BasicProperties.ContentType,
        delivery.BasicProperties.Persistent, JsonNode.Parse(delivery.Body.Span)!)
    {
        Traceparent = delivery.BasicProperties.Headers?.TryGetValue("traceparent", out var header) == true
            ? Encoding.ASCII.GetString((byte[])header!)
            : null,
    };
}
