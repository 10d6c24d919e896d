using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Tiffin.Bench.OpenLoop;
using Tiffin.Bench.Results;
using Tiffin.Bench.Traffic;

namespace Tiffin.Bench.Scenarios;

/// <summary>The same load on an empty database and then on one with a long history.</summary>
static class Growth
{
    const int Rate = 2_000;
    const int Users = 500;
    const int Looks = 100;

    public static IEnumerable<Scenario> All => [new("growth", Measure, RoundsMax: 1)];

    static async IAsyncEnumerable<Measurement> Measure(
        Lab lab, BenchPlan bench, [EnumeratorCancellation] CancellationToken cancel)
    {
        CheckRoom(lab, bench.PastOrders);
        await using var site = await lab.Open(new SiteOptions(), cancel);
        await foreach (var empty in Both(site, lab, bench, "empty", cancel)) yield return empty;

        await site.StopServers();
        var (before, since) = (await Size(site, cancel), Stopwatch.StartNew());
        var events = await new Past(site.ConnectionString, bench.PastOrders).Make(cancel);
        yield return new Measurement("growth-fill")
        {
            PerSecond = bench.PastOrders / since.Elapsed.TotalSeconds,
            Figures = new Dictionary<string, double>
            {
                ["orders"] = bench.PastOrders,
                ["events"] = events,
                ["seconds"] = Math.Round(since.Elapsed.TotalSeconds, 1),
                ["GiB"] = (await Size(site, cancel) - before) / (double)(1L << 30),
            },
        };

        await site.StartServers(new SiteOptions(), cancel);
        await foreach (var full in Both(site, lab, bench, "full", cancel)) yield return full;
    }

    static void CheckRoom(Lab lab, long orders)
    {
        static double GiB(long bytes) => bytes / (double)(1L << 30);
        var (needed, free) = (Past.BytesNeeded(orders), new DriveInfo(lab.Folder).AvailableFreeSpace);
        if (free < needed)
            throw new InvalidOperationException(
                $"{orders:N0} past orders need {GiB(needed):0} GiB in {lab.Folder}, which has {GiB(free):0} GiB free. "
                + "Free disk space, set TMPDIR to a larger disk, or reduce --past-orders.");
    }

    static async IAsyncEnumerable<Measurement> Both(
        Site site, Lab lab, BenchPlan bench, string name, [EnumeratorCancellation] CancellationToken cancel)
    {
        var plan = Saturation.Plan(lab, "/v1/orders", 512);
        await site.WarmUp(plan, bench, cancel);
        yield return await site.Saturate($"growth-place-{name}", plan, bench, cancel);
        var traffic = new ChainTraffic(lab.Keys, Mix.Steady, new OrderBook(), Seed.Kitchens);
        var (steady, _) = await site.Follow($"growth-steady-{name}", traffic,
            new OpenLoopPlan(Rate, 2 * bench.Time, Users, bench.Time / 2, TimeSpan.FromSeconds(5)), cancel);
        yield return steady with { Figures = await Looked(site, lab.Keys.Admin, cancel) };
    }

    // Median durations of typical queries of screens and integrations, run sequentially.
    static async Task<Dictionary<string, double>> Looked(Site site, string key, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = site.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var head = (long)(await site.Execute("SELECT max(position) FROM events", cancel))!;
        var figures = new Dictionary<string, double>();
        foreach (var (name, path) in new[]
        {
            ("list of a kitchen ms", "/v1/orders?kitchenId=kitchen-1&limit=50"),
            ("list of a customer ms", "/v1/orders?customerId=c-7&limit=50"),
            ("list of delivered ms", "/v1/orders?kitchenId=kitchen-1&status=delivered&limit=50"),
            ("feed in the middle ms", $"/v1/events?after={head / 2}&limit=100"),
            ("feed at the end ms", $"/v1/events?after={head - 100}&limit=100"),
        }) figures[name] = await Median(http, path, cancel);
        return figures;
    }

    static async Task<double> Median(HttpClient http, string path, CancellationToken cancel)
    {
        var times = new LatencyHistogram();
        for (var i = 0; i < Looks; i++)
        {
            var since = Stopwatch.StartNew();
            using var answer = await http.GetAsync(path, cancel);
            answer.EnsureSuccessStatusCode();
            times.Record(since.Elapsed);
        }
        return Math.Round(times.Percentile(50).TotalMilliseconds, 2);
    }

    static async Task<long> Size(Site site, CancellationToken cancel) =>
        (long)(await site.Execute("SELECT pg_database_size(current_database())", cancel))!;
}
