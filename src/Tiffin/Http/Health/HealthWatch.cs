using Npgsql;
using Tiffin.Commit;
using Tiffin.Storage;

namespace Tiffin.Http.Health;

/// <summary>
/// Looks at the database in the background and keeps what it found, so that a readiness check only reads: it waits for
/// no connection and no pool. Also probes the write path while it is not healthy, since a node that is not ready gets
/// no requests that could show that it is well again.
/// </summary>
sealed class HealthWatch(CommitPipeline pipeline, Database database, TimeProvider clock) : BackgroundService
{
    static readonly TimeSpan every = TimeSpan.FromSeconds(0.5);
    static readonly TimeSpan lookLimit = TimeSpan.FromSeconds(1.5);

    /// <summary>A look that is older says nothing about the database now.</summary>
    static readonly TimeSpan isFresh = TimeSpan.FromSeconds(2.5);

    sealed record Found(IReadOnlyList<SubscriberReport> Subscribers, long At);

    volatile Found? last;
    Task look = Task.CompletedTask;
    Task probe = Task.CompletedTask;

    /// <summary>The readers of the log; null when the database has not answered lately.</summary>
    public IReadOnlyList<SubscriberReport>? Subscribers =>
        last is { } found && clock.GetElapsedTime(found.At) < isFresh ? found.Subscribers : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, clock);
        try
        {
            do
            {
                // One of each at a time: what hangs is not asked again, and holds up no check.
                if (look.IsCompleted) look = Task.Run(() => Look(stoppingToken), CancellationToken.None);
                if (probe.IsCompleted && pipeline.State != WriterState.Healthy) probe = pipeline.Probe();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    async Task Look(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(lookLimit);
        var at = clock.GetTimestamp();
        try
        {
            last = new Found(await HealthQueries.Subscribers(database, limit.Token), at);
        }
        catch (Exception away) when (away is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            last = null;
        }
    }
}
