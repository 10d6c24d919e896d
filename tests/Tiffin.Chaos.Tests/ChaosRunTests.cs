using System.Text.Json;
using Tiffin.Chaos.Cluster;
using Tiffin.Chaos.Faults;

namespace Tiffin.Chaos.Tests;

/// <summary>One short run with at least one of each fault that this machine allows.</summary>
public sealed class ChaosRunTests
{
    [Fact]
    public async Task Two_nodes_under_every_fault_neither_lose_nor_duplicate_nor_oversell()
    {
        var file = Path.GetTempFileName();
        var output = new StringWriter();
        var plan = new ChaosPlan { Rounds = 1, IsBrief = true, Seed = 17, Clients = 8, Rate = 40, ReportFile = file };

        var code = await ChaosRun.Run(plan, TextWriter.Synchronized(output), CancellationToken.None);

        code.ShouldBe(0, output.ToString());
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        report.RootElement.GetProperty("acknowledged").GetProperty("orders placed").GetInt64()
            .ShouldBeGreaterThan(20, output.ToString());
        report.RootElement.GetProperty("kinds").EnumerateArray().Select(kind => kind.GetProperty("kind").GetString())
            .ShouldBe(Possible(report.RootElement).Select(kind => kind.Name()), ignoreOrder: true);
        File.Delete(file);
    }

    static IEnumerable<FaultKind> Possible(JsonElement report)
    {
        var impossible = report.GetProperty("impossible").EnumerateObject().Select(kind => kind.Name).ToList();
        // A fault may be missing only because mounting is not allowed or libfaketime is not installed.
        impossible.Except([FaultKind.DiskFull.Name(), FaultKind.ClockSkew.Name()]).ShouldBeEmpty();
        if (SkewedClock.Library is not null) impossible.ShouldNotContain(FaultKind.ClockSkew.Name());
        return Enum.GetValues<FaultKind>().Where(kind => !impossible.Contains(kind.Name()));
    }
}
