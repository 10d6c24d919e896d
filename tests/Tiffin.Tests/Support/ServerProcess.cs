using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;

namespace Tiffin.Tests.Support;

/// <summary>A server in its own process on a free port, which can be killed, frozen and shut down.</summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    readonly Process process;
    readonly ConcurrentQueue<string> output = [];
    readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    ServerProcess(Process process)
    {
        this.process = process;
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => listening.TrySetException(
            new InvalidOperationException($"The server ended before it listened:\n{Output}"));
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
    }

    /// <summary>
    /// The server's own build output, next to that of the tests: it is not instrumented for coverage, and contains no
    /// libraries of the tests.
    /// </summary>
    public static string Program { get; } =
        AppContext.BaseDirectory.Replace("Tiffin.Tests", "Tiffin", StringComparison.Ordinal);

    public HttpClient Client { get; private set; } = new();

    public string Output => string.Join('\n', output);

    /// <summary>
    /// Starts a server on a migrated database; returns when it listens. Without <paramref name="deadline"/>, requests
    /// may take as long as they need on a busy machine. <paramref name="settings"/> are environment variables.
    /// <paramref name="folder"/> contains another build, whose contract is not checked.
    /// </summary>
    public static async Task<ServerProcess> Start(
        string connectionString, TimeSpan? deadline = null, IReadOnlyDictionary<string, string>? settings = null,
        int port = 0, string? folder = null)
    {
        RecycledDatabase.Keep(connectionString);
        var patient = new NpgsqlConnectionStringBuilder(connectionString) { Timeout = 30 };
        var key = await AdminKey(connectionString);
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(folder ?? Program, "tiffin.dll"), "serve", "--urls", $"http://127.0.0.1:{port}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ConnectionStrings__Tiffin"] = patient.ConnectionString,
                ["Commit__Deadline"] = $"{deadline ?? Eventually.Patience}",
                ["Health__DatabaseTimeout"] = $"{Eventually.Patience}",
                ["Logging__LogLevel__Default"] = "Warning",
                ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information",
            },
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var server = new ServerProcess(Process.Start(start)!);
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        var address = await server.listening.Task.WaitAsync(Eventually.Patience);
        var connections = new SocketsHttpHandler { MaxConnectionsPerServer = 128 };
        if (folder is null) await ApiContract.Load(address);
        server.Client = new HttpClient(folder is null ? new ContractHandler(connections) : connections)
        {
            BaseAddress = address,
            Timeout = Eventually.Patience,
        };
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return server;
    }

    /// <summary>Created before the start: a server without an administrator does not start.</summary>
    internal static async Task<string> AdminKey(string connectionString)
    {
        await using var database = new Database(TestServer.Patient(connectionString));
        using var ring = new KeyRing(
            database, Options.Create(new AccessOptions()), TimeProvider.System, NullLogger<KeyRing>.Instance);
        return (await ring.Create(new Caller(Role.Admin, "test"), "test", null, "test", default)).Key;
    }

    /// <summary>SIGKILL: without notice, and without finishing anything.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP; returns when no thread of the process runs any more.</summary>
    public async Task Freeze()
    {
        await Signal("STOP");
        await Eventually.Holds(
            () => File.ReadAllText($"/proc/{process.Id}/stat").Split(')')[^1].StartsWith(" T"), "a frozen process");
    }

    public Task Thaw() => Signal("CONT");

    /// <summary>SIGTERM; returns the exit code.</summary>
    public async Task<int> Leave()
    {
        await Signal("TERM");
        await process.WaitForExitAsync().WaitAsync(Eventually.Patience);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!process.HasExited) await Kill();
        process.Dispose();
    }

    async Task Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    void Hear(string? line)
    {
        if (line is null) return;
        output.Enqueue(line);
        if (Listening().Match(line) is { Success: true } said) listening.TrySetResult(new Uri(said.Groups[1].Value));
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
