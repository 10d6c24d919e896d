namespace Tiffin.Bench.Results;

/// <summary>A performance target. <c>Value</c> is null if its scenario was not measured.</summary>
sealed record Target(
    string Scenario, string What, string Bound, Func<Medians, double?> Value, Func<double, bool> IsReached)
{
    public static IReadOnlyList<Target> All { get; } =
    [
        AtLeast("place", "relative to place-single", 6, m => m.Ratio("place", "place-single")),
        AtLeast("place-64", "relative to place-single", 4, m => m.Ratio("place-64", "place-single")),
        AtLeast("place", "relative to echo", 0.33, m => m.Ratio("place", "echo")),
        AtLeast("authorization", "place, relative to none", 0.9, m => m.Ratio("place-asked", "place-open")),
        AtMost("authorization", "steady 1,000/s: server CPU, relative to none", 1.1,
            m => m.ServerCpu("steady-asked") / m.ServerCpu("steady-open")),
        AtMost("authorization", "steady 1,000/s: p50, relative to none", 1.1,
            m => m.P50("steady-asked") / m.P50("steady-open")),
        .. Steady(500, 25), .. Steady(1_000, 25), .. Steady(2_000, 25), .. Steady(4_000, 60),
        Exactly("flash", "portions sold, of 1,000", 1_000, m => m.Figure("flash", "sold")),
        Exactly("flash", "portions left", 0, m => m.Figure("flash", "left")),
        AtMost("flash", "p99 of rejected orders, relative to placed ones", 1.2,
            m => m.Figure("flash", "told that there is none") > 0
                ? m.Figure("flash", "refused p99 ms") / m.Figure("flash", "served p99 ms")
                : null),
        AtMost("overload", "p99 of accepted orders, ms", 200, m => m.Figure("overload", "taken p99 ms")),
        AtMost("overload", "p99 of shed orders, ms", 50, m => m.Figure("overload", "shed p99 ms")),
        Exactly("overload", "shed without Retry-After", 0, m => m.Figure("overload", "shed without Retry-After")),
        AtLeast("overload", "goodput, relative to capacity", 0.9, m => m.Figure("overload", "goodput / capacity")),
        AtMost("overload", "seconds until nothing is shed", 5,
            m => m.Figure("overload", "seconds until nothing is shed")),
        AtMost("overload", "memory after, relative to before", 1.25,
            m => m.Figure("overload", "memory after MiB") / m.Figure("overload", "memory before MiB")),
        AtMost("trackers", "event to client p99, ms", 1_000, m => m.P99("trackers")),
        AtMost("trackers", "memory per client, KiB", 20, m => m.Figure("trackers", "memory per client KiB")),
        AtLeast("trackers", "share of 5,000 streams still open", 1,
            m => m.Figure("trackers", "streams at the end") / m.Figure("trackers", "clients")),
        AtLeast("trackers", "events received, relative to status changes", 0.99,
            m => m.Figure("trackers", "told") / m.Figure("trackers", "moves")),
        AtMost("board", "placed, on both boards p95, ms", 500, m => m.Figure("board", "placed p95 ms")),
        AtMost("board", "moved, on both boards p95, ms", 500, m => m.Figure("board", "moved p95 ms")),
        AtLeast("growth", "place: full, relative to empty", 0.9,
            m => m.Ratio("growth-place-full", "growth-place-empty")),
        AtLeast("growth", "steady: full, relative to empty", 0.9,
            m => m.Ratio("growth-steady-full", "growth-steady-empty")),
        .. ((string[])["list of a kitchen ms", "list of a customer ms", "list of delivered ms",
            "feed in the middle ms", "feed at the end ms"]).Select(Flat),
        AtLeast("nodes", "2 nodes, relative to 1", 0.9, m => m.Ratio("nodes-2", "nodes-1")),
        AtLeast("nodes", "3 nodes, relative to 1", 0.8, m => m.Ratio("nodes-3", "nodes-1")),
        AtMost("nodes", "largest deviation from a fair share, 2 nodes", 0.1, m => Unfair(m, 2)),
        AtMost("nodes", "largest deviation from a fair share, 3 nodes", 0.1, m => Unfair(m, 3)),
        .. ((string[])["ledger", "analytics", "webhooks", "notifications", "broker"]).Select(name =>
            AtMost("lag", $"largest lag of {name}, s", 2, m => m.Figure("lag", $"{name} behind s"))),
        AtLeast("readers", "place with all subscribers, relative to none", 0.85,
            m => m.Ratio("readers-all", "readers-none")),
    ];

    static Target[] Steady(int rate, double p99) =>
    [
        Exactly("steady", $"{rate:N0}/s: errors", 0, m => m.Errors($"steady-{rate}")),
        AtMost("steady", $"{rate:N0}/s: p99, ms", p99, m => m.P99($"steady-{rate}")),
    ];

    // Queries of a few milliseconds vary by almost a factor of 2; more means that the time grows with the table.
    static Target Flat(string query) => AtMost("growth", $"{query.Replace(" ms", "")}, full relative to empty", 2,
        m => m.Figure("growth-steady-full", query) / m.Figure("growth-steady-empty", query));

    static double? Unfair(Medians medians, int nodes)
    {
        var shares = Enumerable.Range(1, nodes)
            .Select(node => medians.Figure($"nodes-{nodes}", $"node {node} /s")).OfType<double>().ToArray();
        return shares.Length == 0 ? null : shares.Max(share => Math.Abs(share / shares.Average() - 1));
    }

    static Target AtLeast(string scenario, string what, double bound, Func<Medians, double?> value) =>
        new(scenario, what, $"≥ {Report.Short(bound)}", value, measured => measured >= bound);

    static Target AtMost(string scenario, string what, double bound, Func<Medians, double?> value) =>
        new(scenario, what, $"≤ {Report.Short(bound)}", value, measured => measured <= bound);

    static Target Exactly(string scenario, string what, double bound, Func<Medians, double?> value) =>
        new(scenario, what, Report.Short(bound), value, measured => measured == bound);
}
