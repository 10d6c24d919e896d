namespace Tiffin.Tests.Support;

/// <summary>
/// A server with the small chain and more stock than all tests of a class use, for tests that do not touch each other's
/// orders.
/// </summary>
public class SmallChainServer : IAsyncLifetime
{
    const long Plenty = 1_000_000;

    public TestServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await Start();
        await SmallChain.Open(Server, Plenty, Plenty, Plenty);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    protected virtual Task<TestServer> Start() => TestServer.Start();
}
