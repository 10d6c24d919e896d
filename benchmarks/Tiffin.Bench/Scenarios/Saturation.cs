using System.Runtime.CompilerServices;
using Tiffin.Bench.Load;
using Tiffin.Bench.Results;
using Tiffin.Bench.Yardsticks;

namespace Tiffin.Bench.Scenarios;

/// <summary>As much as the machine can do: wrk sends the next request when the last was answered.</summary>
static class Saturation
{
    const string Orders = "/v1/orders";
    const int Crowd = 512;

    public static IEnumerable<Scenario> All =>
    [
        One("place", Orders, Crowd),
        One("place-64", Orders, 64),
        One("place-single", Orders, 64, BenchHost.SingleHost),
        One("place-open", Orders, Crowd, settings: BenchHost.IsOpen),
        One("echo", "/bench/echo", Crowd),
        new("nodes", Nodes, RoundsMax: 1),
    ];

    /// <summary>A path of the product is called with keys, a yardstick without.</summary>
    public static WrkPlan Plan(Lab lab, string path, int connections, string? host = null) =>
        new(path, connections, path == Orders ? lab.Keys.Channels : [], host);

    static Scenario One(
        string name, string path, int connections, string? host = null,
        params (string Name, string Value)[] settings)
    {
        return new(name, Measure);

        async IAsyncEnumerable<Measurement> Measure(
            Lab lab, BenchPlan bench, [EnumeratorCancellation] CancellationToken cancel)
        {
            var plan = Plan(lab, path, connections, host);
            await using var site = await lab.Open(new SiteOptions(1, null, settings), cancel);
            await site.WarmUp(plan, bench, cancel);
            yield return await site.Saturate(name, plan, bench, cancel);
        }
    }

    static async IAsyncEnumerable<Measurement> Nodes(
        Lab lab, BenchPlan bench, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var nodes = 1; nodes <= 3; nodes++)
        {
            var plan = Plan(lab, Orders, Crowd);
            await using var site = await lab.Open(new SiteOptions(nodes), cancel);
            await site.WarmUp(plan, bench, cancel);
            yield return await site.Saturate($"nodes-{nodes}", plan, bench, cancel);
        }
    }
}
