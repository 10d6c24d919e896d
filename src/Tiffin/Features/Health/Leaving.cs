using Microsoft.Extensions.Options;

namespace Tiffin.Features.Health;

/// <summary>How a node leaves when it is told to (SIGTERM).</summary>
public sealed class ShutdownOptions
{
    /// <summary>
    /// How long it says that it is not ready and still answers, so that load balancers turn away before it stops
    /// listening: longer than two of their checks. Zero suits a node that nobody balances.
    /// </summary>
    public TimeSpan Drain { get; set; } = TimeSpan.Zero;

    /// <summary>How long it may take from then on to finish what is queued.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Holds the shutdown up for as long as it drains. The host asks it before it stops anything.</summary>
sealed class Leaving(Readiness readiness, IOptions<ShutdownOptions> options, TimeProvider clock)
    : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (!readiness.Leave()) return;
        try
        {
            await Task.Delay(options.Value.Drain, clock, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // In a greater hurry now: the rest of the shutdown follows at once.
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
