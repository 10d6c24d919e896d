namespace Tiffin.Dev.Run;

/// <summary>What <c>tiffin-dev run</c> was asked for.</summary>
/// <param name="Data">Where the private cluster keeps its data.</param>
/// <param name="Port">The port of the server on 127.0.0.1.</param>
/// <param name="Connection">A PostgreSQL of the caller's, instead of a private one.</param>
/// <param name="Simulate">Simulated orders per minute; null for none.</param>
/// <param name="Speed">How much faster than the real clock the simulated one runs.</param>
/// <param name="RabbitMq">Whether to start a private RabbitMQ and publish the events to it.</param>
public sealed record RunOptions(
    string Data, int Port, string? Connection, double? Simulate, double Speed, bool RabbitMq = false)
{
    public Uri Address => new($"http://127.0.0.1:{Port}");
}
