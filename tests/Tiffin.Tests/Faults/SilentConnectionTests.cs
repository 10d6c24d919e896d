using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging;
using Tiffin.Edge.Access;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Faults;

/// <summary>Connections that stay open but carry no more data; StalledWriterTests covers the writer's.</summary>
public sealed class SilentConnectionTests
{
    [Fact]
    public async Task A_silent_listener_is_noticed_by_the_next_commit()
    {
        using var spy = LogSpy.Listening();
        await using var proxy = ChaosProxy.Before(await PostgresFixture.CreateDatabase());
        await using var server = await TestServer.Start(
            proxy.ConnectionString, app => app.Logging.AddProvider(spy));
        await SmallChain.Open(server);
        await Eventually.Holds(proxy.SilenceListeners, count => count > 0, "a listener connection");

        await server.Post("/v1/orders", SmallChain.Order());

        await Eventually.Holds(() => spy.Text, text => text.Contains("Lost the session that listens"), "the warning");
    }

    [Fact]
    public async Task Unknown_keys_share_a_failed_read_instead_of_waiting_for_a_timeout_each()
    {
        await using var proxy = ChaosProxy.Before(
            $"{await PostgresFixture.CreateDatabase()};Timeout=3;Command Timeout=5");
        await using var server = await TestServer.Start(
            proxy.ConnectionString, app => app.Configuration["Shutdown:GracePeriod"] = "00:00:01");
        proxy.SilenceAll();

        var waited = await TimeOf(server, count: 20);

        // One after the other, they would wait for 20 timeouts.
        waited.ShouldBeLessThan(TimeSpan.FromSeconds(40));
    }

    static async Task<TimeSpan> TimeOf(TestServer server, int count)
    {
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            using var client = server.ClientWith(ApiKey.New());
            using var answer = await client.GetAsync("/v1/orders");
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        }));
        return watch.Elapsed;
    }
}
