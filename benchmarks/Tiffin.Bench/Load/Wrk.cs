using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Tiffin.Bench.Load;

/// <summary>What a saturation run came to; latencies in milliseconds.</summary>
sealed record LoadResult(
    double PerSecond, double P50, double P95, double P99, double P999, double Max, long Refused, long Errors);

/// <summary>wrk (https://github.com/wg/wrk): as many requests as the connections can carry.</summary>
static partial class Wrk
{
    public static async Task<LoadResult> Run(Uri address, string path, int connections, TimeSpan time, string key)
    {
        var start = new ProcessStartInfo("wrk",
        [
            "--threads", "2",
            "--connections", connections.ToString(CultureInfo.InvariantCulture),
            "--duration", $"{time.TotalSeconds:0}s",
            "--timeout", "10s",
            "--script", Path.Combine(AppContext.BaseDirectory, "place.lua"),
            address.ToString(),
        ])
        {
            RedirectStandardOutput = true,
            Environment = { ["BENCH_PATH"] = path, ["BENCH_AUTHORIZATION"] = $"Bearer {key}" },
        };
        using var wrk = Process.Start(start)!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        var figures = Figure().Matches(output).ToDictionary(
            match => match.Groups[1].Value, match => double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
        if (!figures.TryGetValue("requests", out var requests))
            throw new InvalidOperationException($"wrk failed: {output}");
        return new LoadResult(
            requests / (figures["duration_us"] / 1e6), figures["p50"] / 1e3, figures["p95"] / 1e3,
            figures["p99"] / 1e3, figures["p999"] / 1e3, figures["max"] / 1e3, (long)figures["non2xx"],
            (long)figures["errors"]);
    }

    [GeneratedRegex(@"\b([a-z0-9_]+)=(\d+)")]
    private static partial Regex Figure();
}
