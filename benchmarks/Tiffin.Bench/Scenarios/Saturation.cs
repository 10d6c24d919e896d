using System.Runtime.CompilerServices;
using Tiffin.Bench.Load;
using Tiffin.Bench.Results;
using Tiffin.Bench.Yardsticks;

namespace Tiffin.Bench.Scenarios;

/// <summary>Maximum throughput (closed loop): wrk sends the next request after each response.</summary>
static class Saturation
{
    const string Orders = "/v1/orders";
    const int Crowd = 512;
    const int TurnsEach = 6;

    public static IEnumerable<Scenario> All =>
    [
        One("place", Orders, Crowd),
        One("place-64", Orders, 64),
        One("place-single", Orders, 64, BenchHost.SingleHost),
        new("place-open", Open, RoundsMax: 1),
        new("place-promised", Promised, RoundsMax: 1),
        One("echo", "/bench/echo", Crowd),
        new("nodes", Nodes, RoundsMax: 1),
    ];

    /// <summary>Product endpoints are called with API keys, baseline endpoints without.</summary>
    public static WrkPlan Plan(Lab lab, string path, int connections, string? host = null) =>
        new(path, connections, path == Orders ? lab.Keys.Channels : [], host);

    // Two servers under the same load, in ABBA order: the machine's speed drifts, which must affect both alike.
    public static async IAsyncEnumerable<Measurement> Compare(
        (string Name, Site Site) one, (string Name, Site Site) other, WrkPlan plan, BenchPlan bench,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        await one.Site.WarmUp(plan, bench, cancel);
        await other.Site.WarmUp(plan, bench, cancel);
        for (var turn = 0; turn < TurnsEach; turn++)
        {
            foreach (var (name, site) in turn % 2 == 0 ? new[] { one, other } : [other, one])
            {
                await site.Load(plan, bench.Time / 5, cancel);
                yield return await site.Saturate(name, plan, bench, cancel);
            }
        }
    }

    static Scenario One(string name, string path, int connections, string? host = null)
    {
        return new(name, Measure);

        async IAsyncEnumerable<Measurement> Measure(
            Lab lab, BenchPlan bench, [EnumeratorCancellation] CancellationToken cancel)
        {
            var plan = Plan(lab, path, connections, host);
            await using var site = await lab.Open(new SiteOptions(), cancel);
            await site.WarmUp(plan, bench, cancel);
            yield return await site.Saturate(name, plan, bench, cancel);
        }
    }

    // The cost of authorization for placing orders.
    static async IAsyncEnumerable<Measurement> Open(
        Lab lab, BenchPlan bench, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var asked = await lab.Open(new SiteOptions(), cancel);
        await using var open = await lab.Open(new SiteOptions(1, null, BenchHost.IsOpen), cancel);
        var plan = Plan(lab, Orders, Crowd);
        await foreach (var turn in Compare(("place-asked", asked), ("place-open", open), plan, bench, cancel))
            yield return turn;
    }

    // The cost of a promise: the order has details, a deadline in the queue of timers, and a place in the kitchen's
    // queue, whose length the writer keeps.
    static async IAsyncEnumerable<Measurement> Promised(
        Lab lab, BenchPlan bench, [EnumeratorCancellation] CancellationToken cancel)
    {
        var options = new SiteOptions();
        await using var plain = await lab.Open(options, cancel);
        await using var promised = await lab.Open(options, cancel);
        await promised.StopServers();
        await promised.Execute("""
            UPDATE kitchens
            SET times = convert_to(
                '{"prepMinutes": 20, "parallelLines": 8, "deliveryMinutes": {"from": 12, "to": 30}}', 'UTF8')
            """, cancel);
        await promised.StartServers(options, cancel);
        var plan = Plan(lab, Orders, Crowd);
        await foreach (var turn in Compare(("place-plain", plain), ("place-promised", promised), plan, bench, cancel))
            yield return turn;
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
