using System.Collections.Concurrent;
using Tiffin.Diagnostics.Prometheus;

namespace Tiffin.Diagnostics;

/// <summary>What the service is to be, and how much of it it was: a share of something that must be good.</summary>
public sealed record ServiceLevel(
    string Name, double Target, TimeSpan? Within, RollingTally Tally, string? Subscriber = null,
    double? LagSeconds = null);

/// <summary>
/// Measures the service by its own objectives, from what the metrics count anyway: nothing is added to a request. Of
/// placing, this node's figures; of subscribers, everybody's.
/// </summary>
public sealed class ServiceLevels(PrometheusExporter exporter, TimeProvider clock)
{
    /// <summary>Of the requests to place an order, not answered 5xx.</summary>
    public const double Availability = 0.999;

    /// <summary>Of the requests to place an order, answered within <see cref="Prompt"/>.</summary>
    public const double Latency = 0.99;

    /// <summary>Of the looks at a subscriber, it was at most <see cref="Fresh"/> behind the log.</summary>
    public const double Freshness = 0.99;

    /// <summary>A bound of the web server's histogram.</summary>
    public static readonly TimeSpan Prompt = TimeSpan.FromMilliseconds(500);

    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    readonly RollingTally answered = new(clock);
    readonly RollingTally prompt = new(clock);
    readonly ConcurrentDictionary<string, RollingTally> fresh = [];
    volatile IReadOnlyList<SubscriberLag> latest = [];

    public DateTimeOffset Since { get; } = clock.GetUtcNow();

    /// <summary>Called every few seconds, with no subscriber when nothing can be known of them.</summary>
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
