using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Broker;

/// <summary>
/// Publishes every event to the broker in order, at least once. Unconfirmed events are published again with the same
/// ids: a consumer that deduplicates by id, keeping the first, sees the order of the log.
/// </summary>
sealed class BrokerSubscriber(IOptions<BrokerOptions> options) : ISubscriber, IAsyncDisposable
{
    readonly BrokerOptions options = options.Value;
    BrokerSession? session;

    public string Name => "broker";

    public int BatchMax => 500;

    public TimeSpan Linger => TimeSpan.FromMilliseconds(20);

    public ValueTask<ISubscriberBatch?> Prepare(
        NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancel) =>
        new(new Batch(this, events));

    async Task Publish(IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        try
        {
            session ??= await BrokerSession.Open(options, cancel);
            await session.Publish(events, cancel);
        }
        catch
        {
            // Messages still in flight on this connection must not interleave with those of the retry.
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        var last = session;
        session = null;
        if (last is not null) await last.DisposeAsync();
    }

    sealed class Batch(BrokerSubscriber broker, IReadOnlyList<StoredEvent> events) : ISubscriberBatch
    {
        public Task Publish(CancellationToken cancel) => broker.Publish(events, cancel);
    }
}
