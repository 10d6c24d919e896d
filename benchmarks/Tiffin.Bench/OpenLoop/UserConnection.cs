using System.Net;
using System.Net.Sockets;

namespace Tiffin.Bench.OpenLoop;

/// <summary>
/// A kept-alive connection with one request in flight: a server processes the requests of a connection one by one, so
/// pipelining would measure their queue. Uses plain sockets, because the load generator shares the server's cores.
/// </summary>
sealed class UserConnection : IDisposable
{
    readonly IPEndPoint server;
    readonly Action<UserConnection> done;
    readonly SocketAsyncEventArgs receive = new();
    Socket socket;

    public UserConnection(IPEndPoint server, Action<UserConnection> done)
    {
        (this.server, this.done) = (server, done);
        receive.Completed += (_, _) => Received();
        socket = Connect(server);
    }

    public byte[] Buffer { get; } = new byte[ITraffic.RequestMax];

    public HttpReply Reply { get; } = new();

    public Request Request { get; private set; }

    public TimeSpan Due { get; private set; }

    public TimeSpan Sent { get; private set; }

    /// <summary>False if the connection broke before the response was complete.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Sends the buffer; <c>done</c> is called once, on any thread.</summary>
    public void Send(Request request, TimeSpan due, TimeSpan now)
    {
        (Request, Due, Sent, IsAnswered) = (request, due, now, false);
        Reply.Clear();
        try
        {
            socket.Send(Buffer.AsSpan(0, request.Length));
            Receive();
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            done(this);
        }
    }

    /// <summary>Reconnects after a failure, for the next user.</summary>
    public bool TryReopen()
    {
        socket.Dispose();
        try
        {
            socket = Connect(server);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        receive.Dispose();
    }

    void Receive()
    {
        receive.SetBuffer(Reply.Free);
        if (!socket.ReceiveAsync(receive)) Received();
    }

    void Received()
    {
        try
        {
            if (receive.SocketError == SocketError.Success && receive.BytesTransferred > 0)
            {
                IsAnswered = Reply.Received(receive.BytesTransferred);
                if (!IsAnswered)
                {
                    Receive();
                    return;
                }
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException or InvalidDataException)
        {
            IsAnswered = false;
        }
        done(this);
    }

    static Socket Connect(IPEndPoint server)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(server);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
