using Npgsql;
using Tiffin.Bench.Load;
using Tiffin.Bench.OpenLoop;
using Tiffin.Bench.Results;

namespace Tiffin.Bench;

/// <summary>A database and its servers for one run; both are removed on disposal.</summary>
sealed class Site(Lab lab, string database, string connectionString) : IAsyncDisposable
{
    readonly List<ServerProcess> servers = [];

    public string ConnectionString => connectionString;

    public Uri Address => servers[0].Address;

    public IEnumerable<Uri> Addresses => servers.Select(server => server.Address);

    public async Task StartServers(SiteOptions options, CancellationToken cancel)
    {
        for (var i = 0; i < options.Servers; i++)
            servers.Add(await ServerProcess.Start(connectionString, options.Settings, cancel));
    }

    public async Task StopServers()
    {
        foreach (var server in servers)
        {
            await server.DisposeAsync();
            foreach (var line in server.Said) Console.WriteLine($"  server log: {line}");
        }
        servers.Clear();
    }

    public async Task<object?> Execute(string sql, CancellationToken cancel)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 0 };
        await using var connection = new NpgsqlConnection(unpooled.ConnectionString);
        await connection.OpenAsync(cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancel);
    }

    /// <summary>Sends load until the rate no longer rises.</summary>
    public async Task WarmUp(WrkPlan plan, BenchPlan bench, CancellationToken cancel)
    {
        var policy = bench.WarmUp();
        double perSecond;
        do perSecond = (await Load(plan, bench.Window, cancel)).Sum(window => window.PerSecond);
        while (!policy.IsDone(perSecond));
    }

    /// <summary>Saturates all servers, with equal shares of the connections.</summary>
    public Task<WrkResult[]> Load(WrkPlan plan, TimeSpan time, CancellationToken cancel) =>
        Task.WhenAll(Addresses.Select(address => Wrk.Run(address, Share(plan), time, cancel)));

    /// <summary>Saturates all servers and measures the cost.</summary>
    public async Task<Measurement> Saturate(string name, WrkPlan plan, BenchPlan bench, CancellationToken cancel)
    {
        WrkResult[] loads = [];
        var measurement = await Measure(name, async () =>
        {
            loads = await Load(plan, bench.Time, cancel);
            return loads.Sum(load => load.PerSecond) * bench.Time.TotalSeconds;
        }, cancel);
        return measurement with
        {
            PerSecond = loads.Sum(load => load.PerSecond),
            Latency = loads.MaxBy(load => load.Latency.P99)!.Latency,
            Errors = Counted(("refused", loads.Sum(load => load.Refused)), ("broken", loads.Sum(load => load.Broken))),
            Figures = loads.Length == 1
                ? measurement.Figures
                : loads.Select((load, i) => ($"node {i + 1} /s", load.PerSecond)).ToDictionary(),
        };
    }

    /// <summary>Sends open-loop load to the first server.</summary>
    public async Task<(Measurement Measurement, Tally Tally)> Follow(
        string name, ITraffic traffic, OpenLoopPlan plan, CancellationToken cancel)
    {
        var tally = new Tally();
        var load = TimeSpan.Zero;
        var measurement = await Measure(name, async () =>
        {
            var before = Environment.CpuUsage.TotalTime;
            tally = await OpenLoopRun.Run(Address, traffic, plan, cancel);
            load = Environment.CpuUsage.TotalTime - before;
            var share = plan.Time / (plan.Time + plan.WarmUp);
            return tally.Latency(Tally.IsGood).Count / share;
        }, cancel);
        return (measurement with
        {
            PerSecond = tally.Latency(Tally.IsGood).Count / plan.Time.TotalSeconds,
            Latency = Latencies.Of(tally.Latency(_ => true)),
            Errors = tally.Errors(),
            LoadCores = Math.Round(load / (plan.Time + plan.WarmUp), 3),
        }, tally);
    }

    public double ServerMemoryMiB => servers.Sum(server => ProcessTimes.Memory(server.Id)) / (double)(1 << 20);

    public async ValueTask DisposeAsync()
    {
        await StopServers();
        await lab.Drop(database);
    }

    WrkPlan Share(WrkPlan plan) => plan with { Connections = plan.Connections / servers.Count };

    /// <summary>Measures the cost of a load; <paramref name="load"/> returns its number of requests.</summary>
    public async Task<Measurement> Measure(string name, Func<Task<double>> load, CancellationToken cancel)
    {
        var (server, postgres, batches) = (ServerCpu(), ProcessTimes.Cpu(lab.PostgresProcess), await Batches(cancel));
        var thousands = await load() / 1000;
        var (usedByServer, usedByPostgres) = (ServerCpu() - server, ProcessTimes.Cpu(lab.PostgresProcess) - postgres);
        var after = await Batches(cancel);
        return new Measurement(name)
        {
            // Without successes, the cost per success is undefined.
            ServerCpu = thousands > 0 ? Math.Round(usedByServer / thousands, 4) : null,
            PostgresCpu = thousands > 0 ? Math.Round(usedByPostgres / thousands, 4) : null,
            ServerMemoryMiB = Math.Round(ServerMemoryMiB, 1),
            BatchSize = after.Count > batches.Count
                ? Math.Round((after.Sum - batches.Sum) / (after.Count - batches.Count), 1)
                : null,
        };
    }

    double ServerCpu() => servers.Sum(server => ProcessTimes.Cpu(server.Id));

    async Task<(double Sum, double Count)> Batches(CancellationToken cancel)
    {
        var (sum, count) = (0.0, 0.0);
        foreach (var address in Addresses)
        {
            var metrics = await Metrics.Read(address, cancel);
            sum += metrics.Sum("tiffin_commit_batch_size_sum");
            count += metrics.Sum("tiffin_commit_batch_size_count");
        }
        return (sum, count);
    }

    static Dictionary<string, long> Counted(params (string Name, long Count)[] counts) =>
        counts.Where(count => count.Count > 0).ToDictionary(count => count.Name, count => count.Count);
}
