using Tiffin.Bench.OpenLoop;

namespace Tiffin.Bench.Results;

/// <summary>Milliseconds.</summary>
sealed record Latencies(double P50, double P95, double P99, double P999, double Max)
{
    public static Latencies Of(LatencyHistogram histogram)
    {
        double At(double percent) => Math.Round(histogram.Percentile(percent).TotalMilliseconds, 3);
        return new(At(50), At(95), At(99), At(99.9), Math.Round(histogram.Max.TotalMilliseconds, 3));
    }
}

/// <summary>
/// One run of one variant of a scenario. <c>Figures</c>: results specific to the scenario, by name with unit.
/// </summary>
sealed record Measurement(string Name)
{
    public int Round { get; init; }
    public DateTimeOffset At { get; init; } = DateTimeOffset.UtcNow;

    /// <summary>Successful requests per second.</summary>
    public double PerSecond { get; init; }
    public Latencies? Latency { get; init; }
    public IReadOnlyDictionary<string, long> Errors { get; init; } = new Dictionary<string, long>();

    /// <summary>CPU seconds per 1,000 successful requests; for the load generator, the average of busy cores.</summary>
    public double? ServerCpu { get; init; }
    public double? PostgresCpu { get; init; }
    public double? LoadCores { get; init; }

    /// <summary>Resident memory of all server processes at the end.</summary>
    public double? ServerMemoryMiB { get; init; }

    /// <summary>Average commands per transaction.</summary>
    public double? BatchSize { get; init; }
    public IReadOnlyDictionary<string, double> Figures { get; init; } = new Dictionary<string, double>();
}
