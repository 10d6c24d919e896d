using System.Net;
using System.Net.Sockets;

namespace Tiffin.Dev;

/// <summary>
/// Draws free ports of 127.0.0.1 below those that Linux gives to outgoing connections (from 32768), so that a port
/// stays free until its server listens, and while that server restarts.
/// </summary>
static class FreePort
{
    const int First = 15_000;
    const int Last = 32_000;
    const int AttemptsMax = 100;

    public static int Draw() => Draw(1)[0];

    /// <summary>Draws several ports, all different.</summary>
    public static int[] Draw(int count)
    {
        var ports = new HashSet<int>(count);
        for (var attempt = 1; ports.Count < count; attempt++)
        {
            var port = Random.Shared.Next(First, Last + 1);
            if (IsFree(port)) ports.Add(port);
            else if (attempt >= AttemptsMax)
                throw new InvalidOperationException($"No free port from {First} to {Last} after {attempt} attempts.");
        }
        return [.. ports];
    }

    /// <summary>Whether no process listens on the port of 127.0.0.1.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
