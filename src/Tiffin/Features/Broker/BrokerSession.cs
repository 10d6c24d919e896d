using System.Diagnostics;
using RabbitMQ.Client;
using Tiffin.Domain;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;

namespace Tiffin.Features.Broker;

/// <summary>
/// A connection with publisher confirms. Messages are pipelined in order on one channel; confirms arrive
/// asynchronously.
/// </summary>
sealed class BrokerSession : IAsyncDisposable
{
    public const string Exchange = "tiffin.events";

    /// <summary>Retains events for as long as the event log, for consumers that connect later.</summary>
    public const string Stream = "tiffin.events.log";

    // In the routing key of an event without a kitchen. Not a valid kitchen id.
    const string NoKitchen = "_";

    static readonly Dictionary<string, object?> streamArguments = new()
    {
        ["x-queue-type"] = "stream",
        ["x-max-age"] = "90D",
    };

    static readonly TimeSpan closeTimeout = TimeSpan.FromMilliseconds(500);

    readonly IConnection connection;
    readonly IChannel channel;
    readonly PublisherConfirms confirms = new();

    BrokerSession(IConnection connection, IChannel channel)
    {
        (this.connection, this.channel) = (connection, channel);
        channel.BasicAcksAsync += (_, ack) => confirms.Confirm(ack.DeliveryTag, ack.Multiple);
        channel.BasicNacksAsync += (_, _) => confirms.Fail("a message was rejected (nack)");
        channel.BasicReturnAsync += (_, returned) => confirms.Fail(
            $"no queue is bound for routing key '{returned.RoutingKey}'");
        channel.ChannelShutdownAsync += (_, end) => confirms.Fail($"the connection was closed ({end.ReplyText})");
        connection.ConnectionBlockedAsync += (_, blocked) =>
            confirms.Fail($"the broker blocks publishers ({blocked.Reason})");
    }

    public static async Task<BrokerSession> Open(BrokerOptions options, CancellationToken cancel)
    {
        var connection = await Connect(options, cancel);
        try
        {
            var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true,
                publisherConfirmationTrackingEnabled: false), cancel);
            var session = new BrokerSession(connection, channel);
            await session.DeclareTopology(cancel);
            return session;
        }
        catch
        {
            await Close(connection);
            throw;
        }
    }

    // The client checks the token only between steps: a broker that accepts the connection but does not respond would
    // block it for longer than the lease.
    static async Task<IConnection> Connect(BrokerOptions options, CancellationToken cancel)
    {
        var (factory, nodes) = options.ParseUrl();
        var connecting = factory.CreateConnectionAsync(nodes, cancel);
        try
        {
            return await connecting.WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            _ = connecting.ContinueWith(
                late => late.IsCompletedSuccessfully ? Close(late.Result).AsTask() : Task.FromResult(late.Exception),
                TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>Completes when the broker has confirmed all events.</summary>
    public async Task Publish(IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        var first = await channel.GetNextPublishSequenceNumberAsync(cancel);
        var all = confirms.Expect(first, events.Count);
        foreach (var e in events)
        {
            // If tracing is on, the client replaces the header with its own span, a child of this one.
            using var span = EventTrace.Start("publish", ActivityKind.Internal, e.Traceparent);
            await channel.BasicPublishAsync(
                Exchange, RoutingKey(e), mandatory: true, PropertiesOf(e), CloudEventJson.Bytes(e, withStock: true),
                cancel);
        }
        await all.WaitAsync(cancel);
    }

    /// <summary><c>order.placed.blr-01</c>, <c>catalogue.changed._</c>.</summary>
    internal static string RoutingKey(StoredEvent e) => $"{Names.Of(e.Type)}.{e.KitchenId ?? NoKitchen}";

    public ValueTask DisposeAsync() => Close(connection);

    // At every connection: recreates a deleted stream, so that no message is unroutable.
    async Task DeclareTopology(CancellationToken cancel)
    {
        await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Topic, durable: true, cancellationToken: cancel);
        await channel.QueueDeclareAsync(Stream, durable: true, exclusive: false, autoDelete: false, streamArguments,
            cancellationToken: cancel);
        await channel.QueueBindAsync(Stream, Exchange, "#", cancellationToken: cancel);
    }

    static BasicProperties PropertiesOf(StoredEvent e) => new()
    {
        MessageId = e.Id.ToString(),
        Type = Names.Of(e.Type),
        ContentType = CloudEventJson.ContentType,
        Persistent = true,
        Timestamp = new(e.At.ToUnixTimeSeconds()),
        AppId = "tiffin",
        Headers = e.Traceparent is { } parent ? new Dictionary<string, object?> { ["traceparent"] = parent } : null,
    };

    static async ValueTask Close(IConnection connection)
    {
        await connection.AbortAsync(closeTimeout);
        await connection.DisposeAsync();
    }
}
