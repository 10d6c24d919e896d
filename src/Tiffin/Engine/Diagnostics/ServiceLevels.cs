using System.Collections.Concurrent;
using Tiffin.Engine.Diagnostics.Prometheus;

namespace Tiffin.Engine.Diagnostics;

/// <summary>The lag of a subscriber.</summary>
public readonly record struct SubscriberLag(string Name, long Events, double Seconds, int Failures, bool IsLed);

/// <summary>A service level objective (SLO): the target share of good events, and the measured counts.</summary>
public sealed record ServiceLevel(
    string Name, double Target, TimeSpan? Within, RollingTally Tally, string? Subscriber = null,
    double? LagSeconds = null);

/// <summary>
/// Measures the service level objectives (SLOs) from existing metrics, without any cost per request. Order placement is
/// measured on this node only, subscribers across all nodes.
/// </summary>
public sealed class ServiceLevels(PrometheusExporter exporter, TimeProvider clock)
{
    /// <summary>Share of order placements that are not answered with 5xx.</summary>
    public const double Availability = 0.999;

    /// <summary>Share of order placements answered within <see cref="Prompt"/>.</summary>
    public const double Latency = 0.99;

    /// <summary>Share of samples in which a subscriber's lag is at most <see cref="Fresh"/>.</summary>
    public const double Freshness = 0.99;

    /// <summary>Must be a bucket bound of the web server's duration histogram.</summary>
    public static readonly TimeSpan Prompt = TimeSpan.FromMilliseconds(500);

    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    readonly RollingTally answered = new(clock);
    readonly RollingTally prompt = new(clock);
    readonly ConcurrentDictionary<string, RollingTally> fresh = [];
    volatile IReadOnlyList<SubscriberLag> latest = [];

    public DateTimeOffset Since { get; } = clock.GetUtcNow();

    /// <summary>Takes a sample. Called every few seconds, with an empty list if the lag is unknown.</summary>
    public void Look(IReadOnlyList<SubscriberLag> lags)
    {
        CountPlacing();
        latest = lags;
        foreach (var lag in lags)
            fresh.GetOrAdd(lag.Name, _ => new RollingTally(clock)).Add(lag.Seconds <= Fresh.TotalSeconds);
    }

    public IReadOnlyList<ServiceLevel> All()
    {
        CountPlacing();
        var lags = latest.ToDictionary(lag => lag.Name, lag => lag.Seconds);
        return
        [
            new("availability", Availability, null, answered),
            new("latency", Latency, Prompt, prompt),
            .. fresh.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => new ServiceLevel(
                "freshness", Freshness, Fresh, one.Value, one.Key,
                lags.TryGetValue(one.Key, out var seconds) ? seconds : null)),
        ];
    }

    void CountPlacing()
    {
        var (total, failed, soon) = (0L, 0L, 0L);
        foreach (var (labels, values) in exporter.Histograms("http_server_request_duration_seconds"))
        {
            if (!labels.Contains("http_route=\"/v1/orders/\"", StringComparison.Ordinal)
                || !labels.Contains("http_request_method=\"POST\"", StringComparison.Ordinal))
                continue;
            var count = values.Count;
            total += count;
            soon += Math.Min(count, values.AtMost(Prompt.TotalSeconds));
            if (labels.Contains("http_response_status_code=\"5", StringComparison.Ordinal)) failed += count;
        }
        answered.Record(new Tally(total - failed, total));
        prompt.Record(new Tally(soon, total));
    }
}
