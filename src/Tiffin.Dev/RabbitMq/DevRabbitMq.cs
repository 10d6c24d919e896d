using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tiffin.Dev.Postgres;

namespace Tiffin.Dev.RabbitMq;

/// <summary>
/// A private RabbitMQ on 127.0.0.1, with its own name server (epmd). It stops only what it started itself. The broker
/// is a separate process: it survives when its owner is killed, and the next start adopts it.
/// </summary>
sealed class DevRabbitMq : IAsyncDisposable
{
    static readonly TimeSpan startTimeout = TimeSpan.FromMinutes(3);

    readonly RabbitMqNode node;
    readonly OwnerFile owner;
    bool owned;

    DevRabbitMq(string folder, RabbitMqPorts ports)
    {
        node = new(folder, ports);
        owner = new(folder);
    }

    /// <summary>The port on 127.0.0.1, the same for the life of this object.</summary>
    public int Port => node.Ports.Amqp;

    /// <summary>Starts the broker of a folder: creates it if it is new, adopts it if it is running.</summary>
    /// <param name="directory">The broker uses the subfolder <c>rabbitmq</c>.</param>
    /// <param name="cancel">Cancels the start, and stops the processes that were started.</param>
    /// <exception cref="DevRabbitMqException">No server is installed, or it does not start.</exception>
    public static async Task<DevRabbitMq> Start(string directory, CancellationToken cancel = default)
    {
        var folder = Path.Combine(Path.GetFullPath(directory), "rabbitmq");
        Directory.CreateDirectory(folder);
        if (RabbitMqPorts.Read(folder) is { } known)
        {
            var running = new DevRabbitMq(folder, known);
            if (running.node.IsRunning && await running.TryAdopt(cancel)) return running;
        }
        var broker = new DevRabbitMq(folder, RabbitMqPorts.Free());
        await broker.Launch(cancel);
        return broker;
    }

    /// <summary>URL of a virtual host, with the guest account, which is accepted only from this machine.</summary>
    public Uri Url(string virtualHost = "/") =>
        new($"amqp://guest:guest@127.0.0.1:{Port}/{Uri.EscapeDataString(virtualHost)}");

    /// <summary>Creates a virtual host, with its own exchanges and queues.</summary>
    public async Task CreateVirtualHost(string name)
    {
        await node.Control("add_vhost", name);
        await node.Control("set_permissions", "-p", name, "guest", ".*", ".*", ".*");
    }

    /// <summary>Runs <c>rabbitmqctl</c> on the broker and returns its output.</summary>
    public Task<string> Control(params string[] arguments) => node.Control(arguments);

    /// <summary>Stops the broker and its name server.</summary>
    public Task Stop() => node.Stop();

    /// <summary>Kills the broker, as in a crash.</summary>
    public Task StopImmediate() => node.Kill();

    /// <summary>Starts the broker again after a stop, on the same port.</summary>
    public Task StartAgain() => Launch(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (owned) await Stop();
    }

    async Task Launch(CancellationToken cancel)
    {
        await node.Launch();
        owner.Claim();
        owned = true;
        if (await WaitForPort(cancel))
        {
            // The port opens shortly before the broker reports that it has started.
            await node.Control("await_startup");
            return;
        }
        await node.Kill();
        cancel.ThrowIfCancellationRequested();
        throw new DevRabbitMqException($"RabbitMQ did not start within {startTimeout}. Its log: {node.LogFolder}");
    }

    async Task<bool> TryAdopt(CancellationToken cancel)
    {
        if (!await WaitForPort(cancel)) return false;
        if (owner.IsOrphaned)
        {
            owner.Claim();
            owned = true;
        }
        return true;
    }

    // The port opens late, when the broker is almost ready. False if it does not open in time.
    async Task<bool> WaitForPort(CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < startTimeout && !cancel.IsCancellationRequested)
        {
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, Port, cancel);
                return true;
            }
            catch (Exception away) when (away is SocketException or OperationCanceledException)
            {
                await Task.Delay(100, CancellationToken.None);
            }
        }
        return false;
    }
}

/// <summary>An operation of the private broker failed. The message contains the value and the remedy.</summary>
sealed class DevRabbitMqException(string message) : Exception(message);

/// <summary>Ports of the broker, its name server, and Erlang distribution, which <c>rabbitmqctl</c> uses.</summary>
sealed record RabbitMqPorts(int Amqp, int NameServer, int Distribution)
{
    const string FileName = "ports";

    public static RabbitMqPorts Free()
    {
        var ports = FreePort.Draw(3);
        return new(ports[0], ports[1], ports[2]);
    }

    public static RabbitMqPorts? Read(string folder)
    {
        var file = Path.Combine(folder, FileName);
        if (!File.Exists(file)) return null;
        var ports = File.ReadAllText(file).Split(' ')
            .Select(port => int.TryParse(port, CultureInfo.InvariantCulture, out var number) ? number : 0).ToList();
        return ports is [> 0, > 0, > 0] ? new(ports[0], ports[1], ports[2]) : null;
    }

    public void Write(string folder) =>
        File.WriteAllText(Path.Combine(folder, FileName), $"{Amqp} {NameServer} {Distribution}");
}
