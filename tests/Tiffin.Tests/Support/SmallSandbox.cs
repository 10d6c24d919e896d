namespace Tiffin.Tests.Support;

/// <summary>
/// The same as a sandbox. Its clock only moves forward, for all tests of a class: each reckons from the time that it
/// finds.
/// </summary>
public sealed class SmallSandbox : SmallChainServer
{
    protected override Task<TestServer> Start() => Sandbox.Start();
}
