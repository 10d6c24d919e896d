namespace Tiffin.Dev.Run;

/// <summary>Options of <c>tiffin-dev run</c>.</summary>
/// <param name="Data">Data folder of the private cluster.</param>
/// <param name="Port">The port of the server on 127.0.0.1.</param>
/// <param name="Connection">Connection string of an existing PostgreSQL; null for a private one.</param>
/// <param name="Simulate">Simulated orders per minute; null for none.</param>
/// <param name="Speed">Speed of the simulated clock, as a multiple of real time.</param>
/// <param name="RabbitMq">Whether to start a private RabbitMQ and publish the events to it.</param>
sealed record RunOptions(
    string Data, int Port, string? Connection, double? Simulate, double Speed, bool RabbitMq = false)
{
    public Uri Address => new($"http://127.0.0.1:{Port}");
}
