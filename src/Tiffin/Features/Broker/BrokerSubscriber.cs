using Microsoft.Extensions.Options;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Broker;

/// <summary>
/// Brings every event to the broker, in order, at least once. What was sent and not confirmed is sent again with the
/// same ids from the same event on: who takes each id's first arrival sees the log's order.
/// </summary>
sealed class BrokerSubscriber(IOptions<BrokerOptions> options) : ISubscriber, IAsyncDisposable
{
    readonly BrokerOptions options = options.Value;
    BrokerSession? session;

    public string Name => "broker";

    public int BatchMax => 500;

    public TimeSpan Linger => TimeSpan.FromMilliseconds(20);

    public async Task Publish(IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        try
        {
            session ??= await BrokerSession.Open(options, cancel);
            await session.Publish(events, cancel);
        }
        catch
        {
            // What is still under way on this connection must not come between what the next try sends.
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
}
