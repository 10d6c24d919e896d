using Microsoft.Extensions.Hosting;

namespace Tiffin.Dev.Run;

/// <summary>What a server needs to start.</summary>
/// <param name="ConnectionString">An existing database, empty at the first start.</param>
/// <param name="Address">Where to listen.</param>
/// <param name="ChainFile">The demo chain, to be imported once.</param>
public sealed record ServerStart(string ConnectionString, Uri Address, string ChainFile)
{
    /// <summary>What the server's configuration says besides, such as <c>Broker:Url</c>.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();
}

/// <summary>The one place where the development host meets the product.</summary>
static class DevServer
{
    /// <summary>
    /// Migrates the database, imports the chain if there is none yet, and serves. Returns when requests are answered;
    /// stopping the host finishes what is queued.
    /// </summary>
    public static Task<IHost> Start(ServerStart start, CancellationToken cancel) =>
        throw new NotSupportedException("The server is not part of this build yet.");
}
