using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Health;

public sealed class LeavingTests
{
    static readonly TimeSpan drain = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_graceful_shutdown_turns_not_ready_then_drains_then_exits_with_zero()
    {
        var database = await PostgresFixture.CreateDatabase();
        using var server = Serve(database);
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", await ServerProcess.AdminKey(database));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        try
        {
            await Until(client, HttpStatusCode.OK, deadline.Token);
            var told = Stopwatch.StartNew();
            using (Process.Start("kill", ["-TERM", server.Process.Id.ToString(CultureInfo.InvariantCulture)]))
                await Until(client, HttpStatusCode.ServiceUnavailable, deadline.Token);

            (await client.GetAsync("/health/live", deadline.Token)).StatusCode.ShouldBe(HttpStatusCode.OK);
            // The load balancer still sends requests here: an EventSource that is refused does not come back.
            (await client.OpenStream("/v1/events")).StatusCode.ShouldBe(HttpStatusCode.OK);
            await server.Process.WaitForExitAsync(deadline.Token);

            server.Process.ExitCode.ShouldBe(0);
            told.Elapsed.ShouldBeGreaterThanOrEqualTo(drain);
        }
        finally
        {
            if (!server.Process.HasExited) server.Process.Kill();
        }
    }

    static async Task Until(HttpClient client, HttpStatusCode status, CancellationToken deadline)
    {
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync("/health/ready", deadline);
                if (answer.StatusCode == status) return;
            }
            catch (HttpRequestException) when (status == HttpStatusCode.OK)
            {
                // It does not listen yet.
            }
            await Task.Delay(20, deadline);
        }
    }

    static Served Serve(string connectionString)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "tiffin"), ["serve", "--urls", $"{address}"]);
        start.Environment["ConnectionStrings__Tiffin"] = connectionString;
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["Shutdown__DrainDelay"] = drain.ToString();
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        return new Served(Process.Start(start)!, address);
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    sealed record Served(Process Process, Uri Address) : IDisposable
    {
        public void Dispose() => Process.Dispose();
    }
}
