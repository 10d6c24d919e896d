using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tiffin.Cli;
using Tiffin.Edge.OpenApi;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;

namespace Tiffin.Dev.Run;

/// <summary>What a server needs to start.</summary>
/// <param name="ConnectionString">An existing database, empty at the first start, as its owner.</param>
/// <param name="Address">Where to listen.</param>
/// <param name="ChainFile">The demo chain, to be imported once.</param>
/// <param name="Role">As whom the server itself connects; as the owner without.</param>
public sealed record ServerStart(string ConnectionString, Uri Address, string ChainFile, string? Role = null)
{
    /// <summary>What the server's configuration says besides, such as <c>Broker:Url</c>.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    public string ServingConnection => Role is null
        ? ConnectionString
        : new NpgsqlConnectionStringBuilder(ConnectionString) { Username = Role }.ConnectionString;
}

/// <summary>The one place where the development host meets the product.</summary>
static class DevServer
{
    /// <summary>
    /// Migrates the database, imports the chain if there is none yet, and serves. Returns when requests are answered;
    /// stopping the host finishes what is queued.
    /// </summary>
    public static async Task<IHost> Start(ServerStart start, CancellationToken cancel)
    {
        await Migrator.Migrate(start.ConnectionString, cancel: cancel);
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Configuration["ConnectionStrings:Tiffin"] = start.ServingConnection;
        builder.Services.AddSingleton<DevKeys>();
        builder.Configuration.AddInMemoryCollection(Unset(builder.Configuration, start.Settings));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(start.Address.ToString());
        var app = Server.Build(builder);
        // Who asks while the chain is being imported waits for them.
        app.MapGet("/dev/keys", (DevKeys keys, CancellationToken gone) => keys.Made.WaitAsync(gone))
            // A page elsewhere may make a browser ask under another name, but not under these.
            .RequireHost("localhost", "127.0.0.1").Public().ExcludeFromDescription();
        try
        {
            await app.StartAsync(cancel);
            // Once, and not at every start: what an operator has changed since stays changed. The stock comes last, so
            // an import that was interrupted before it is made again.
            if (await IsEmpty(app.Services.GetRequiredService<Database>(), cancel))
                await ChainImport.Run(app.Services.GetRequiredService<CommitPipeline>(), start.ChainFile, cancel);
            await app.Services.GetRequiredService<DevKeys>().Make(cancel);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the environment says wins, such as a mail server of the developer's.</summary>
    static IEnumerable<KeyValuePair<string, string?>> Unset(
        ConfigurationManager configuration, IReadOnlyDictionary<string, string?> settings) =>
        [.. settings.Where(setting => configuration[setting.Key] is null)];

    static async Task<bool> IsEmpty(Database database, CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
        await using var command = new NpgsqlCommand("SELECT NOT EXISTS (SELECT FROM stock)", connection);
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }
}
