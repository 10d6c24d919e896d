using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;

namespace Tiffin.Tests.Support;

/// <summary>A complete server in this process, on a free port and its own database.</summary>
public sealed class TestServer : IAsyncDisposable
{
    /// <summary>Raised because a busy machine may pause for seconds; a test of a limit sets it itself.</summary>
    static readonly string[] limits =
    [
        "Health:DatabaseTimeout", "Commit:Deadline", "Access:AuditWriteTimeout", "Tracking:WriteTimeout",
        "Limits:ExpensiveReadsQueueTimeout",
    ];

    readonly WebApplication app;
    readonly Lazy<Database> owner;
    readonly RecycledDatabase? recycled;
    bool isDisposed;

    TestServer(WebApplication app, string connectionString, RecycledDatabase? recycled, string adminKey)
    {
        (this.app, ConnectionString, this.recycled, AdminKey) = (app, connectionString, recycled, adminKey);
        owner = new(() => new Database(connectionString));
        Address = new Uri(app.Urls.First());
        Client = ClientWith(adminKey);
    }

    public Uri Address { get; }
    public string AdminKey { get; }

    public string ConnectionString { get; }

    /// <summary>Has the credentials of an administrator.</summary>
    public HttpClient Client { get; }
    public IServiceProvider Services => app.Services;
    internal CommitPipeline Pipeline => Services.GetRequiredService<CommitPipeline>();

    /// <summary>The database with the owner's rights; the server's own role has fewer.</summary>
    internal Database Database => owner.Value;

    /// <summary>
    /// Starts a server on <paramref name="connectionString"/>, or on a migrated database that no other test uses until
    /// the server is disposed.
    /// </summary>
    public static async Task<TestServer> Start(
        string? connectionString = null, Action<WebApplicationBuilder>? configure = null)
    {
        if (connectionString is not null) RecycledDatabase.Keep(connectionString);
        var recycled = connectionString is null ? await RecycledDatabase.Take() : null;
        connectionString ??= recycled!.ConnectionString;
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        var patient = Patient(connectionString);
        builder.Configuration["ConnectionStrings:Tiffin"] = patient;
        builder.Configuration["Logging:LogLevel:Default"] = "Warning";
        var patience = $"{Eventually.Patience}";
        foreach (var limit in limits) builder.Configuration[limit] = patience;
        configure?.Invoke(builder);
        if (recycled is not null && builder.Configuration["ConnectionStrings:Tiffin"] == patient
            && !builder.Configuration.GetSection("Database").Exists())
            builder.Services.AddSingleton(recycled.PoolsOf(patient));
        builder.Configuration["Database:IdleTransactionTimeout"] ??= patience;
        builder.Configuration["Database:CommitTimeout"] ??= patience;
        var app = Server.Build(builder);
        await app.StartAsync();
        await ApiContract.Load(new Uri(app.Urls.First()));
        var admin = await app.Services.GetRequiredService<KeyRing>()
            .Create(new Caller(Role.Admin, "test"), "test", null, "test", default);
        return new TestServer(app, connectionString, recycled, admin.Key);
    }

    /// <summary>For the server's role, with long timeouts unless the connection string sets others.</summary>
    internal static string Patient(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Username = Migrator.ApplicationRole };
        var seconds = (int)Eventually.Patience.TotalSeconds;
        if (!settings.ShouldSerialize("Timeout")) settings.Timeout = seconds;
        if (!settings.ShouldSerialize("Command Timeout")) settings.CommandTimeout = seconds;
        return settings.ConnectionString;
    }

    /// <summary>
    /// Sends no credentials. Every response is validated against the API document; <paramref name="handler"/> sends.
    /// </summary>
    public HttpClient Stranger(HttpMessageHandler? handler = null) =>
        new(new ContractHandler(handler ?? new HttpClientHandler())) { BaseAddress = Address };

    /// <summary>Sends a bearer token, valid or not.</summary>
    public HttpClient ClientWith(string token)
    {
        var client = Stranger();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>A client with a new key.</summary>
    public async Task<HttpClient> ClientOf(
        Role role, string[]? kitchens = null, string? channel = null, string? subject = null) =>
        ClientWith(await KeyOf(role, kitchens, channel, subject));

    public async Task<string> KeyOf(
        Role role, string[]? kitchens = null, string? channel = null, string? subject = null)
    {
        var caller = KeyRules.Caller(role, kitchens ?? [], channel, subject);
        return (await Services.GetRequiredService<KeyRing>().Create(caller, "test", null, "test", default)).Key;
    }

    /// <summary>Appends an event without data, which no build writes.</summary>
    public Task AppendEmpty(EventType type) => Session.Run(ConnectionString, $$"""
        INSERT INTO events (position, id, at, order_id, sequence, type, kitchen, brand_id, channel, data)
        SELECT max(position) + 1, gen_random_uuid(), now(), gen_random_uuid(), 1, {{(short)type}}, 'k1', 'dosa', 'app',
            '{}'
        FROM events
        """);

    /// <summary>Waits for the measurement of the last batch, which follows the responses to its callers.</summary>
    public Task HasMeasured() => Eventually.Holds(() => Pipeline.BatchAge, age => age == TimeSpan.Zero, "no batch");

    public Task Stop(CancellationToken hurry) => app.StopAsync(hurry);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, true)) return;
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        if (owner.IsValueCreated) await owner.Value.DisposeAsync();
        if (recycled is not null) await recycled.Return();
    }
}
