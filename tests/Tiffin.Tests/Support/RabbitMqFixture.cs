using Tiffin.Dev.RabbitMq;

namespace Tiffin.Tests.Support;

/// <summary>
/// One RabbitMQ for the whole test process, started by the first test that asks and removed at its end. Each caller
/// gets a virtual host of its own.
/// </summary>
public static class RabbitMqFixture
{
    static readonly Lazy<Task<DevRabbitMq>> broker = new(Start);
    static int virtualHosts;

    /// <summary>The broker itself, for tests that stop it: they share a collection.</summary>
    public static Task<DevRabbitMq> Broker => broker.Value;

    public static async Task<Uri> CreateVirtualHost()
    {
        var rabbitMq = await Broker;
        var name = $"test-{Interlocked.Increment(ref virtualHosts)}";
        await rabbitMq.CreateVirtualHost(name);
        return rabbitMq.Url(name);
    }

    static async Task<DevRabbitMq> Start()
    {
        var folder = Directory.CreateTempSubdirectory("tiffin-rabbitmq-").FullName;
        var rabbitMq = await DevRabbitMq.Start(folder);
        TestRun.AtEnd(async () =>
        {
            await rabbitMq.StopImmediate();
            Directory.Delete(folder, recursive: true);
        });
        return rabbitMq;
    }
}
