using Npgsql;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;
using Tiffin.Features.Orders;

namespace Tiffin.Bench.Yardsticks;

/// <summary>The server with the baseline endpoints, so that they run in the same process.</summary>
static class BenchHost
{
    /// <summary>Host name of requests that place each order in its own transaction.</summary>
    public const string SingleHost = "single.bench";

    /// <summary>Setting that disables authentication.</summary>
    public static readonly (string Name, string Value) IsOpen = ("Bench__Open", "true");

    static readonly Caller caller = new(Role.Admin, "bench");

    public static async Task Run(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        if (builder.Configuration.GetValue<bool>("Bench:Open"))
            builder.Services.AddSingleton<MatcherPolicy, OpenDoor>();
        await using var app = Server.Build(builder);
        var connection = new NpgsqlConnectionStringBuilder(DatabaseSettings.ConnectionString(app.Configuration))
        {
            // Measured: 64 connections have the highest throughput on two cores.
            MaxPoolSize = 64,
            MaxAutoPrepare = 20,
            NoResetOnClose = true,
        };
        var database = NpgsqlDataSource.Create(connection.ConnectionString);
        SinglePlacer? placer = null;
        // The same route, and so the same access control, selected by the Host header.
        app.MapPost("/v1/orders", async (PlaceOrderRequest body, HttpContext context) =>
        {
            var channel = context.Caller();
            if (IdempotencyKey.Read(context, channel, out var key) is { } missing) return missing;
            var fingerprint = IdempotencyKey.Fingerprint(context, body, OrdersJson.Strict.PlaceOrderRequest);
            var document = await placer!.Place(
                body.ToCommand(channel, key, fingerprint, DateTimeOffset.UtcNow));
            return (IResult)new OrderResult(document, channel, 201);
        }).RequireHost(SingleHost);
        app.MapPost("/bench/echo", (PlaceOrderRequest body) =>
            TypedResults.Json(body, OrdersJson.Strict.PlaceOrderRequest)).Public();

        await app.StartAsync();
        placer = await Load(app.Services, database);
        await app.WaitForShutdownAsync();
    }

    static async Task<SinglePlacer> Load(IServiceProvider services, NpgsqlDataSource database)
    {
        // A rejected command makes the pipeline load the catalogue.
        var pipeline = services.GetRequiredService<CommitPipeline>();
        await pipeline.Submit(new Domain.Inventory.SetThreshold("none", "none", 0) { Caller = caller });
        await using var connection = await services.GetRequiredService<Database>().OpenRequest(CancellationToken.None);
        var (_, last) = await EventTable.Bounds(connection, CancellationToken.None);
        return await new SinglePlacer(database, pipeline.Catalogue, last).Prepared();
    }
}
