using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Tiffin.Tests.Support;

/// <summary>When a line is cut, seen from PostgreSQL.</summary>
public enum Cut
{
    /// <summary>The COMMIT never arrives.</summary>
    BeforeCommit,

    /// <summary>It is carried out, and its answer never arrives.</summary>
    AfterCommit,
}

/// <summary>
/// Stands between a server and PostgreSQL, and cuts a writer's line exactly while its COMMIT is unanswered. A COMMIT
/// is seen by its text, so that nothing may be prepared: the connection string says so.
/// </summary>
public sealed class ChaosProxy : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly int port;
    Task? accepting;
    Order? armed;
    int cuts;

    sealed record Order(Cut When, Func<Task> Then);

    ChaosProxy(int port) => this.port = port;

    public int Cuts => cuts;
    public string ConnectionString { get; private set; } = "";

    public static ChaosProxy Before(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var proxy = new ChaosProxy(settings.Port);
        proxy.listener.Start();
        settings.Port = ((IPEndPoint)proxy.listener.LocalEndpoint).Port;
        settings.MaxAutoPrepare = 0;
        proxy.ConnectionString = settings.ConnectionString;
        proxy.accepting = proxy.Accept();
        return proxy;
    }

    /// <summary>Cuts the line of the next batch; <paramref name="then"/> happens before its server notices.</summary>
    public void Arm(Cut when, Func<Task>? then = null) => armed = new Order(when, then ?? (() => Task.CompletedTask));

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
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
            // Disposed of.
        }
    }

    /// <summary>One session. What one side closes is closed for the other.</summary>
    sealed class Line(ChaosProxy proxy, TcpClient server, TcpClient postgres)
    {
        volatile Order? awaited;
        bool isWriter;

        public async Task Carry()
        {
            try
            {
                await postgres.ConnectAsync(IPAddress.Loopback, proxy.port);
                await Task.WhenAny(Pump(server, postgres, Asked), Pump(postgres, server, Answered));
            }
            catch (SocketException)
            {
                // PostgreSQL is away: so are we.
            }
            server.Dispose();
            postgres.Dispose();
        }

        /// <summary>Hands on what comes, until <paramref name="goesOn"/> denies it or the line is closed.</summary>
        static async Task Pump(TcpClient from, TcpClient to, Func<ReadOnlyMemory<byte>, Task<bool>> goesOn)
        {
            var buffer = new byte[1 << 16];
            try
            {
                while (await from.GetStream().ReadAsync(buffer) is > 0 and var length)
                {
                    if (!await goesOn(buffer.AsMemory(0, length))) return;
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, length));
                }
            }
            catch (Exception closed)
                when (closed is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // By the other pump.
            }
        }

        async Task<bool> Asked(ReadOnlyMemory<byte> bytes)
        {
            isWriter |= bytes.Span.IndexOf("FROM log FOR UPDATE"u8) >= 0;
            if (!isWriter || bytes.Span.IndexOf("COMMIT"u8) < 0) return true;
            if (Interlocked.Exchange(ref proxy.armed, null) is not { } order) return true;
            if (order.When == Cut.BeforeCommit) return await Break(order);
            awaited = order;
            return true;
        }

        async Task<bool> Answered(ReadOnlyMemory<byte> bytes)
        {
            if (awaited is not { } order) return true;
            // The tag of the command that was carried out. What came with it may as well be lost.
            return bytes.Span.IndexOf("COMMIT\0"u8) < 0 || await Break(order);
        }

        async Task<bool> Break(Order order)
        {
            Interlocked.Increment(ref proxy.cuts);
            await order.Then();
            return false;
        }
    }
}
