using System.Runtime.CompilerServices;
using Tiffin.Bench.OpenLoop;
using Tiffin.Bench.Results;
using Tiffin.Bench.Traffic;
using Tiffin.Bench.Yardsticks;

namespace Tiffin.Bench.Scenarios;

/// <summary>Mixed traffic at fixed rates (open loop).</summary>
static class Steady
{
    static readonly int[] rates = [500, 1_000, 2_000, 4_000];
    const int Users = 500;

    const int Compared = 1_000;

    public static IEnumerable<Scenario> All =>
        [new("steady", Measure, RoundsMax: 1), new("steady-open", MeasureOpen, RoundsMax: 1)];

    static async IAsyncEnumerable<Measurement> Measure(
        Lab lab, BenchPlan bench, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var site = await lab.Open(new SiteOptions(), cancel);
        var orders = new OrderBook();
        foreach (var rate in rates)
        {
            // The first rate warms the process up for the others.
            var plan = Plan(rate, bench.LongTime, warmUp: rate == rates[0] ? bench.LongTime : bench.Time / 2);
            yield return await Follow(site, $"steady-{rate}", Traffic(lab, orders), plan, cancel);
        }
    }

    // One rate with and without authorization, on two equally warm servers, in ABBA order so that drift affects both
    // alike.
    static async IAsyncEnumerable<Measurement> MeasureOpen(
        Lab lab, BenchPlan bench, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var askedSite = await lab.Open(new SiteOptions(), cancel);
        await using var openSite = await lab.Open(new SiteOptions(1, null, BenchHost.IsOpen), cancel);
        var asked = (Site: askedSite, Name: "steady-asked", Orders: new OrderBook());
        var open = (Site: openSite, Name: "steady-open", Orders: new OrderBook());
        var (warmUp, plan) = (Plan(bench.LongTime), Plan(bench.LongTime / 2));
        foreach (var one in new[] { asked, open })
            await Follow(one.Site, one.Name, Traffic(lab, one.Orders), warmUp, cancel);
        foreach (var one in new[] { asked, open, open, asked })
            yield return await Follow(one.Site, one.Name, Traffic(lab, one.Orders), plan, cancel);

        OpenLoopPlan Plan(TimeSpan time) => Steady.Plan(Compared, time, warmUp: bench.Time / 2);
    }

    static ChainTraffic Traffic(Lab lab, OrderBook orders) => new(lab.Keys, Mix.Steady, orders, Seed.Kitchens);

    static OpenLoopPlan Plan(int rate, TimeSpan time, TimeSpan warmUp) =>
        new(rate, time, Users, warmUp, TimeSpan.FromSeconds(5));

    static async Task<Measurement> Follow(
        Site site, string name, ChainTraffic traffic, OpenLoopPlan plan, CancellationToken cancel)
    {
        var (measured, tally) = await site.Follow(name, traffic, plan, cancel);
        return measured with
        {
            Figures = tally.ByKind().ToDictionary(
                kind => $"{kind.Key} p99 ms", kind => kind.Value.Percentile(99).TotalMilliseconds),
        };
    }
}
