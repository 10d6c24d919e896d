namespace Tiffin.Tests.Support;

/// <summary>
/// The same as a sandbox. All tests of a class share its clock, which only moves forward: each test computes from the
/// current time.
/// </summary>
public sealed class SmallSandbox : SmallChainServer
{
    protected override Task<TestServer> Start() => Sandbox.Start();
}
