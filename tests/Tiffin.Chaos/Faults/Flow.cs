using System.Net.Sockets;

namespace Tiffin.Chaos.Faults;

/// <summary>
/// One connection through the proxy. When one side closes it, the other side is closed, except while a valve is closed:
/// a partitioned network does not deliver a FIN either.
/// </summary>
sealed class Flow(FaultProxy proxy, TcpClient node, TcpClient database) : IDisposable
{
    /// <summary>About the payload of one Ethernet packet.</summary>
    const int PacketBytes = 1400;

    /// <summary>Only the writer takes the write lock; it sends this text at least once per connection.</summary>
    static readonly byte[] writersLock = "FROM log FOR UPDATE"u8.ToArray();

    public Valve ToDatabase { get; } = new();

    public Valve ToNode { get; } = new();

    public async Task Carry()
    {
        try
        {
            await proxy.Connect(database);
            node.NoDelay = database.NoDelay = true;
            await Task.WhenAny(
                Pump(node, database, proxy.ToDatabase, ToDatabase, looksForWriter: true),
                Pump(database, node, proxy.ToNode, ToNode, looksForWriter: false));
        }
        catch (SocketException)
        {
            // PostgreSQL does not accept connections: close this one.
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Ends both sides with RST instead of FIN.</summary>
    public void Reset()
    {
        foreach (var side in new[] { node, database })
        {
            try
            {
                side.LingerState = new LingerOption(enable: true, seconds: 0);
            }
            // A disposed client no longer has a socket, which .NET reports as a null reference.
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException or NullReferenceException)
            {
                // The connection has already ended.
            }
        }
        Dispose();
    }

    public void Dispose()
    {
        node.Dispose();
        database.Dispose();
        ToDatabase.Open();
        ToNode.Open();
    }

    async Task Pump(TcpClient from, TcpClient to, Valve shared, Valve own, bool looksForWriter)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (true)
            {
                var length = await from.GetStream().ReadAsync(buffer);
                if (looksForWriter && buffer.AsSpan(0, length).IndexOf(writersLock) >= 0) proxy.Writer = this;
                await shared.Pass();
                await own.Pass();
                if (length == 0) return;
                if (proxy.Delay > TimeSpan.Zero) await Task.Delay(proxy.Delay);
                await Write(to.GetStream(), buffer.AsMemory(0, length));
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Closed by the other pump or by a fault.
        }
    }

    async Task Write(NetworkStream to, ReadOnlyMemory<byte> bytes)
    {
        while (proxy.BytesPerSecond is var rate and > 0 && bytes.Length > 0)
        {
            var packet = bytes[..Math.Min(PacketBytes, bytes.Length)];
            await to.WriteAsync(packet);
            await Task.Delay(TimeSpan.FromSeconds((double)packet.Length / rate));
            bytes = bytes[packet.Length..];
        }
        if (bytes.Length > 0) await to.WriteAsync(bytes);
    }
}
