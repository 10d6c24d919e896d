using System.Net;
using System.Net.Sockets;
using System.Text;
using Tiffin.Chaos.Faults;

namespace Tiffin.Chaos.Tests.Faults;

public sealed class FaultProxyTests : IDisposable
{
    readonly TcpListener database = new(IPAddress.Loopback, 0);
    readonly FaultProxy proxy;

    public FaultProxyTests()
    {
        database.Start();
        proxy = new FaultProxy(() => ((IPEndPoint)database.LocalEndpoint).Port);
    }

    public void Dispose()
    {
        proxy.DisposeAsync().AsTask().GetAwaiter().GetResult();
        database.Dispose();
    }

    [Fact]
    public async Task Bytes_pass_both_ways()
    {
        var (node, server) = await Connect();

        await Send(node, "question");
        (await Receive(server, "question".Length)).ShouldBe("question");
        await Send(server, "answer");
        (await Receive(node, "answer".Length)).ShouldBe("answer");
    }

    [Fact]
    public async Task A_closed_direction_holds_bytes_back_until_it_is_healed_and_the_other_one_passes()
    {
        var (node, server) = await Connect();
        proxy.ToDatabase.Close();

        await Send(node, "held");
        await Send(server, "passes");
        (await Receive(node, "passes".Length)).ShouldBe("passes");
        server.Available.ShouldBe(0);

        proxy.Heal();
        (await Receive(server, "held".Length)).ShouldBe("held");
    }

    [Fact]
    public async Task The_writers_connection_is_recognized_by_its_lock_and_can_be_cut_separately()
    {
        var (writer, writersServer) = await Connect();
        var (reader, readersServer) = await Connect();
        await Send(reader, "SELECT 1");
        await Receive(readersServer, "SELECT 1".Length);
        proxy.Writer.ShouldBeNull();
        var text = "SELECT catalogue_version FROM log FOR UPDATE";
        await Send(writer, text);
        await Receive(writersServer, text.Length);

        proxy.Writer.ShouldNotBeNull().ToNode.Close();
        await Send(writersServer, "held");
        await Send(readersServer, "passes");

        (await Receive(reader, "passes".Length)).ShouldBe("passes");
        writer.Available.ShouldBe(0);
        proxy.Heal();
        (await Receive(writer, "held".Length)).ShouldBe("held");
    }

    [Fact]
    public async Task A_reset_ends_both_sides_at_once()
    {
        var (node, server) = await Connect();
        await Send(node, "x");
        await Receive(server, 1);

        proxy.ResetAll().ShouldBe(1);

        await Should.ThrowAsync<IOException>(() => Receive(node, 1));
        await Should.ThrowAsync<IOException>(() => Receive(server, 1));
    }

    [Fact]
    public async Task A_throttled_connection_carries_everything()
    {
        var (node, server) = await Connect();
        proxy.BytesPerSecond = 1 << 20;
        var text = new string('a', 20_000);

        await Send(node, text);

        (await Receive(server, text.Length)).ShouldBe(text);
    }

    async Task<(TcpClient Node, TcpClient Server)> Connect()
    {
        var node = new TcpClient();
        await node.ConnectAsync(IPAddress.Loopback, proxy.Port);
        return (node, await database.AcceptTcpClientAsync());
    }

    static async Task Send(TcpClient to, string text) => await to.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));

    static async Task<string> Receive(TcpClient from, int length)
    {
        var bytes = new byte[length];
        await from.GetStream().ReadExactlyAsync(bytes).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        return Encoding.ASCII.GetString(bytes);
    }
}
