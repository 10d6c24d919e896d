using System.Net;
using System.Text.RegularExpressions;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Diagnostics;

public sealed partial class HealthyLogTests
{
    const int Screen = 50;

    [Fact]
    public async Task Orders_log_nothing_and_every_message_is_one_line_with_a_timestamp()
    {
        var database = await PostgresFixture.CreateDatabase();
        await using (var chain = await TestServer.Start(database)) await SmallChain.Open(chain, rice: 100_000);
        await using var server = await ServerProcess.Start(database, settings: new Dictionary<string, string>
        {
            ["Logging__LogLevel__Default"] = "Information",
        });
        await Eventually.Holds(async () => (await server.Client.GetAsync("/health/ready")).StatusCode,
            status => status == HttpStatusCode.OK, "a node that is ready");

        for (var i = 0; i < 20; i++)
        {
            var placed = await Task.WhenAll(Enumerable.Range(0, 10).Select(
                _ => server.Client.Place(SmallChain.Order("k1", "plain"))));
            placed.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Created);
            (await server.Client.GetAsync(placed[0].Headers.Location)).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await server.Client.GetAsync("/v1/nowhere")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
            (await server.Client.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var lines = server.Output.Split('\n');
        lines.Length.ShouldBeLessThan(Screen, server.Output);
        lines.Where(line => !Fact().IsMatch(line)).ShouldBeEmpty();
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (info|warn|fail|crit): [\w.]+\[\d+\] \S")]
    private static partial Regex Fact();
}
