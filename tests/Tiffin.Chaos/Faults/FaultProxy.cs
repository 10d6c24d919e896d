using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Tiffin.Chaos.Faults;

/// <summary>
/// A proxy between one node and PostgreSQL. It can hold bytes back in one direction or both, for all connections or
/// only the writer's, delay or throttle them, and reset connections. Nothing is dropped within a stream: held bytes
/// follow when the fault ends, as TCP retransmits lost ones.
/// </summary>
sealed class FaultProxy : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentDictionary<Flow, bool> flows = new();
    readonly Task accepting;
    readonly Func<int> databasePort;

    public FaultProxy(Func<int> databasePort)
    {
        this.databasePort = databasePort;
        listener.Start();
        accepting = Accept();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public Valve ToDatabase { get; } = new();

    public Valve ToNode { get; } = new();

    /// <summary>Added to each write, in both directions.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>The rate of each connection and direction; 0 is unlimited.</summary>
    public int BytesPerSecond { get; set; }

    /// <summary>The connection that last took the log's lock for the first time.</summary>
    public Flow? Writer { get; set; }

    /// <summary>Returns how many connections were reset.</summary>
    public int ResetAll()
    {
        var hit = flows.Keys.ToList();
        foreach (var flow in hit) flow.Reset();
        return hit.Count;
    }

    public void Heal()
    {
        (Delay, BytesPerSecond) = (TimeSpan.Zero, 0);
        ToDatabase.Open();
        ToNode.Open();
        foreach (var flow in flows.Keys)
        {
            flow.ToDatabase.Open();
            flow.ToNode.Open();
        }
    }

    public Task Connect(TcpClient database) => database.ConnectAsync(IPAddress.Loopback, databasePort());

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        ResetAll();
        Heal();
        await accepting;
    }

    async Task Accept()
    {
        try
        {
            while (true) _ = Carry(new Flow(this, await listener.AcceptTcpClientAsync(), new TcpClient()));
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    async Task Carry(Flow flow)
    {
        flows[flow] = true;
        await flow.Carry();
        flows.TryRemove(flow, out _);
    }
}
