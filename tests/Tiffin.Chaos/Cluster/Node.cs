using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Tiffin.Chaos.Faults;
using Tiffin.Dev;

namespace Tiffin.Chaos.Cluster;

/// <summary>A server process on its own port, with a proxy to its database. It can be killed and restarted.</summary>
sealed class Node : IAsyncDisposable
{
    static readonly TimeSpan startMax = TimeSpan.FromMinutes(2);
    static readonly TimeSpan startPoll = TimeSpan.FromMilliseconds(100);

    /// <summary>Above the server's own deadline of 5 s: only a frozen node takes longer.</summary>
    static readonly TimeSpan requestMax = TimeSpan.FromSeconds(8);

    readonly string connectionString;
    readonly StreamWriter log;
    readonly Lock logging = new();
    Process? process;

    /// <param name="connectionString">The node's, through its proxy.</param>
    public Node(int number, string connectionString, FaultProxy? proxy, string folder, SkewedClock? clock)
    {
        (Number, this.connectionString, Proxy, Clock) = (number, connectionString, proxy, clock);
        Address = new Uri($"http://127.0.0.1:{FreePort.Draw()}");
        log = new StreamWriter(Path.Combine(folder, $"node-{number}.log")) { AutoFlush = true };
        var connections = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 512, ConnectTimeout = TimeSpan.FromSeconds(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        };
        Client = new HttpClient(connections) { BaseAddress = Address, Timeout = requestMax };
        // No timeout: streams last as long as the run.
        Stream = new HttpClient(connections) { BaseAddress = Address, Timeout = Timeout.InfiniteTimeSpan };
    }

    public int Number { get; }

    public Uri Address { get; }

    public FaultProxy? Proxy { get; }

    public SkewedClock? Clock { get; }

    public HttpClient Client { get; }

    public HttpClient Stream { get; }

    public void Authorize(string key)
    {
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        Stream.DefaultRequestHeaders.Authorization = Client.DefaultRequestHeaders.Authorization;
    }

    /// <summary>Returns when the process listens; it need not be ready.</summary>
    public async Task Start(CancellationToken cancel)
    {
        var start = new ProcessStartInfo("dotnet", [Deployable.Program, "serve", "--urls", $"{Address}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ConnectionStrings__Tiffin"] = connectionString,
                ["Logging__LogLevel__Default"] = "Warning",
                // The nodes are one service: a replay by another node has the same links.
                ["Tracking__PublicUrl"] = "https://orders.example",
            },
        };
        foreach (var (name, value) in Clock?.Environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Log(line.Data);
        process.ErrorDataReceived += (_, line) => Log(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Answers(cancel);
    }

    public async Task Kill()
    {
        if (process is null) return;
        Signals.Kill(process.Id);
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public void Freeze() => Signals.Freeze(process!.Id);

    public void Thaw() => Signals.Thaw(process!.Id);

    /// <summary>The wall clock of the process, from the Date header of its responses.</summary>
    public async Task<DateTimeOffset> TellTime(CancellationToken cancel)
    {
        using var answer = await Client.GetAsync("/health/live", cancel);
        return answer.Headers.Date!.Value;
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        if (Proxy is not null) await Proxy.DisposeAsync();
        Client.Dispose();
        Stream.Dispose();
        lock (logging) log.Dispose();
    }

    async Task Answers(CancellationToken cancel)
    {
        var since = Stopwatch.StartNew();
        while (since.Elapsed < startMax)
        {
            if (process!.HasExited)
                throw new InvalidOperationException(
                    $"Node {Number} ended with exit code {process.ExitCode} before it listened; its log says why.");
            try
            {
                using var answer = await Client.GetAsync("/health/live", cancel);
                return;
            }
            catch (Exception notYet) when (notYet is HttpRequestException or SocketException
                || (notYet is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                await Task.Delay(startPoll, cancel);
            }
        }
        throw new TimeoutException($"Node {Number} did not listen on {Address} within {startMax}.");
    }

    void Log(string? line)
    {
        if (line is null) return;
        lock (logging)
        {
            if (log.BaseStream is { CanWrite: true }) log.WriteLine(line);
        }
    }
}
