using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Tiffin.Tests.Support;

/// <summary>When a connection is cut, from the viewpoint of PostgreSQL.</summary>
public enum Cut
{
    /// <summary>The COMMIT never arrives.</summary>
    BeforeCommit,

    /// <summary>Half of the request that ends with the COMMIT arrives.</summary>
    WithinCommit,

    /// <summary>The COMMIT is executed, but its response never arrives.</summary>
    AfterCommit,
}

/// <summary>
/// A proxy between a server and PostgreSQL that breaks or silences connections. A silent connection stays open, as in a
/// network that drops every packet. A COMMIT is recognized by its text, so Arm needs unprepared statements.
/// </summary>
public sealed class ChaosProxy : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentDictionary<Line, bool> lines = [];
    readonly TaskCompletionSource disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly int port;
    Task? accepting;
    Order? armed;
    int cuts;
    volatile bool isSilent;

    sealed record Order(Cut When, bool Silently, Func<Task> Then);

    ChaosProxy(int port) => this.port = port;

    public int Cuts => cuts;
    public string ConnectionString { get; private set; } = "";

    public static ChaosProxy Before(string connectionString, bool prepares = false)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var proxy = new ChaosProxy(settings.Port);
        proxy.listener.Start();
        settings.Port = ((IPEndPoint)proxy.listener.LocalEndpoint).Port;
        if (!prepares) settings.MaxAutoPrepare = 0;
        proxy.ConnectionString = settings.ConnectionString;
        proxy.accepting = proxy.Accept();
        return proxy;
    }

    /// <summary>
    /// Cuts the next batch's connection; <paramref name="then"/> runs before the server notices.
    /// </summary>
    public void Arm(Cut when, Func<Task>? then = null, bool silently = false) =>
        armed = new Order(when, silently, then ?? (() => Task.CompletedTask));

    /// <summary>Silences the connections that have written batches. New ones work.</summary>
    public void SilenceWriter()
    {
        foreach (var line in lines.Keys) line.SilenceWriter();
    }

    /// <summary>
    /// Silences the connections that listen for notifications and returns their number. New ones work.
    /// </summary>
    public int SilenceListeners() => lines.Keys.Count(line => line.SilenceListener());

    /// <summary>Resets the open connections. New ones work.</summary>
    public void ResetAll()
    {
        foreach (var line in lines.Keys) line.Reset();
    }

    /// <summary>Silences all connections, including new ones, which are still accepted.</summary>
    public void SilenceAll() => isSilent = true;

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        disposed.TrySetResult();
        await accepting!;
    }

    async Task Accept()
    {
        try
        {
            while (true) _ = new Line(this, await listener.AcceptTcpClientAsync(), new TcpClient()).Carry();
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    /// <summary>One session. When one side closes it, the other side is closed, unless the line is silent.</summary>
    sealed class Line(ChaosProxy proxy, TcpClient server, TcpClient postgres)
    {
        volatile Order? awaited;
        volatile bool isWriter;
        volatile bool isListener;
        volatile bool isBroken;
        volatile bool isSilent;

        bool IsSilent => isSilent || proxy.isSilent;

        public void SilenceWriter() => isSilent |= isWriter;

        public bool SilenceListener() => isSilent |= isListener;

        public void Reset() => server.Client.Close(timeout: 0);

        public async Task Carry()
        {
            proxy.lines[this] = true;
            try
            {
                await postgres.ConnectAsync(IPAddress.Loopback, proxy.port);
                await Task.WhenAny(Pump(server, postgres, Asked), Pump(postgres, server, Answered));
                if (IsSilent) await proxy.disposed.Task;
            }
            catch (SocketException)
            {
                // PostgreSQL does not accept connections: close this one.
            }
            proxy.lines.TryRemove(this, out _);
            server.Dispose();
            postgres.Dispose();
        }

        async Task Pump(TcpClient from, TcpClient to, Func<ReadOnlyMemory<byte>, Task> look)
        {
            var buffer = new byte[1 << 16];
            try
            {
                while (await from.GetStream().ReadAsync(buffer) is > 0 and var length)
                {
                    if (!IsSilent) await look(buffer.AsMemory(0, length));
                    if (isBroken) return;
                    if (!IsSilent) await to.GetStream().WriteAsync(buffer.AsMemory(0, length));
                }
            }
            catch (Exception closed)
                when (closed is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // Closed by the other pump.
            }
        }

        async Task Asked(ReadOnlyMemory<byte> bytes)
        {
            isWriter |= bytes.Span.IndexOf("FROM log FOR UPDATE"u8) >= 0;
            isListener |= bytes.Span.IndexOf("LISTEN "u8) >= 0;
            if (!isWriter || bytes.Span.IndexOf("COMMIT"u8) < 0) return;
            if (Interlocked.Exchange(ref proxy.armed, null) is not { } order) return;
            if (order.When == Cut.AfterCommit)
            {
                awaited = order;
                return;
            }
            if (order.When == Cut.WithinCommit) await postgres.GetStream().WriteAsync(bytes[..(bytes.Length / 2)]);
            await Break(order);
        }

        async Task Answered(ReadOnlyMemory<byte> bytes)
        {
            if (awaited is not { } order) return;
            // The tag of the completed command. Bytes that arrived with it may be lost as well.
            if (bytes.Span.IndexOf("COMMIT\0"u8) >= 0) await Break(order);
        }

        async Task Break(Order order)
        {
            Interlocked.Increment(ref proxy.cuts);
            await order.Then();
            if (order.Silently) isSilent = true;
            else isBroken = true;
        }
    }
}
