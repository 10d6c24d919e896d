using System.Diagnostics;
using RabbitMQ.Client;
using Tiffin.Domain;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;

namespace Tiffin.Features.Broker;

/// <summary>
/// A connection that publishes. Messages go out one after the other without waiting, so that they arrive in order;
/// the broker's confirms come back meanwhile.
/// </summary>
sealed class BrokerSession : IAsyncDisposable
{
    public const string Exchange = "tiffin.events";

    /// <summary>Keeps every event for as long as the log does, for consumers that come late.</summary>
    public const string Stream = "tiffin.events.log";

    /// <summary>Stands for the kitchen in the routing key of an event without one; none can be called that.</summary>
    const string NoKitchen = "_";

    static readonly Dictionary<string, object?> streamArguments = new()
    {
        ["x-queue-type"] = "stream",
        ["x-max-age"] = "90D",
    };

    static readonly TimeSpan timeoutClose = TimeSpan.FromMilliseconds(500);

    readonly IConnection connection;
    readonly IChannel channel;
    readonly Confirms confirms = new();

    BrokerSession(IConnection connection, IChannel channel)
    {
        (this.connection, this.channel) = (connection, channel);
        channel.BasicAcksAsync += (_, ack) => confirms.Confirmed(ack.DeliveryTag, ack.Multiple);
        channel.BasicNacksAsync += (_, _) => confirms.Broken("it took no more messages into a queue");
        channel.BasicReturnAsync += (_, back) => confirms.Broken($"no queue takes '{back.RoutingKey}'");
        channel.ChannelShutdownAsync += (_, end) => confirms.Broken($"the connection ended ({end.ReplyText})");
        connection.ConnectionBlockedAsync += (_, blocked) => confirms.Broken($"it is blocked ({blocked.Reason})");
    }

    public static async Task<BrokerSession> Open(BrokerOptions options, CancellationToken cancel)
    {
        var connection = await Connect(options, cancel);
        try
        {
            var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true,
                publisherConfirmationTrackingEnabled: false), cancel);
            var session = new BrokerSession(connection, channel);
            await session.Declare(cancel);
            return session;
        }
        catch
        {
            await Close(connection);
            throw;
        }
    }

    /// <summary>
    /// The client looks at a token between its steps alone: a broker that takes a connection and says nothing would
    /// hold it for longer than the lease.
    /// </summary>
    static async Task<IConnection> Connect(BrokerOptions options, CancellationToken cancel)
    {
        var (factory, nodes) = options.Target();
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

    /// <summary>Returns when the broker has all of them.</summary>
    public async Task Publish(IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        var first = await channel.GetNextPublishSequenceNumberAsync(cancel);
        var all = confirms.Expect(first, events.Count);
        foreach (var e in events)
        {
            // The client puts its own span into the header, below this one, when somebody listens.
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

    /// <summary>At every connection: a stream that was deleted is there again, and nothing is unroutable.</summary>
    async Task Declare(CancellationToken cancel)
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
        Headers = e.Traceparent is { } caused ? new Dictionary<string, object?> { ["traceparent"] = caused } : null,
    };

    static async ValueTask Close(IConnection connection)
    {
        await connection.AbortAsync(timeoutClose);
        await connection.DisposeAsync();
    }
}
