using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Commit;
using Tiffin.Storage;

namespace Tiffin.Tests.Support;

/// <summary>A whole server in this process, on a free port and a database of its own.</summary>
public sealed class TestServer : IAsyncDisposable
{
    readonly WebApplication app;

    TestServer(WebApplication app, string connectionString)
    {
        (this.app, ConnectionString) = (app, connectionString);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public string ConnectionString { get; }
    public HttpClient Client { get; }
    public IServiceProvider Services => app.Services;
    public CommitPipeline Pipeline => Services.GetRequiredService<CommitPipeline>();
    public Database Database => Services.GetRequiredService<Database>();

    /// <summary>Starts a server; on <paramref name="connectionString"/>, or on a new migrated database.</summary>
    public static async Task<TestServer> Start(
        string? connectionString = null, Action<WebApplicationBuilder>? configure = null)
    {
        connectionString ??= await PostgresFixture.CreateDatabase();
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Configuration["ConnectionStrings:Tiffin"] = connectionString;
        builder.Configuration["Logging:LogLevel:Default"] = "Warning";
        configure?.Invoke(builder);
        var app = Server.Build(builder);
        await app.StartAsync();
        return new TestServer(app, connectionString);
    }

    public Task Stop(CancellationToken hurry) => app.StopAsync(hurry);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
