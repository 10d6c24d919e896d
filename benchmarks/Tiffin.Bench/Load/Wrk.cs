using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Tiffin.Bench.Results;

namespace Tiffin.Bench.Load;

/// <param name="Keys">Empty for a path without authentication.</param>
/// <param name="Host">The Host header.</param>
sealed record WrkPlan(string Path, int Connections, IReadOnlyList<string> Keys, string? Host = null);

/// <param name="Refused">Responses with a status of 400 or more.</param>
/// <param name="Broken">Connection, read and write errors, and timeouts.</param>
sealed record WrkResult(double PerSecond, Latencies Latency, long Refused, long Broken);

/// <summary>wrk (https://github.com/wg/wrk): closed-loop load at full speed.</summary>
static partial class Wrk
{
    public static async Task<WrkResult> Run(Uri address, WrkPlan plan, TimeSpan time, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("wrk",
        [
            "--threads", "2",
            "--connections", plan.Connections.ToString(CultureInfo.InvariantCulture),
            "--duration", $"{time.TotalSeconds:0}s",
            "--timeout", "10s",
            "--script", Path.Combine(AppContext.BaseDirectory, "place.lua"),
            address.ToString(),
        ])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["BENCH_PATH"] = plan.Path,
                ["BENCH_KEYS"] = string.Join(' ', plan.Keys),
                ["BENCH_HOST"] = plan.Host ?? "",
            },
        };
        using var wrk = Process.Start(start)!;
        await using var stop = cancel.Register(() => wrk.Kill());
        var output = await wrk.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await wrk.WaitForExitAsync(CancellationToken.None);
        cancel.ThrowIfCancellationRequested();
        return Parse(output);
    }

    internal static WrkResult Parse(string output)
    {
        var figures = Figure().Matches(output).ToDictionary(
            match => match.Groups[1].Value, match => double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
        if (!figures.TryGetValue("requests", out var requests))
            throw new InvalidOperationException($"wrk failed: {output}");
        double Milliseconds(string name) => figures[name] / 1e3;
        // Rejected requests do not count as throughput.
        return new WrkResult(
            (requests - figures["non2xx"]) / (figures["duration_us"] / 1e6),
            new Latencies(Milliseconds("p50"), Milliseconds("p95"), Milliseconds("p99"), Milliseconds("p999"),
                Milliseconds("max")),
            (long)figures["non2xx"], (long)figures["errors"]);
    }

    [GeneratedRegex(@"\b([a-z0-9_]+)=(\d+)")]
    private static partial Regex Figure();
}
