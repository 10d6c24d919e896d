using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tiffin.Dev.Postgres;

namespace Tiffin.Dev.RabbitMq;

/// <summary>
/// A private RabbitMQ on 127.0.0.1, with a name server (epmd) of its own. It stops what it started and leaves alone
/// what another owner runs. The broker is a process of its own: when its owner is killed it goes on, and the next
/// start inherits it.
/// </summary>
public sealed class DevRabbitMq : IAsyncDisposable
{
    static readonly TimeSpan timeoutStart = TimeSpan.FromMinutes(3);

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

    /// <summary>Starts the broker of a folder, creating it when it is new, or adopts it when it is running.</summary>
    /// <param name="directory">A folder of yours; the broker takes the subfolder <c>rabbitmq</c> of it.</param>
    /// <param name="cancel">Gives up waiting, and stops what was started.</param>
    /// <exception cref="DevRabbitMqException">No server is installed, or it does not start.</exception>
    public static async Task<DevRabbitMq> Start(string directory, CancellationToken cancel = default)
    {
        var folder = Path.Combine(Path.GetFullPath(directory), "rabbitmq");
        Directory.CreateDirectory(folder);
        if (RabbitMqPorts.Read(folder) is { } known)
        {
            var running = new DevRabbitMq(folder, known);
            if (running.node.IsRunning && await running.Adopted(cancel)) return running;
        }
        var broker = new DevRabbitMq(folder, RabbitMqPorts.Free());
        await broker.Launch(cancel);
        return broker;
    }

    /// <summary>The address of a virtual host, for the account that only this machine can use.</summary>
    public Uri Url(string virtualHost = "/") =>
        new($"amqp://guest:guest@127.0.0.1:{Port}/{Uri.EscapeDataString(virtualHost)}");

    /// <summary>Creates a virtual host: exchanges and queues of its own.</summary>
    public async Task CreateVirtualHost(string name)
    {
        await node.Control("add_vhost", name);
        await node.Control("set_permissions", "-p", name, "guest", ".*", ".*", ".*");
    }

    /// <summary>Runs <c>rabbitmqctl</c> on the broker; returns what it printed.</summary>
    public Task<string> Control(params string[] arguments) => node.Control(arguments);

    /// <summary>Ends the broker in good order, and its name server.</summary>
    public Task Stop() => node.Stop();

    /// <summary>Ends the broker as a crash would.</summary>
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
        if (await Answers(cancel))
        {
            // The port opens shortly before the broker calls itself started.
            await node.Control("await_startup");
            return;
        }
        await node.Kill();
        cancel.ThrowIfCancellationRequested();
        throw new DevRabbitMqException($"RabbitMQ did not start within {timeoutStart}. Its log: {node.LogFolder}");
    }

    async Task<bool> Adopted(CancellationToken cancel)
    {
        if (!await Answers(cancel)) return false;
        if (owner.IsOrphaned)
        {
            owner.Claim();
            owned = true;
        }
        return true;
    }

    /// <summary>The port opens late, when nearly everything is ready. False if that does not happen.</summary>
    async Task<bool> Answers(CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < timeoutStart && !cancel.IsCancellationRequested)
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

/// <summary>The private broker cannot do what was asked; the message names the value and the remedy.</summary>
public sealed class DevRabbitMqException(string message) : Exception(message);

/// <summary>Of the broker, of its name server, and of the way between nodes and <c>rabbitmqctl</c>.</summary>
sealed record RabbitMqPorts(int Amqp, int NameServer, int Distribution)
{
    const string FileName = "ports";

    public static RabbitMqPorts Free()
    {
        var listeners = Enumerable.Range(0, 3).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        foreach (var listener in listeners) listener.Start();
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToList();
        foreach (var listener in listeners) listener.Dispose();
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
