using System.Diagnostics;
using System.Net;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Health;

public sealed class LeavingTests
{
    /// <summary>Long enough for the responses that a client must get from a busy machine during the drain.</summary>
    static readonly TimeSpan drain = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_graceful_shutdown_turns_not_ready_then_drains_then_exits_with_zero()
    {
        await using var server = await ServerProcess.Start(
            await PostgresFixture.CreateDatabase(),
            settings: new Dictionary<string, string> { ["Shutdown__DrainDelay"] = $"{drain}" });
        await Until(server, HttpStatusCode.OK);

        var told = Stopwatch.StartNew();
        var leaving = server.Leave();
        await Until(server, HttpStatusCode.ServiceUnavailable);

        (await server.Client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        // The load balancer still sends requests here: an EventSource that is refused does not reconnect.
        (await server.Client.OpenStream("/v1/events")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await leaving).ShouldBe(0, server.Output);
        told.Elapsed.ShouldBeGreaterThanOrEqualTo(drain);
    }

    static async Task Until(ServerProcess server, HttpStatusCode status) => await Eventually.Holds(
        async () =>
        {
            using var answer = await server.Client.GetAsync("/health/ready");
            return answer.StatusCode;
        }, value => value == status, $"{status}");
}
