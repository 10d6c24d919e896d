using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Npgsql;
using Npgsql.Internal;

namespace Tiffin.Engine.Storage;

/// <summary>
/// The socket of a connection. Npgsql can interrupt a running command only by a cancel request, which must never reach
/// a COMMIT, and has no public API to close the socket or to see that it is closed; hence the access to two private
/// members.
/// </summary>
static class ConnectionSocket
{
    public static Socket Of(NpgsqlConnection connection) =>
        Field(Connector(connection) ?? throw new InvalidOperationException("The connection is not open."));

    /// <summary>
    /// Whether the other side has closed the connection of an idle session, or sent what nothing had asked for, such as
    /// the reason why it ends. Reads nothing.
    /// </summary>
    public static bool HasEnded(this Socket idle) => idle.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    /// <summary>
    /// Ends a pending read or write of another thread immediately and discards unsent data, so that nothing more
    /// reaches the server.
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
            // The owner has closed it already.
        }
    }

#pragma warning disable NPG9001 // Internal to the driver: its version is locked, and tests close a real socket.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Connector")]
    static extern NpgsqlConnector? Connector(NpgsqlConnection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    static extern ref Socket Field(NpgsqlConnector connector);
#pragma warning restore NPG9001
}
