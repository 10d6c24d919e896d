namespace Tiffin.Engine.Hosting;

/// <summary>
/// The beginning of a graceful shutdown: the node reports that it is not ready, and serves the requests that still
/// arrive until the load balancer has noticed. On SIGTERM, the host's own <c>ApplicationStopping</c> comes before that.
/// </summary>
sealed class Drain : IDisposable
{
    readonly CancellationTokenSource ended = new();

    /// <summary>Cancelled when no more requests should arrive.</summary>
    public CancellationToken Ended => ended.Token;

    public void End() => ended.Cancel();

    public void Dispose() => ended.Dispose();
}
