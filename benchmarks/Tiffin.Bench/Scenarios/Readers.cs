using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Tiffin.Bench.Load;
using Tiffin.Bench.OpenLoop;
using Tiffin.Bench.Results;
using Tiffin.Bench.Traffic;

namespace Tiffin.Bench.Scenarios;

/// <summary>How much the subscribers slow down placing orders, and how far they lag.</summary>
static class Readers
{
    // A webhook endpoint that accepts connections but never responds: the worst case.
    const string HangingSql = """
        INSERT INTO webhook_endpoints (id, owner_role, owner_id, url, types, secrets, secrets_until)
        VALUES (gen_random_uuid(), 0, 'bench', 'http://127.0.0.1:{0}/', ARRAY['order.*'],
            ARRAY[]::bytea[], ARRAY[]::timestamptz[])
        """;

    // Disables a subscriber by a lease that never expires.
    const string NoSubscribersSql = """
        INSERT INTO subscribers (name, owner, leased_until)
        SELECT name, gen_random_uuid(), 'infinity'
        FROM unnest(ARRAY['ledger', 'analytics', 'webhooks', 'notifications']) AS name
        ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, leased_until = excluded.leased_until
        """;

    static readonly (string Name, string Value)[] anyAddress =
        [("Webhooks__AllowHttp", "true"), ("Webhooks__AllowLoopback", "true")];

    public static IEnumerable<Scenario> All => [new("readers", Compare, RoundsMax: 1), new("lag", Lag, RoundsMax: 1)];

    static async IAsyncEnumerable<Measurement> Compare(
        Lab lab, BenchPlan bench, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var hanging = new TcpListener(IPAddress.Loopback, 0);
        hanging.Start();
        var sql = HangingSql.Replace("{0}", $"{((IPEndPoint)hanging.LocalEndpoint).Port}", StringComparison.Ordinal);
        var plan = Saturation.Plan(lab, "/v1/orders", 256);
        await using var none = await lab.Open(new SiteOptions(1, NoSubscribersSql), cancel);
        await using var all = await lab.Open(new SiteOptions(1, sql, anyAddress), cancel);
        var turns = Saturation.Compare(("readers-none", none), ("readers-all", all), plan, bench, cancel);
        await foreach (var turn in turns) yield return turn;
    }

    static async IAsyncEnumerable<Measurement> Lag(
        Lab lab, BenchPlan bench, [EnumeratorCancellation] CancellationToken cancel)
    {
        var options = new SiteOptions(1, null, [("Subscriptions__LagSampleInterval", "00:00:00.5")]);
        await using var site = await lab.Open(options, cancel);
        await site.WarmUp(Saturation.Plan(lab, "/v1/orders", 64), bench, cancel);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var worst = new Dictionary<string, double>();
        var watch = Watch(site.Address, worst, watching.Token);
        var plan = new OpenLoopPlan(1_000, bench.LongTime, 500, bench.Time / 2);
        var (measured, _) = await site.Follow("lag", new PlaceTraffic(lab.Keys, 10), plan, cancel);
        await watching.CancelAsync();
        await watch;
        yield return measured with
        {
            Figures = worst.ToDictionary(entry => $"{entry.Key} behind s", entry => entry.Value),
        };
    }

    static async Task Watch(Uri server, Dictionary<string, double> worst, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(0.5));
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                var metrics = await Metrics.Read(server, cancel);
                foreach (var (name, seconds) in metrics.By("tiffin_subscriber_lag_seconds", "subscriber"))
                    worst[name] = Math.Max(worst.GetValueOrDefault(name), seconds);
            }
        }
        catch (OperationCanceledException)
        {
            // End of the run.
        }
    }
}
