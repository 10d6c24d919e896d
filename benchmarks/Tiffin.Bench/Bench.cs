using Npgsql;
using Tiffin.Bench.Load;
using Tiffin.Dev.Postgres;
using Tiffin.Storage;

namespace Tiffin.Bench;

/// <summary>A saturation scenario: which endpoint, and over how many connections.</summary>
sealed record Scenario(string Name, string Path, int Connections);

/// <summary>One run of a scenario; CPU in seconds per 1,000 requests.</summary>
sealed record Run(Scenario Scenario, LoadResult Load, double ServerCpu, double PostgresCpu, long ServerMemory);

/// <summary>
/// Starts a private durable PostgreSQL, seeds it once, and gives every run a copy and a server process of its own, so
/// that no run stands on what another left behind. Scenarios take turns; what counts are ratios of medians.
/// </summary>
static class Bench
{
    const string Seeded = "seeded";

    static readonly Scenario[] all =
    [
        new("place", "/v1/orders", 512),
        new("place-64", "/v1/orders", 64),
        new("place-single", "/bench/single", 64),
        new("echo", "/bench/echo", 512),
    ];

    public static async Task Run(string[] names, int rounds, TimeSpan time)
    {
        var chosen = all.Where(scenario => names.Length == 0 || names.Contains(scenario.Name)).ToArray();
        await using var postgres = await DevPostgres.Start(
            new DevPostgresOptions(Path.Combine(Path.GetTempPath(), $"tiffin-bench-{Environment.ProcessId}")));
        Console.WriteLine("Seeding …");
        await postgres.CreateDatabase(Seeded);
        var key = await Prepare(Unpooled(postgres, Seeded));
        var runs = new List<Run>();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var scenario in chosen)
            {
                var run = await Run(postgres, scenario, time, key);
                Report.Line(run);
                runs.Add(run);
            }
        }
        Report.Ratios(runs);
    }

    /// <summary>Migrates and seeds a database; answers an admin's key.</summary>
    public static async Task<string> Prepare(string connection)
    {
        await Migrator.Migrate(connection);
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Configuration["ConnectionStrings:Tiffin"] = connection;
        // Seeding is one large batch; it may take its time.
        builder.Configuration["Commit:Deadline"] = "00:01:00";
        builder.Configuration["Logging:LogLevel:Default"] = "Warning";
        await using var app = Server.Build(builder);
        await app.StartAsync();
        var key = await Seed.Load(app.Services);
        await app.StopAsync();
        return key;
    }

    static async Task<Run> Run(DevPostgres postgres, Scenario scenario, TimeSpan time, string key)
    {
        var database = $"run_{Guid.NewGuid():N}";
        await postgres.CreateDatabase(database, Seeded);
        try
        {
            await using var server = await ServerProcess.Start(Unpooled(postgres, database, pooling: true));
            await Wrk.Run(server.Address, scenario.Path, scenario.Connections, TimeSpan.FromSeconds(3), key);
            var before = (Server: ProcessTimes.Cpu(server.Id), Postgres: ProcessTimes.Cpu(postgres.ProcessId));
            var load = await Wrk.Run(server.Address, scenario.Path, scenario.Connections, time, key);
            var thousands = load.PerSecond * time.TotalSeconds / 1000;
            return new Run(
                scenario, load,
                (ProcessTimes.Cpu(server.Id) - before.Server) / thousands,
                (ProcessTimes.Cpu(postgres.ProcessId) - before.Postgres) / thousands,
                ProcessTimes.Memory(server.Id));
        }
        finally
        {
            await postgres.DropDatabase(database);
        }
    }

    static string Unpooled(DevPostgres postgres, string database, bool pooling = false) =>
        new NpgsqlConnectionStringBuilder(postgres.ConnectionString(database)) { Pooling = pooling }.ConnectionString;
}
