using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Tiffin.Bench.OpenLoop;

namespace Tiffin.Bench.Traffic;

/// <summary>
/// Customers who follow their orders by event streams. Latency counts from the time in the event, which is when it was
/// decided (before its commit), by the clock of the same machine.
/// </summary>
sealed class TrackerCrowd : IDisposable
{
    readonly List<Tracker> trackers = [];
    readonly Lock gate = new();
    readonly LatencyHistogram latencies = new();
    DateTimeOffset from = DateTimeOffset.MaxValue;

    public LatencyHistogram Latencies
    {
        get
        {
            lock (gate)
            {
                var copy = new LatencyHistogram();
                copy.Add(latencies);
                return copy;
            }
        }
    }

    public int Count => trackers.Count;

    /// <summary>Open streams.</summary>
    public int Following => trackers.Count(tracker => tracker.IsFollowing);

    /// <summary>Earlier events are not counted: streams start with past events.</summary>
    public void CountFromNow() => from = DateTimeOffset.UtcNow;

    public void Follow(Uri server, IEnumerable<OrderAt> orders)
    {
        var address = new IPEndPoint(IPAddress.Loopback, server.Port);
        foreach (var order in orders) trackers.Add(new Tracker(address, order.TrackPath, Told));
    }

    public void Dispose()
    {
        foreach (var tracker in trackers) tracker.Dispose();
    }

    void Told(DateTimeOffset at)
    {
        var now = DateTimeOffset.UtcNow;
        if (at < from) return;
        lock (gate) latencies.Record(now - at);
    }

    sealed class Tracker : IDisposable
    {
        readonly byte[] buffer = new byte[2048];
        readonly Action<DateTimeOffset> told;
        readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        int count;

        public Tracker(IPEndPoint server, string path, Action<DateTimeOffset> told)
        {
            this.told = told;
            socket.Connect(server);
            socket.Send(Encoding.ASCII.GetBytes(
                $"GET {path}/events HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n"));
            _ = Read();
        }

        public bool IsFollowing { get; private set; }

        public void Dispose() => socket.Dispose();

        async Task Read()
        {
            try
            {
                while (await socket.ReceiveAsync(buffer.AsMemory(count)) is var more and > 0)
                {
                    count += more;
                    while (buffer.AsSpan(0, count).IndexOf((byte)'\n') is var end and >= 0)
                    {
                        Line(buffer.AsSpan(0, end));
                        buffer.AsSpan(end + 1, count - end - 1).CopyTo(buffer);
                        count -= end + 1;
                    }
                }
            }
            catch (Exception over) when (over is SocketException or ObjectDisposedException)
            {
                // Closed by either side.
            }
            IsFollowing = false;
        }

        void Line(ReadOnlySpan<byte> line)
        {
            if (line.StartsWith("HTTP/1.1 200"u8)) IsFollowing = true;
            var at = line.IndexOf("\"at\":\""u8);
            if (at < 0) return;
            var time = line[(at + 6)..];
            told(DateTimeOffset.Parse(
                Encoding.ASCII.GetString(time[..time.IndexOf((byte)'"')]), CultureInfo.InvariantCulture));
        }
    }
}
