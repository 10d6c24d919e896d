using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Tiffin.Dev;
using Tiffin.Tests.Architecture;

namespace Tiffin.Tests.Support;

/// <summary>HAProxy in front of one server, with <c>deploy/haproxy.cfg</c> except for addresses and size.</summary>
sealed class Proxy : IDisposable
{
    /// <summary>Debian installs it in a folder that only root has in its path.</summary>
    static readonly string program = File.Exists("/usr/sbin/haproxy") ? "/usr/sbin/haproxy" : "haproxy";

    readonly Process process;
    readonly string file;

    Proxy(Process process, string file, int port) => (this.process, this.file, Port) = (process, file, port);

    public int Port { get; }

    public static async Task<Proxy> Start(Uri server)
    {
        await ShouldBecomeReady(server);
        var port = FreePort.Draw();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Repository.Text("deploy/haproxy.cfg")
            .Replace("bind :8080", $"bind 127.0.0.1:{port}")
            .Replace("node-1:8080", server.Authority).Replace("node-2:8080", server.Authority)
            // The limit of open files may be lower here, and a busy machine answers health checks late.
            .Replace("maxconn 20000", "maxconn 100").Replace("fall 2", "fall 1000"));
        var proxy = new Proxy(Process.Start(new ProcessStartInfo(program, ["-db", "-q", "-f", file]))!, file, port);
        try
        {
            await Eventually.Holds(() => proxy.IsReady(), "a proxy that reaches the server");
            return proxy;
        }
        catch
        {
            proxy.Dispose();
            throw;
        }
    }

    // A node whose first check fails is down until a later one succeeds, regardless of "fall". The proxy itself would
    // answer 503, although it has already forwarded a request.
    static async Task ShouldBecomeReady(Uri server)
    {
        using var client = new HttpClient { BaseAddress = server };
        await Eventually.Holds(async () =>
        {
            using var answer = await client.GetAsync("/health/ready");
            return (answer.StatusCode, Body: await answer.Content.ReadAsStringAsync());
        }, answer => answer.StatusCode == HttpStatusCode.OK, "a ready node");
    }

    async Task<bool> IsReady()
    {
        process.HasExited.ShouldBeFalse("haproxy has ended");
        try
        {
            return await Ask(Port, "/health/live") == 200;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The status of a request for exactly this path: no client normalizes it.</summary>
    public static async Task<int> Ask(int port, string path)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        var line = await reader.ReadLineAsync().WaitAsync(Eventually.Patience);
        return int.Parse(line!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
        File.Delete(file);
    }
}
