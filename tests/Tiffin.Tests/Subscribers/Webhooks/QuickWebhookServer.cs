using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Webhooks;

/// <summary>
/// A <see cref="WebhookServer.Quick(Microsoft.AspNetCore.Builder.WebApplicationBuilder)"/> server with the small chain,
/// for tests that each delete their endpoints when they end.
/// </summary>
public sealed class QuickWebhookServer : IAsyncLifetime
{
    public const int PerOwnerMax = 5;

    public TestServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await TestServer.Start(
            configure: app => WebhookServer.Quick(app, options => options.PerOwnerMax = PerOwnerMax));
        await SmallChain.Open(Server);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
