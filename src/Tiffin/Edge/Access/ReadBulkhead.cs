using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.Access;

/// <summary>
/// A bulkhead for operations of <see cref="Priority.Low"/>: together they use at most a part of the database
/// connections, and are shed if they find no place in time, so that orders always find a connection.
/// </summary>
sealed class ReadBulkhead : IDisposable
{
    // Maximum queued requests per running one.
    const int QueueFactor = 16;

    readonly ConcurrencyLimiter limiter;
    readonly TimeSpan wait;

    public ReadBulkhead(IOptions<LimitOptions> options, Database database)
    {
        var max = options.Value.ExpensiveReadsMax ?? Math.Max(1, database.RequestConnections / 2);
        wait = options.Value.ExpensiveReadsQueueTimeout;
        limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = max, QueueLimit = QueueFactor * max, QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    /// <summary>A place in the bulkhead until the lease is disposed of; null if none is free in time.</summary>
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
