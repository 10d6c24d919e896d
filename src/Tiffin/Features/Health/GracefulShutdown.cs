using Microsoft.Extensions.Options;
using Tiffin.Engine.Hosting;

namespace Tiffin.Features.Health;

/// <summary>Graceful shutdown after SIGTERM, in the section <c>Shutdown</c>.</summary>
sealed class ShutdownOptions
{
    /// <summary>
    /// How long the node is unready but still serves requests, so that load balancers stop routing to it before it
    /// stops listening. Must exceed two health check intervals. Zero for a node without a load balancer.
    /// </summary>
    public TimeSpan DrainDelay { get; set; } = TimeSpan.Zero;

    /// <summary>After the drain delay, the maximum time to finish queued commands and open requests.</summary>
    public TimeSpan GracePeriod { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>
/// Delays the shutdown by the drain delay. The host calls <see cref="StoppingAsync"/> before it stops any service.
/// </summary>
sealed class GracefulShutdown(
    Readiness readiness, Drain drain, IOptions<ShutdownOptions> options, TimeProvider clock) : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (!readiness.TryBeginShutdown()) return;
        try
        {
            await Task.Delay(options.Value.DrainDelay, clock, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The host's shutdown timeout is over: continue with the shutdown at once.
        }
        drain.End();
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
