using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.Access;

/// <summary>
/// A bulkhead for operations of <see cref="Priority.Low"/>: together they use a part of the sessions for requests, and
/// what finds no room within a moment is shed instead of holding a session that orders need.
/// </summary>
sealed class SlowReads : IDisposable
{
    /// <summary>Requests that wait for each that runs, at most.</summary>
    const int QueueFactor = 16;

    readonly ConcurrencyLimiter limiter;
    readonly TimeSpan wait;

    public SlowReads(IOptions<LimitOptions> options, Database database)
    {
        var max = options.Value.SlowReadsMax ?? Math.Max(1, database.RequestConnections / 2);
        wait = options.Value.SlowReadsWait;
        limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = max, QueueLimit = QueueFactor * max, QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    /// <summary>Room for one, until it is disposed of; null when there is none.</summary>
    public async ValueTask<RateLimitLease?> Enter(CancellationToken cancel)
    {
        var free = limiter.AttemptAcquire();
        if (free.IsAcquired) return free;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(wait);
        try
        {
            var waited = await limiter.AcquireAsync(1, limit.Token);
            return waited.IsAcquired ? waited : null;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose() => limiter.Dispose();
}
