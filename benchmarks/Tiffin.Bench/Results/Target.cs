namespace Tiffin.Bench.Results;

/// <summary>A figure that has a bound. <c>Value</c> is null when its scenario was not measured.</summary>
sealed record Target(
    string Scenario, string What, string Bound, Func<Medians, double?> Value, Func<double, bool> IsReached)
{
    public static IReadOnlyList<Target> All { get; } =
    [
        AtLeast("place", "of place-single", 6, m => m.Ratio("place", "place-single")),
        AtLeast("place-64", "of place-single", 4, m => m.Ratio("place-64", "place-single")),
        AtLeast("place", "of echo", 0.33, m => m.Ratio("place", "echo")),
        AtLeast("authorization", "place with it, of place without", 0.9, m => m.Ratio("place-asked", "place-open")),
        AtMost("authorization", "steady 1,000/s: CPU of the server with it, of without", 1.1,
            m => m.ServerCpu("steady-asked") / m.ServerCpu("steady-open")),
        AtMost("authorization", "steady 1,000/s: p50 with it, of without", 1.1,
            m => m.P50("steady-asked") / m.P50("steady-open")),
        .. Steady(500, 25), .. Steady(1_000, 25), .. Steady(2_000, 25), .. Steady(4_000, 60),
        Exactly("flash", "portions sold of 1,000", 1_000, m => m.Figure("flash", "sold")),
        Exactly("flash", "portions left", 0, m => m.Figure("flash", "left")),
        AtMost("flash", "p99 of the refused, of that of the served", 1.2,
            m => m.Figure("flash", "told that there is none") > 0
                ? m.Figure("flash", "refused p99 ms") / m.Figure("flash", "served p99 ms")
                : null),
        AtMost("overload", "p99 of the accepted, ms", 200, m => m.Figure("overload", "taken p99 ms")),
        AtMost("overload", "p99 of the refused, ms", 50, m => m.Figure("overload", "shed p99 ms")),
        Exactly("overload", "refused without Retry-After", 0, m => m.Figure("overload", "shed without Retry-After")),
        AtLeast("overload", "goodput of capacity", 0.9, m => m.Figure("overload", "goodput / capacity")),
        AtMost("overload", "seconds until normal", 5, m => m.Figure("overload", "seconds until nothing is shed")),
        AtMost("overload", "memory after, of before", 1.25,
            m => m.Figure("overload", "memory after MiB") / m.Figure("overload", "memory before MiB")),
        AtMost("trackers", "event to client p99, ms", 1_000, m => m.P99("trackers")),
        AtMost("trackers", "memory per client, KiB", 20, m => m.Figure("trackers", "memory per client KiB")),
        AtLeast("trackers", "streams that last, of 5,000", 1,
            m => m.Figure("trackers", "streams at the end") / m.Figure("trackers", "clients")),
        AtLeast("trackers", "steps told, of moves", 0.99,
            m => m.Figure("trackers", "told") / m.Figure("trackers", "moves")),
        AtLeast("growth", "place full, of empty", 0.9, m => m.Ratio("growth-place-full", "growth-place-empty")),
        AtLeast("growth", "steady full, of empty", 0.9, m => m.Ratio("growth-steady-full", "growth-steady-empty")),
        .. ((string[])["list of a kitchen ms", "list of a customer ms", "list of delivered ms",
            "feed in the middle ms", "feed at the end ms"]).Select(Flat),
        AtLeast("nodes", "2 nodes, of 1", 0.9, m => m.Ratio("nodes-2", "nodes-1")),
        AtLeast("nodes", "3 nodes, of 1", 0.8, m => m.Ratio("nodes-3", "nodes-1")),
        AtMost("nodes", "farthest of 2 from its fair share", 0.1, m => Unfair(m, 2)),
        AtMost("nodes", "farthest of 3 from its fair share", 0.1, m => Unfair(m, 3)),
        .. ((string[])["ledger", "analytics", "webhooks", "notifications", "broker"]).Select(name =>
            AtMost("lag", $"{name} behind at most, s", 2, m => m.Figure("lag", $"{name} behind s"))),
        AtLeast("readers", "place with all of them, of none", 0.85, m => m.Ratio("readers-all", "readers-none")),
    ];

    static Target[] Steady(int rate, double p99) =>
    [
        Exactly("steady", $"{rate:N0}/s: errors", 0, m => m.Errors($"steady-{rate}")),
        AtMost("steady", $"{rate:N0}/s: p99, ms", p99, m => m.P99($"steady-{rate}")),
    ];

    /// <summary>A query of a few milliseconds varies by as much as that; twice as long is no longer flat.</summary>
    static Target Flat(string query) => AtMost("growth", $"{query.Replace(" ms", "")}, full of empty", 2,
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
