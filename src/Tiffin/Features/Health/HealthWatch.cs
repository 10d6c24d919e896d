using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Health;

/// <summary>How a node judges whether its database is there.</summary>
public sealed class HealthOptions
{
    /// <summary>
    /// How long a health check may wait for the database. Readiness turns red when the last answer is older than this
    /// and a second more.
    /// </summary>
    public TimeSpan DatabaseTimeout { get; set; } = TimeSpan.FromSeconds(1.5);
}

/// <summary>
/// Looks at the database in the background and keeps what it found, so that a readiness check only reads: it waits for
/// no connection and no pool. Also probes the write path while it is not healthy, since a node that is not ready gets
/// no requests that could show that it is well again.
/// </summary>
sealed class HealthWatch(
    CommitPipeline pipeline, Database database, IOptions<HealthOptions> options, TimeProvider clock) : BackgroundService
{
    static readonly TimeSpan every = TimeSpan.FromSeconds(0.5);
    readonly TimeSpan timeout = options.Value.DatabaseTimeout;

    // A report that is older says nothing about the database now.
    readonly TimeSpan fresh = options.Value.DatabaseTimeout + TimeSpan.FromSeconds(1);

    sealed record Found(IReadOnlyList<SubscriberReport> Subscribers, long At);

    volatile Found? last;
    Task look = Task.CompletedTask;
    Task probe = Task.CompletedTask;

    /// <summary>The readers of the log; null when the database has not answered lately.</summary>
    public IReadOnlyList<SubscriberReport>? Subscribers =>
        last is { } found && clock.GetElapsedTime(found.At) < fresh ? found.Subscribers : null;

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
        limit.CancelAfter(timeout);
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
