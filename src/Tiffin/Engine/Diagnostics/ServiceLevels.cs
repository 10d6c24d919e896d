using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http.Metadata;

namespace Tiffin.Engine.Diagnostics;

/// <summary>The lag of a subscriber.</summary>
readonly record struct SubscriberLag(string Name, long Events, double Seconds, int Failures, bool HasLeader);

/// <summary>A service level objective (SLO): the target share of good events, and the measured counts.</summary>
sealed record ServiceLevel(
    string Name, double Target, TimeSpan? Threshold, RollingTally Tally, string? Subscriber = null,
    double? LagSeconds = null);

/// <summary>Metadata of the endpoint that places orders: the service level objectives count its responses.</summary>
sealed record PlacesOrders;

/// <summary>
/// Measures the service level objectives (SLOs). Order placement is measured on this node only, from the web server's
/// own request metric; subscribers across all nodes.
/// </summary>
sealed class ServiceLevels : IDisposable
{
    /// <summary>Share of order placements that are not answered with 5xx.</summary>
    public const double Availability = 0.999;

    /// <summary>Share of order placements answered within <see cref="LatencyThreshold"/>.</summary>
    public const double Latency = 0.99;

    /// <summary>Share of samples in which a subscriber's lag is at most <see cref="FreshnessThreshold"/>.</summary>
    public const double Freshness = 0.99;

    public static readonly TimeSpan LatencyThreshold = TimeSpan.FromMilliseconds(500);

    public static readonly TimeSpan FreshnessThreshold = TimeSpan.FromMinutes(1);

    readonly TimeProvider clock;
    readonly MeterListener requests = new();
    readonly Lazy<FrozenSet<(string? Method, string? Route)>> placementRoutes;
    readonly RollingTally answered;
    readonly RollingTally prompt;
    readonly ConcurrentDictionary<string, RollingTally> fresh = [];
    volatile IReadOnlyList<SubscriberLag> latest = [];
    long placed;
    long placedWithoutFault;
    long placedPromptly;

    public ServiceLevels(IMeterFactory own, EndpointDataSource endpoints, TimeProvider clock)
    {
        // Lazy: the routes are mapped after the services are built.
        placementRoutes = new(() => PlacementRoutes(endpoints.Endpoints).ToFrozenSet());
        (this.clock, Since) = (clock, clock.GetUtcNow());
        (answered, prompt) = (new(clock), new(clock));
        requests.InstrumentPublished = (instrument, events) =>
        {
            if (instrument.Name == "http.server.request.duration" && ReferenceEquals(instrument.Meter.Scope, own))
                events.EnableMeasurementEvents(instrument);
        };
        requests.SetMeasurementEventCallback<double>((_, seconds, tags, _) => Count(seconds, tags));
        requests.Start();
    }

    public DateTimeOffset Since { get; }

    /// <summary>Takes a sample. Called every few seconds, with an empty list if the lag is unknown.</summary>
    public void Sample(IReadOnlyList<SubscriberLag> lags)
    {
        RecordPlacements();
        latest = lags;
        foreach (var lag in lags)
            fresh.GetOrAdd(lag.Name, _ => new RollingTally(clock)).Add(lag.Seconds <= FreshnessThreshold.TotalSeconds);
    }

    public IReadOnlyList<ServiceLevel> All()
    {
        RecordPlacements();
        var lags = latest.ToDictionary(lag => lag.Name, lag => lag.Seconds);
        return
        [
            new("availability", Availability, null, answered),
            new("latency", Latency, LatencyThreshold, prompt),
            .. fresh.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => new ServiceLevel(
                "freshness", Freshness, FreshnessThreshold, one.Value, one.Key,
                lags.TryGetValue(one.Key, out var seconds) ? seconds : null)),
        ];
    }

    public void Dispose() => requests.Dispose();

    void Count(double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var (method, route, isFault) = (default(string), default(string), false);
        foreach (var (name, value) in tags)
        {
            if (name == "http.request.method") method = value as string;
            if (name == "http.route") route = value as string;
            if (name == "http.response.status_code") isFault = value is >= 500;
        }
        if (!placementRoutes.Value.Contains((method, route))) return;
        Interlocked.Increment(ref placed);
        if (!isFault) Interlocked.Increment(ref placedWithoutFault);
        if (seconds <= LatencyThreshold.TotalSeconds) Interlocked.Increment(ref placedPromptly);
    }

    static IEnumerable<(string?, string?)> PlacementRoutes(IEnumerable<Endpoint> endpoints) =>
        from endpoint in endpoints
        where endpoint.Metadata.GetMetadata<PlacesOrders>() is not null
        from method in endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
        select ((string?)method, (string?)endpoint.Metadata.GetRequiredMetadata<IRouteDiagnosticsMetadata>().Route);

    void RecordPlacements()
    {
        // Read last, so that a concurrent request cannot make more good ones than there are.
        var (good, soon) = (Interlocked.Read(ref placedWithoutFault), Interlocked.Read(ref placedPromptly));
        var total = Interlocked.Read(ref placed);
        answered.Record(new Tally(good, total));
        prompt.Record(new Tally(soon, total));
    }
}
