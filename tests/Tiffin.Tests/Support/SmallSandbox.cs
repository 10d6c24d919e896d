namespace Tiffin.Tests.Support;

/// <summary>
/// A sandbox with the small chain and plenty of stock. Its clock only moves forward, for all tests of a class: each
/// reckons from the time that it finds.
/// </summary>
public sealed class SmallSandbox : IAsyncLifetime
{
    const long Plenty = 1_000_000;

    public TestServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await Sandbox.Start();
        await SmallChain.Open(Server, Plenty, Plenty, Plenty);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
