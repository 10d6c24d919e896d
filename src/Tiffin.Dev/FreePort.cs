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

    public static int Draw()
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = Random.Shared.Next(First, Last + 1);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException) when (attempt < AttemptsMax)
            {
                // Another process listens there.
            }
        }
    }
}
