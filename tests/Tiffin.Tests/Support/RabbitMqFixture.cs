using Tiffin.Dev.RabbitMq;

namespace Tiffin.Tests.Support;

/// <summary>
/// One RabbitMQ for the whole test process, started on first use and removed at the end of the process. Each caller
/// gets its own virtual host.
/// </summary>
public static class RabbitMqFixture
{
    // Created at the start in one call: each start of rabbitmqctl takes seconds.
    const int VirtualHostsMax = 32;

    static readonly Lazy<Task<DevRabbitMq>> broker = new(Start);
    static int virtualHosts;

    /// <summary>The broker itself, for tests that stop it; these share a collection.</summary>
    internal static Task<DevRabbitMq> Broker => broker.Value;

    public static async Task<Uri> CreateVirtualHost()
    {
        var rabbitMq = await Broker;
        var number = Interlocked.Increment(ref virtualHosts);
        number.ShouldBeLessThanOrEqualTo(VirtualHostsMax);
        return rabbitMq.Url($"test-{number}");
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
        await rabbitMq.Control("eval", $$"""
            [begin
                Name = list_to_binary("test-" ++ integer_to_list(Number)),
                ok = rabbit_vhost:add(Name, <<"tests">>),
                ok = rabbit_auth_backend_internal:set_permissions(
                    <<"guest">>, Name, <<".*">>, <<".*">>, <<".*">>, <<"tests">>)
            end || Number <- lists:seq(1, {{VirtualHostsMax}})].
            """);
        return rabbitMq;
    }
}
