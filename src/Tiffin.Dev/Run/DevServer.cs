using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tiffin.Cli;
using Tiffin.Edge;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;

namespace Tiffin.Dev.Run;

/// <summary>Parameters of a server start.</summary>
/// <param name="ConnectionString">Connects as owner to an existing database, which is empty at the first start.</param>
/// <param name="Address">The URL to listen on.</param>
/// <param name="ChainFile">The demo chain, imported at the first start.</param>
/// <param name="Role">The database role of the server; the owner if null.</param>
sealed record ServerStart(string ConnectionString, Uri Address, string ChainFile, string? Role = null)
{
    /// <summary>Further settings of the server, such as <c>Broker:Url</c>.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    public string ServingConnection => Role is null
        ? ConnectionString
        : new NpgsqlConnectionStringBuilder(ConnectionString) { Username = Role }.ConnectionString;
}

/// <summary>Runs the product in the development host.</summary>
static class DevServer
{
    /// <summary>
    /// Migrates the database, imports the demo chain if the database is empty, and starts the server. Returns when the
    /// server is ready. Stopping the host finishes queued commands.
    /// </summary>
    public static async Task<IHost> Start(ServerStart start, CancellationToken cancel)
    {
        await Migrator.Migrate(start.ConnectionString, cancel: cancel);
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Configuration["ConnectionStrings:Tiffin"] = start.ServingConnection;
        builder.Services.AddSingleton<DevKeys>();
        builder.Configuration.AddInMemoryCollection(NotOverridden(builder.Configuration, start.Settings));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(start.Address.ToString());
        var app = Server.Build(builder);
        // Waits until the chain is imported and the keys exist.
        app.MapGet("/dev/keys", (DevKeys keys, CancellationToken cancel) => keys.Created.WaitAsync(cancel))
            // Against DNS rebinding: a page of another site cannot use these host names.
            .RequireHost("localhost", "127.0.0.1").Public().ExcludeFromDescription();
        try
        {
            await app.StartAsync(cancel);
            // Only once, to keep later changes. Stock is imported last, so an interrupted import leaves none and runs
            // again.
            if (await IsEmpty(app.Services.GetRequiredService<Database>(), cancel))
                await ChainImport.Run(app.Services.GetRequiredService<CommitPipeline>(), start.ChainFile, cancel);
            await app.Services.GetRequiredService<DevKeys>().Create(cancel);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    // Environment variables override these settings, for example with the developer's own mail server.
    static IEnumerable<KeyValuePair<string, string?>> NotOverridden(
        ConfigurationManager configuration, IReadOnlyDictionary<string, string?> settings) =>
        [.. settings.Where(setting => configuration[setting.Key] is null)];

    static async Task<bool> IsEmpty(Database database, CancellationToken cancel)
    {
        await using var connection = await database.OpenRequest(cancel);
        await using var command = new NpgsqlCommand("SELECT NOT EXISTS (SELECT FROM stock)", connection);
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }
}
