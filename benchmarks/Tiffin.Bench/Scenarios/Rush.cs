using System.Runtime.CompilerServices;
using Tiffin.Bench.Load;
using Tiffin.Bench.OpenLoop;
using Tiffin.Bench.Results;
using Tiffin.Bench.Traffic;

namespace Tiffin.Bench.Scenarios;

/// <summary>Overload: more orders than stock (flash), or than the machine can process (overload).</summary>
static class Rush
{
    const int Customers = 20_000;
    static readonly TimeSpan flashTime = TimeSpan.FromSeconds(5);
    const int Crowd = 4_000;

    public static IEnumerable<Scenario> All =>
        [new("flash", Flash, RoundsMax: 1), new("overload", Overload, RoundsMax: 1)];

    static async IAsyncEnumerable<Measurement> Flash(
        Lab lab, BenchPlan bench, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var site = await lab.Open(new SiteOptions(), cancel);
        await site.WarmUp(Saturation.Plan(lab, "/v1/orders", 64), bench, cancel);
        var traffic = new PlaceTraffic(lab.Keys, Baskets.BodyOf(1, 1, Seed.FlashItem));
        var plan = new OpenLoopPlan(Customers / flashTime.TotalSeconds, flashTime, Crowd);
        var (measured, tally) = await site.Follow("flash", traffic, plan, cancel);
        var left = await site.Execute("""
            SELECT s.on_hand FROM stock s JOIN ingredients i ON i.number = s.ingredient
            WHERE i.sku = 'flash-ingredient' AND s.kitchen = 1
            """, cancel);
        var (served, refused) = (tally.Latency(Tally.IsGood), tally.Latency(status => status == 409));
        yield return measured with
        {
            Figures = new Dictionary<string, double>
            {
                ["sold"] = served.Count,
                ["left"] = (long)left!,
                ["told that there is none"] = refused.Count,
                ["served p50 ms"] = served.Percentile(50).TotalMilliseconds,
                ["refused p50 ms"] = refused.Percentile(50).TotalMilliseconds,
                ["served p99 ms"] = served.Percentile(99).TotalMilliseconds,
                ["refused p99 ms"] = refused.Percentile(99).TotalMilliseconds,
            },
        };
    }

    static async IAsyncEnumerable<Measurement> Overload(
        Lab lab, BenchPlan bench, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var site = await lab.Open(new SiteOptions(), cancel);
        var wrk = Saturation.Plan(lab, "/v1/orders", 256);
        await site.WarmUp(wrk, bench, cancel);
        var capacity = await site.Saturate("capacity", wrk, bench, cancel);
        var traffic = new PlaceTraffic(lab.Keys, 10);
        var before = site.ServerMemoryMiB;
        var (over, tally) = await site.Follow("overload", traffic,
            new OpenLoopPlan(3 * capacity.PerSecond, bench.LongTime, Crowd, default, TimeSpan.FromSeconds(1)), cancel);
        var after = site.ServerMemoryMiB;
        var (_, normal) = await site.Follow("after", traffic,
            new OpenLoopPlan(capacity.PerSecond / 2, bench.Time, Crowd), cancel);
        var (taken, shed) = (tally.Service(Tally.IsGood), tally.Service(status => status is 429 or 503));
        yield return over with
        {
            Figures = new Dictionary<string, double>
            {
                ["capacity /s"] = capacity.PerSecond,
                ["goodput / capacity"] = over.PerSecond / capacity.PerSecond,
                ["taken p99 ms"] = taken.Percentile(99).TotalMilliseconds,
                ["shed p99 ms"] = shed.Percentile(99).TotalMilliseconds,
                ["shed without Retry-After"] = tally.RefusedWithoutRetryAfter,
                ["memory before MiB"] = before,
                ["memory after MiB"] = after,
                ["seconds until nothing is shed"] = 1 + normal.Seconds.ToList().FindLastIndex(second => second.Bad > 0),
            },
        };
    }
}
