using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tiffin.Bench.Load;

/// <summary>The server in a process of its own, as in production.</summary>
sealed class ServerProcess : IAsyncDisposable
{
    static readonly TimeSpan startMax = TimeSpan.FromSeconds(60);
    const int SaidMax = 5;
    const int LineMax = 300;
    static readonly TimeSpan stopMax = TimeSpan.FromSeconds(30);

    readonly Process process;
    readonly ConcurrentQueue<string> said = [];

    ServerProcess(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    public int Id => process.Id;

    /// <summary>The first lines of its log, which has warnings and errors only.</summary>
    public IReadOnlyCollection<string> Said => said;

    public static async Task<ServerProcess> Start(
        string connectionString, IEnumerable<(string Name, string Value)> settings, CancellationToken cancel)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["host", "--urls", address.ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ConnectionStrings__Tiffin"] = connectionString,
                ["Logging__LogLevel__Default"] = "Warning",
            },
        };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        var server = new ServerProcess(Process.Start(start)!, address);
        server.Listen();
        try
        {
            await server.Answers(cancel);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    void Listen()
    {
        DataReceivedEventHandler hear = (_, line) =>
        {
            if (line.Data is { Length: > 0 } text && said.Count < SaidMax)
                said.Enqueue(text.Length > LineMax ? text[..LineMax] + " …" : text);
        };
        process.OutputDataReceived += hear;
        process.ErrorDataReceived += hear;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    async Task Answers(CancellationToken cancel)
    {
        using var http = new HttpClient();
        var since = Stopwatch.StartNew();
        while (since.Elapsed < startMax && !process.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(Address, "/health/live"), cancel);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50, cancel);
            }
        }
        throw new InvalidOperationException($"the server did not start: {string.Join('\n', said)}");
    }

    public async ValueTask DisposeAsync()
    {
        // On Ctrl-C the terminal has already signalled it.
        if (!process.HasExited)
            using (var stop = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
                await stop.WaitForExitAsync();
        using var patience = new CancellationTokenSource(stopMax);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }
        process.Dispose();
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
