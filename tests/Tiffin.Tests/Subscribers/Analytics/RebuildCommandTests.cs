using System.Diagnostics;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Analytics;

public sealed class RebuildCommandTests
{
    [Fact]
    public async Task The_command_corrects_the_figures_and_reports_how_many()
    {
        await using var server = await TestServer.Start();
        await SmallChain.Open(server);
        await server.Serve(SmallChain.Order());
        var last = await server.CaughtUp();
        await server.Fold();
        await server.Do("UPDATE analytics SET value = 99 WHERE measure = 0");

        var (code, said) = await Run(server.ConnectionString, "rebuild", "analytics");

        code.ShouldBe(0, said);
        said.ShouldContain($"up to position {last}; corrected 1.");
        (await server.Summary())["placed"]!.GetValue<int>().ShouldBe(1);
    }

    static async Task<(int Code, string Said)> Run(string connectionString, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Server).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ConnectionStrings__Tiffin"] = connectionString;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
