using Microsoft.Extensions.DependencyInjection;
using Tiffin.Cli;
using Tiffin.Features.Health;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Cli;

public sealed class HealthCommandTests
{
    [Fact]
    public async Task A_ready_server_is_healthy_until_it_stops()
    {
        await using var server = await TestServer.Start();
        var address = server.Client.BaseAddress!;
        await Eventually.Holds(
            () => HealthCommand.Run(address, TextWriter.Null), value => value == 0, "a healthy server");
        await using var output = new StringWriter();

        await server.Stop(CancellationToken.None);

        (await HealthCommand.Run(address, output)).ShouldBe(1);
        output.ToString().ShouldContain($"{address} does not respond");
    }

    [Fact]
    public async Task A_server_that_lives_but_is_not_ready_is_not_healthy()
    {
        await using var server = await TestServer.Start();
        server.Services.GetRequiredService<Readiness>().TryBeginShutdown();
        var said = "";

        // On a busy machine the first response may take longer than the command waits.
        await Eventually.Holds(async () =>
        {
            await using var output = new StringWriter();
            (await HealthCommand.Run(server.Client.BaseAddress!, output)).ShouldBe(1);
            return said = output.ToString();
        }, text => !text.Contains("does not respond"), "a response to the command");

        said.ShouldContain("shutting_down");
    }

    [Theory]
    [InlineData("8080", "http://127.0.0.1:8080/")]
    [InlineData("8081;8082", "http://127.0.0.1:8081/")]
    [InlineData(null, "http://127.0.0.1:5000/")]
    public void The_command_calls_the_port_on_which_the_local_server_listens(string? ports, string expected) =>
        HealthCommand.LocalUrl(ports).AbsoluteUri.ShouldBe(expected);
}
