using System.Runtime.CompilerServices;
using Tiffin.Bench.OpenLoop;
using Tiffin.Bench.Results;
using Tiffin.Bench.Traffic;

namespace Tiffin.Bench.Scenarios;

/// <summary>A chain at work at a fixed rate, whatever the answers take.</summary>
static class Steady
{
    static readonly int[] rates = [500, 1_000, 2_000, 4_000];
    const int Users = 500;

    public static IEnumerable<Scenario> All => [new("steady", Measure, RoundsMax: 1)];

    static async IAsyncEnumerable<Measurement> Measure(
        Lab lab, BenchPlan bench, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var site = await lab.Open(new SiteOptions(), cancel);
        var orders = new OrderBook();
        foreach (var rate in rates)
        {
            var traffic = new ChainTraffic(lab.Keys, Mix.Steady, orders, Seed.Kitchens);
            // The first rate warms the process up for all of them.
            var warmUp = rate == rates[0] ? bench.LongTime : bench.Time / 2;
            var plan = new OpenLoopPlan(rate, bench.LongTime, Users, warmUp, TimeSpan.FromSeconds(5));
            var (measured, tally) = await site.Follow($"steady-{rate}", traffic, plan, cancel);
            yield return measured with
            {
                Figures = tally.ByKind().ToDictionary(
                    kind => $"{kind.Key} p99 ms", kind => kind.Value.Percentile(99).TotalMilliseconds),
            };
        }
    }
}
