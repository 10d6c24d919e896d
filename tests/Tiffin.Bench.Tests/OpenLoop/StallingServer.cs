using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tiffin.Bench.Tests.OpenLoop;

/// <summary>
/// Answers every request on every connection; while it is held, it reads but does not answer. It can also hang up.
/// </summary>
sealed class StallingServer : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource end = new();
    readonly Task accepting;
    volatile TaskCompletionSource held = Released();
    int served;

    public StallingServer()
    {
        listener.Start();
        accepting = Accept();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    public int Served => Volatile.Read(ref served);

    /// <summary>At every n-th request it closes the connection instead of answering; 0: never.</summary>
    public int HangUpEvery { get; init; }

    public string Status { get; init; } = "200 OK";

    public void Hold() => held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => held.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        Release();
        listener.Dispose();
        await accepting;
        end.Dispose();
    }

    async Task Accept()
    {
        try
        {
            while (true) _ = Serve(await listener.AcceptSocketAsync(end.Token));
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    async Task Serve(Socket socket)
    {
        var answer = Encoding.ASCII.GetBytes($"HTTP/1.1 {Status}\r\nContent-Length: 2\r\n\r\nok");
        var buffer = new byte[4096];
        using (socket)
        {
            try
            {
                while (await socket.ReceiveAsync(buffer, end.Token) > 0)
                {
                    await held.Task.WaitAsync(end.Token);
                    var number = Interlocked.Increment(ref served);
                    if (HangUpEvery > 0 && number % HangUpEvery == 0) return;
                    await socket.SendAsync(answer, end.Token);
                }
            }
            catch (Exception over) when (over is OperationCanceledException or SocketException)
            {
                // The test is over, or the client is gone.
            }
        }
    }

    static TaskCompletionSource Released()
    {
        var released = new TaskCompletionSource();
        released.SetResult();
        return released;
    }
}
