using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Health;

/// <summary>Health checks of the database.</summary>
sealed class HealthOptions
{
    /// <summary>
    /// Timeout of a database health check. The node becomes unready when the last successful check is older than this
    /// plus one second.
    /// </summary>
    public TimeSpan DatabaseTimeout { get; set; } = TimeSpan.FromSeconds(1.5);
}

/// <summary>
/// Checks the database in the background, so that a readiness probe only reads memory and never waits for a connection.
/// While the write path is unhealthy, also probes it: an unready node gets no requests that would show its recovery.
/// </summary>
sealed class HealthWatch(
    CommitPipeline pipeline, Database database, IOptions<HealthOptions> options, TimeProvider clock) : BackgroundService
{
    static readonly TimeSpan interval = TimeSpan.FromSeconds(0.5);
    readonly TimeSpan timeout = options.Value.DatabaseTimeout;

    readonly TimeSpan reportMaxAge = options.Value.DatabaseTimeout + TimeSpan.FromSeconds(1);

    sealed record Report(IReadOnlyList<SubscriberReport> Subscribers, long At);

    volatile Report? last;
    Task check = Task.CompletedTask;
    Task probe = Task.CompletedTask;

    /// <summary>The event log subscribers; null if the last successful check is too old.</summary>
    public IReadOnlyList<SubscriberReport>? Subscribers =>
        last is { } report && clock.GetElapsedTime(report.At) < reportMaxAge ? report.Subscribers : null;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Loop.Every(interval, clock, Start, onFailure: null, stoppingToken);

    // At most one of each at a time, so that hanging checks do not pile up.
    Task Start(CancellationToken stop)
    {
        if (check.IsCompleted) check = Task.Run(() => Check(stop), CancellationToken.None);
        if (probe.IsCompleted && pipeline.State != WriterState.Healthy) probe = pipeline.Probe();
        return Task.CompletedTask;
    }

    async Task Check(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(timeout);
        var at = clock.GetTimestamp();
        try
        {
            last = new Report(await HealthQueries.Subscribers(database, limit.Token), at);
        }
        catch (Exception away) when (away is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            last = null;
        }
    }
}
