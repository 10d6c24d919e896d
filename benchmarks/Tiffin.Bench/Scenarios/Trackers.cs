using System.Runtime.CompilerServices;
using Tiffin.Bench.OpenLoop;
using Tiffin.Bench.Results;
using Tiffin.Bench.Traffic;

namespace Tiffin.Bench.Scenarios;

/// <summary>Many customers who follow their orders by event streams while the statuses change.</summary>
static class Trackers
{
    const int Clients = 5_000;
    const int Wave = 250;
    const int MovesPerSecond = 500;
    static readonly TimeSpan settleMax = TimeSpan.FromSeconds(10);
    static readonly TimeSpan pollInterval = TimeSpan.FromMilliseconds(100);

    public static IEnumerable<Scenario> All => [new("trackers", Measure, RoundsMax: 1)];

    static async IAsyncEnumerable<Measurement> Measure(
        Lab lab, BenchPlan bench, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var site = await lab.Open(new SiteOptions(), cancel);
        await site.WarmUp(Saturation.Plan(lab, "/v1/orders", 64), bench, cancel);
        var orders = new OrderBook();
        var placing = new ChainTraffic(lab.Keys, new Mix(0, 1, 0), orders, Seed.Kitchens);
        while (orders.Count < Clients)
            await OpenLoopRun.Run(site.Address, placing, new(1_000, TimeSpan.FromSeconds(1), 100), cancel);

        var before = site.ServerMemoryMiB;
        using var crowd = new TrackerCrowd();
        // In waves, as after a restart behind a load balancer: each stream starts with a query.
        foreach (var wave in orders.Open.Take(Clients).Chunk(Wave))
        {
            crowd.Follow(site.Address, wave);
            await Until(() => crowd.Following == crowd.Count, cancel);
        }
        var perClient = (site.ServerMemoryMiB - before) * 1024 / Math.Max(1, crowd.Following);

        crowd.CountFromNow();
        var moving = new ChainTraffic(lab.Keys, Mix.Moves, orders, Seed.Kitchens);
        // At most two status changes per order: its stream would end with the final one.
        var time = TimeSpan.FromSeconds(Math.Min(bench.LongTime.TotalSeconds, Clients * 2.0 / MovesPerSecond - 1));
        var (measured, tally) = await site.Follow(
            "trackers", moving, new(MovesPerSecond, time, 200), cancel);
        var moves = tally.Latency(Tally.IsGood).Count;
        await Until(() => crowd.Latencies.Count >= moves - Unfollowed(orders.Count, moves), cancel);
        yield return measured with
        {
            Latency = Latencies.Of(crowd.Latencies),
            Figures = new Dictionary<string, double>
            {
                ["clients"] = crowd.Count,
                ["streams at the end"] = crowd.Following,
                ["moves"] = moves,
                ["told"] = crowd.Latencies.Count,
                ["memory per client KiB"] = perClient,
                ["move p99 ms"] = tally.Latency(Tally.IsGood).Percentile(99).TotalMilliseconds,
            },
        };
    }

    // A few more orders than clients are placed; these are not followed.
    static long Unfollowed(int orders, long moves) =>
        (long)Math.Ceiling((double)(orders - Clients) * moves / orders) + 1;

    static async Task Until(Func<bool> settled, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(settleMax);
        while (!settled() && !patience.IsCancellationRequested)
            await Task.Delay(pollInterval, cancel);
    }
}
