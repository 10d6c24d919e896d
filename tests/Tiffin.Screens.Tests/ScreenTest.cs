using Microsoft.AspNetCore.Builder;

namespace Tiffin.Screens.Tests;

/// <summary>A test of screens in a real browser, on a real server with the small chain.</summary>
public abstract class ScreenTest : IAsyncLifetime
{
    readonly List<Visitor> visitors = [];

    protected TestServer Server { get; private set; } = null!;

    protected virtual void Configure(WebApplicationBuilder builder)
    {
    }

    public virtual async Task InitializeAsync()
    {
        Server = await TestServer.Start(configure: Configure);
        await SmallChain.Open(Server);
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
