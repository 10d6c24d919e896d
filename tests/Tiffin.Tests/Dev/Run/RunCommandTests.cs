using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tiffin.Dev;
using Tiffin.Dev.Run;

namespace Tiffin.Tests.Dev.Run;

/// <summary>Runs the command with a fake server and a real PostgreSQL.</summary>
public sealed class RunCommandTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("tiffin-run-").FullName;
    readonly StringWriter output = new();
    readonly StringWriter errors = new();
    readonly CancellationTokenSource controlC = new();
    readonly TaskCompletionSource<ServerStart> served = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly int port = FreePort.Draw();
    WebApplication? host;

    public RunCommandTests()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute);
    }

    public void Dispose()
    {
        controlC.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task It_starts_postgresql_and_the_server_says_how_to_order_and_stops_both()
    {
        var run = Parse("run", "--data", folder, "--port", $"{port}").InvokeAsync(cancellationToken: controlC.Token);
        var start = await Served(run);
        (await Ask(start.ConnectionString)).ShouldBe("tiffin");
        File.Exists(start.ChainFile).ShouldBeTrue();
        start.Settings["Webhooks:AllowHttp"].ShouldBe("true");
        start.Settings["Webhooks:AllowLoopback"].ShouldBe("true");

        await controlC.CancelAsync();

        (await run).ShouldBe(0, errors.ToString());
        output.ToString().ShouldContain($"http://127.0.0.1:{port}/docs");
        output.ToString().ShouldContain($"http://127.0.0.1:{port}/kitchen/blr-01");
        output.ToString().ShouldContain($"curl -i http://127.0.0.1:{port}/v1/orders ");
        await Should.ThrowAsync<NpgsqlException>(() => Ask(start.ConnectionString));
        await Should.ThrowAsync<HttpRequestException>(() => Get("v1/kitchens"));
    }

    [Fact]
    public async Task A_second_start_finds_the_database_of_the_first()
    {
        for (var time = 0; time < 2; time++)
        {
            using var stop = new CancellationTokenSource();
            var command = Command(async (_, _) =>
            {
                await stop.CancelAsync();
                stop.Token.ThrowIfCancellationRequested();
                throw new InvalidOperationException();
            });
            (await command.Execute(new(folder, port, null, null, 1), stop.Token)).ShouldBe(0, errors.ToString());
        }
    }

    [Fact]
    public async Task A_connection_of_the_callers_is_used_as_it_is_and_a_failed_simulation_leaves_the_server_running()
    {
        var options = new RunOptions(folder, port, "Host=elsewhere", Simulate: 60, Speed: 10);
        var run = Command(Serve).Execute(options, controlC.Token);
        var start = await Served(run);
        start.ConnectionString.ShouldBe("Host=elsewhere");
        // Without it, the key that six kitchens share exceeds its rate limit, and the simulation mostly fails.
        start.Settings["Limits:Kitchen:RequestsPerSecond"].ShouldBe("10000");

        (await Get("v1/kitchens")).ShouldContain("data");
        await controlC.CancelAsync();

        (await run).ShouldBe(0);
        output.ToString().ShouldContain("Simulating 60 orders per minute at 10 times real time.");
        Directory.EnumerateFileSystemEntries(folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_private_rabbitmq_is_started_the_server_uses_it_and_it_stops_with_the_rest()
    {
        var run = Parse("run", "--data", folder, "--connection", "Host=elsewhere", "--port", $"{port}", "--rabbitmq")
            .InvokeAsync(cancellationToken: controlC.Token);
        var url = new Uri((await Served(run)).Settings["Broker:Url"]!);
        await using (var connection = await new RabbitMQ.Client.ConnectionFactory { Uri = url }.CreateConnectionAsync())
            connection.IsOpen.ShouldBeTrue();

        await controlC.CancelAsync();

        (await run).ShouldBe(0, errors.ToString());
        output.ToString().ShouldContain($"RabbitMQ is ready at {url}");
        using var socket = new TcpClient();
        await Should.ThrowAsync<SocketException>(() => socket.ConnectAsync(IPAddress.Loopback, url.Port));
    }

    [Fact]
    public async Task It_ends_when_the_server_stops_by_itself()
    {
        var run = Command(Serve).Execute(new(folder, port, "Host=elsewhere", null, 1), controlC.Token);
        await Served(run);

        await host!.StopAsync();

        (await run).ShouldBe(0);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_reported_before_anything_is_started()
    {
        using var taken = new TcpListener(IPAddress.Loopback, port);
        taken.Start();

        (await Command(Serve).Execute(new(folder, port, null, null, 1), controlC.Token)).ShouldBe(1);

        errors.ToString().ShouldContain("--port");
        Directory.EnumerateFileSystemEntries(folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_reported_without_a_stack_trace()
    {
        var command = Command((_, _) => throw new NpgsqlException("no server at elsewhere:5432"));

        (await command.Execute(new(folder, port, "Host=elsewhere", null, 1), controlC.Token)).ShouldBe(1);
        errors.ToString().Trim().ShouldBe("no server at elsewhere:5432");
    }

    [Theory]
    [InlineData("--port", "0")]
    [InlineData("--port", "http")]
    [InlineData("--simulate", "-1")]
    [InlineData("--speed", "fast")]
    [InlineData("--speed", "9999")]
    public void An_option_out_of_range_is_refused_by_name(string option, string value) =>
        Parse("run", option, value).Errors.ShouldHaveSingleItem().Message.ShouldContain(option);

    [Fact]
    public void The_order_that_is_printed_is_one_that_the_demo_chain_can_make()
    {
        var curl = Welcome.Curl(new("http://127.0.0.1:5080"), "tk_admin");
        curl.ShouldContain("\"+919000012345\"");
        var order = JsonNode.Parse(curl.Split("-d ")[1].Trim('\''))!;
        var chain = DemoChain.Read();

        chain.Kitchens.Single(kitchen => kitchen.Id == (string?)order["kitchenId"])
            .Brands.ShouldContain((string)order["brandId"]!);
        var line = order["lines"]![0]!;
        chain.Items.Single(item => item.Id == (string?)line["itemId"])
            .Modifiers.ShouldContain((string)line["modifiers"]![0]!["itemId"]!);
        curl.ShouldNotBe(Welcome.Curl(new("http://127.0.0.1:5080"), "tk_admin"));
    }

    RunCommand Command(Func<ServerStart, CancellationToken, Task<IHost>> server) =>
        new(server, output, errors, TimeProvider.System);

    ParseResult Parse(params string[] arguments) => new RootCommand { Command(Serve).Build() }.Parse(arguments);

    async Task<IHost> Serve(ServerStart start, CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(start.Address.ToString());
        var app = builder.Build();
        app.MapGet("/v1/kitchens", () => """{"data":[]}""");
        await app.StartAsync(cancel);
        host = app;
        served.TrySetResult(start);
        return app;
    }

    /// <summary>
    /// The arguments with which the server was started; fails if the command ends without starting it.
    /// </summary>
    async Task<ServerStart> Served(Task<int> run)
    {
        (await Task.WhenAny(served.Task, run)).ShouldBe(served.Task, errors.ToString());
        return await served.Task;
    }

    async Task<string> Get(string path)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync($"http://127.0.0.1:{port}/{path}");
    }

    static async Task<string?> Ask(string connectionString)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(unpooled.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT current_database()::text", connection);
        return (string?)await command.ExecuteScalarAsync();
    }
}
