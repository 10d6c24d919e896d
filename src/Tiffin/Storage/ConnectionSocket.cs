using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Npgsql;
using Npgsql.Internal;

namespace Tiffin.Storage;

/// <summary>
/// The socket below a connection. Npgsql ends a command that is under way by a cancel request alone, which must never
/// reach a COMMIT; it has no public way to close the socket instead, hence the access to two private members.
/// </summary>
static class ConnectionSocket
{
    public static Socket Of(NpgsqlConnection connection) =>
        Field(Connector(connection) ?? throw new InvalidOperationException("The connection is not open."));

    /// <summary>
    /// Ends a read or write that is under way in another thread at once, and discards what the kernel has not sent yet:
    /// nothing more of it can reach the server.
    /// </summary>
    public static void Abort(this Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The owner was faster.
        }
    }

#pragma warning disable NPG9001 // Internal to the driver: its version is locked, and tests close a real socket.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Connector")]
    static extern NpgsqlConnector? Connector(NpgsqlConnection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    static extern ref Socket Field(NpgsqlConnector connector);
#pragma warning restore NPG9001
}
