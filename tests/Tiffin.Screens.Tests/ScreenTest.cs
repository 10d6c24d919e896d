using Microsoft.AspNetCore.Builder;

namespace Tiffin.Screens.Tests;

/// <summary>A test of screens in a real browser, on a real server with the small chain or another one.</summary>
public abstract class ScreenTest : IAsyncLifetime
{
    readonly List<Visitor> visitors = [];

    protected TestServer Server { get; private set; } = null!;

    protected virtual void Configure(WebApplicationBuilder builder)
    {
    }

    protected virtual Task OpenChain() => SmallChain.Open(Server);

    public async Task InitializeAsync()
    {
        Server = await TestServer.Start(configure: Configure);
        await OpenChain();
    }

    public async Task DisposeAsync()
    {
        var faults = visitors.SelectMany(visitor => visitor.Faults).ToList();
        foreach (var visitor in visitors) await visitor.DisposeAsync();
        await Server.DisposeAsync();
        faults.ShouldBeEmpty();
    }

    private protected async Task<Visitor> Visit(Device device)
    {
        var visitor = await Visitor.Arrive(Server.Address, device);
        visitors.Add(visitor);
        return visitor;
    }
}
