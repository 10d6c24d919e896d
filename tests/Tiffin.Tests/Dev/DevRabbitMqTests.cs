using System.Net;
using System.Net.Sockets;
using Tiffin.Dev.RabbitMq;

namespace Tiffin.Tests.Dev;

public sealed class DevRabbitMqTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("tiffin-rabbitmq-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_second_start_uses_the_first_ones_broker_and_leaves_it_running()
    {
        var ports = default(RabbitMqPorts);
        await using (var first = await DevRabbitMq.Start(folder))
        {
            ports = RabbitMqPorts.Read(Path.Combine(folder, "rabbitmq"))!;
            await using (var second = await DevRabbitMq.Start(folder))
                second.Port.ShouldBe(first.Port);
            (await first.Control("list_vhosts")).ShouldContain("/");
            Listens(ports.NameServer).ShouldBeTrue();
            Listens(ports.Amqp).ShouldBeTrue();
        }
        Listens(ports.Amqp).ShouldBeFalse();
        Listens(ports.NameServer).ShouldBeFalse("its epmd must stop with it");
    }

    [Fact]
    public async Task Declared_objects_survive_a_crash()
    {
        await using var broker = await DevRabbitMq.Start(folder);
        await broker.CreateVirtualHost("kept");
        await broker.StopImmediate();
        Listens(broker.Port).ShouldBeFalse();

        await broker.StartAgain();

        (await broker.Control("list_vhosts")).ShouldContain("kept");
    }

    static bool Listens(int port)
    {
        using var socket = new TcpClient();
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
