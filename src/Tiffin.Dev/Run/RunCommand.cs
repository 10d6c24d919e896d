using System.CommandLine;
using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Tiffin.Cli;
using Tiffin.Dev.Postgres;
using Tiffin.Dev.RabbitMq;
using Tiffin.Dev.Simulation;
using Tiffin.Engine.Storage;

namespace Tiffin.Dev.Run;

/// <summary><c>tiffin-dev run</c>: a private PostgreSQL, the server and optional traffic, until Ctrl-C.</summary>
sealed class RunCommand(
    Func<ServerStart, CancellationToken, Task<IHost>> startServer,
    TextWriter output,
    TextWriter errors,
    TimeProvider time)
{
    const string Database = "tiffin";
    static readonly TimeSpan reportInterval = TimeSpan.FromSeconds(10);

    static readonly string chainFile = Path.Combine(AppContext.BaseDirectory, "demo", "chain.json");

    public Command Build()
    {
        var data = new Option<string>("--data")
        {
            Description = "Folder for the data of the private PostgreSQL",
            DefaultValueFactory = _ => DevPostgresOptions.DefaultDirectory,
        };
        var port = new Option<int>("--port") { Description = "Port of the server", DefaultValueFactory = _ => 5080 };
        var connection = new Option<string?>("--connection")
        {
            Description = "Use your own PostgreSQL instead, such as \"Host=db;Username=tiffin;Database=tiffin\"",
        };
        var simulate = new Option<double?>("--simulate") { Description = "Simulated orders per minute" };
        var speed = new Option<double>("--speed")
        {
            Description = "Speed of the simulated clock, as a multiple of real time",
            DefaultValueFactory = _ => 1,
        };
        var rabbitMq = new Option<bool>("--rabbitmq")
        {
            Description = "Start a private RabbitMQ too, and publish events to it",
        };
        Require(port, value => value is > 0 and <= IPEndPoint.MaxPort, $"a port from 1 to {IPEndPoint.MaxPort}");
        Require(
            simulate, value => value is null or > 0 and <= 60_000, "more than 0 and at most 60000 orders per minute");
        Require(speed, value => value is >= 0.1 and <= 3600, "a factor from 0.1 to 3600");

        var command = new Command("run", "Start Tiffin and its dependencies on this machine")
        {
            data, port, connection, simulate, speed, rabbitMq,
        };
        command.SetAction((parsed, cancel) => Execute(
            new(
                parsed.GetValue(data)!,
                parsed.GetValue(port),
                parsed.GetValue(connection),
                parsed.GetValue(simulate),
                parsed.GetValue(speed),
                parsed.GetValue(rabbitMq)),
            cancel));
        return command;
    }

    /// <summary>Runs until it is cancelled or the server stops, then stops all processes that it started.</summary>
    /// <returns>The exit code: 0, or 1 if it could not start.</returns>
    public async Task<int> Execute(RunOptions options, CancellationToken cancel)
    {
        if (!FreePort.IsFree(options.Port))
            return Fail($"Port {options.Port} of 127.0.0.1 is in use. Choose another with --port.");
        try
        {
            await using var postgres = options.Connection is null ? await StartPostgres(options.Data, cancel) : null;
            var connection = options.Connection ?? postgres!.ConnectionString(Database);
            await using var rabbitMq = options.RabbitMq ? await StartRabbitMq(options.Data, cancel) : null;
            Say("Starting the server …");
            var role = options.Connection is null ? Migrator.ApplicationRole : null;
            var start = new ServerStart(connection, options.Address, chainFile, role)
            {
                Settings = Settings(options, rabbitMq),
            };
            using var host = await startServer(start, cancel);
            Say(Welcome.Text(options.Address, Keys(host)));
            await Serve(host, options, cancel);
            return 0;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception failure) when (failure is DevPostgresException or DevRabbitMqException or NpgsqlException
            or SchemaMismatchException or ChainFileException or IOException)
        {
            return Fail(failure.Message);
        }
    }

    async Task<DevPostgres> StartPostgres(string folder, CancellationToken cancel)
    {
        Say($"Starting PostgreSQL in {folder} …");
        var watch = Stopwatch.StartNew();
        var postgres = await DevPostgres.Start(new(folder), cancel);
        if (!await postgres.HasDatabase(Database))
            await postgres.CreateDatabase(Database);
        Say($"PostgreSQL is ready on port {postgres.Port} after {watch.Elapsed.TotalSeconds:0.0} s.");
        return postgres;
    }

    static DevKeys? Keys(IHost host) => (DevKeys?)host.Services.GetService(typeof(DevKeys));

    async Task<DevRabbitMq> StartRabbitMq(string folder, CancellationToken cancel)
    {
        Say($"Starting RabbitMQ in {folder} …");
        var watch = Stopwatch.StartNew();
        var rabbitMq = await DevRabbitMq.Start(folder, cancel);
        Say($"RabbitMQ is ready at {rabbitMq.Url()} after {watch.Elapsed.TotalSeconds:0.0} s.");
        return rabbitMq;
    }

    static Dictionary<string, string?> Settings(RunOptions options, DevRabbitMq? rabbitMq)
    {
        var settings = new Dictionary<string, string?>
        {
            // Prints messages to customers, unless a mail server is configured.
            ["Notifications:PrintToConsole"] = "true",
            // Webhook endpoints of developers run on this machine, without TLS.
            ["Webhooks:AllowHttp"] = "true",
            ["Webhooks:AllowLoopback"] = "true",
            // The simulation moves the clock when it is faster than real time.
            ["Sandbox:Enabled"] = "true",
        };
        // The simulation has one key for the staff of all kitchens; in production each kitchen has a key and a limit.
        if (options.Simulate is not null)
            foreach (var role in (string[])["Kitchen", "Courier", "Manager"])
                settings[$"Limits:{role}:RequestsPerSecond"] = "10000";
        if (rabbitMq is not null) settings["Broker:Url"] = $"{rabbitMq.Url()}";
        return settings;
    }

    async Task Serve(IHost host, RunOptions options, CancellationToken cancel)
    {
        var lifetime = (IHostApplicationLifetime)host.Services.GetService(typeof(IHostApplicationLifetime))!;
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancel, lifetime.ApplicationStopping);
        try
        {
            if (options.Simulate is { } ordersPerMinute)
            {
                var traffic = new TrafficOptions(ordersPerMinute, options.Speed, Keys: Keys(host)?.OfSimulation);
                await Simulate(options.Address, traffic, stopping.Token);
            }
            await Task.Delay(Timeout.InfiniteTimeSpan, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Say("Stopping …");
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }

    // A failure of the simulation is reported and does not stop the server.
    async Task Simulate(Uri address, TrafficOptions options, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = address };
        var simulator = new TrafficSimulator(http, options, time);
        Say($"Simulating {options.OrdersPerMinute:0.#} orders per minute at {options.Speed:0.#} times real time.");
        using var reporting = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var report = Report(simulator, reporting.Token);
        try
        {
            await simulator.Run(cancel);
        }
        catch (Exception failure) when (failure is HttpRequestException or InvalidOperationException)
        {
            Fail($"The simulation ended: {failure.Message}");
        }
        await reporting.CancelAsync();
        await report;
    }

    async Task Report(TrafficSimulator simulator, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(reportInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
                Say($"{simulator.Now:yyyy-MM-dd HH:mm} UTC: {simulator.Tally}");
        }
        catch (OperationCanceledException)
        {
            Say($"Simulated: {simulator.Tally}");
        }
    }

    void Say(string line) => output.WriteLine(line);

    int Fail(string reason)
    {
        errors.WriteLine(reason);
        return 1;
    }

    static void Require<T>(Option<T> option, Predicate<T?> isValid, string expected) =>
        option.Validators.Add(result =>
        {
            try
            {
                if (!isValid(result.GetValueOrDefault<T>()))
                    result.AddError($"{option.Name} must be {expected}.");
            }
            catch (InvalidOperationException)
            {
                // Not a number at all, which the parser itself reports.
            }
        });
}
