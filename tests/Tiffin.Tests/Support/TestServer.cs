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

/// <summary>A whole server in this process, on a free port and a database of its own.</summary>
public sealed class TestServer : IAsyncDisposable
{
    /// <summary>A busy machine pauses for seconds, and is not tested for that: what tests a limit sets it.</summary>
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

    /// <summary>Speaks for an administrator.</summary>
    public HttpClient Client { get; }
    public IServiceProvider Services => app.Services;
    internal CommitPipeline Pipeline => Services.GetRequiredService<CommitPipeline>();

    /// <summary>The owner's way into the database; the server itself has a role that may do less.</summary>
    internal Database Database => owner.Value;

    /// <summary>
    /// Starts a server; on <paramref name="connectionString"/>, or on a migrated database that no other test uses until
    /// the server is disposed of.
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

    /// <summary>Of the server's role, who waits for a busy machine unless the connection string has limits.</summary>
    internal static string Patient(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Username = Migrator.ApplicationRole };
        var seconds = (int)Eventually.Patience.TotalSeconds;
        if (!settings.ShouldSerialize("Timeout")) settings.Timeout = seconds;
        if (!settings.ShouldSerialize("Command Timeout")) settings.CommandTimeout = seconds;
        return settings.ConnectionString;
    }

    /// <summary>
    /// Sends no credentials. Every answer is held against the API document; <paramref name="handler"/> is what sends.
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

    /// <summary>A client with a key that is created here.</summary>
    public async Task<HttpClient> ClientOf(
        Role role, string[]? kitchens = null, string? channel = null, string? subject = null) =>
        ClientWith(await KeyOf(role, kitchens, channel, subject));

    public async Task<string> KeyOf(
        Role role, string[]? kitchens = null, string? channel = null, string? subject = null)
    {
        var caller = KeyRules.Caller(role, kitchens ?? [], channel, subject);
        return (await Services.GetRequiredService<KeyRing>().Create(caller, "test", null, "test", default)).Key;
    }

    /// <summary>Puts an event without data into the log, as no build writes it.</summary>
    public Task AppendEmpty(EventType type) => Session.Run(ConnectionString, $$"""
        INSERT INTO events (position, id, at, order_id, sequence, type, kitchen, brand_id, channel, data)
        SELECT max(position) + 1, gen_random_uuid(), now(), gen_random_uuid(), 1, {{(short)type}}, 'k1', 'dosa', 'app',
            '{}'
        FROM events
        """);

    /// <summary>A batch is measured a moment after its callers have their answers.</summary>
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
