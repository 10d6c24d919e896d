using System.Diagnostics.Metrics;
using Tiffin.Engine.Diagnostics;

namespace Tiffin.Engine.EventLog;

/// <summary>Metrics of all subscribers, read from the database; every node reports the same values.</summary>
sealed class SubscriberMetrics
{
    public const string MeterName = "Tiffin.Subscribers";

    volatile IReadOnlyList<SubscriberLag> latest = [];

    public SubscriberMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge("tiffin.subscriber.lag.events", () => Each(lag => lag.Events), "{event}",
            "Events that a subscriber has not applied yet");
        meter.CreateObservableGauge("tiffin.subscriber.lag", () => Each(lag => lag.Seconds), "s",
            "Age of the first event that a subscriber has not applied yet");
        meter.CreateObservableGauge("tiffin.subscriber.failures", () => Each(lag => lag.Failures), "{failure}",
            "Consecutive failures of a subscriber");
        meter.CreateObservableGauge("tiffin.subscriber.has_leader", () => Each(lag => lag.HasLeader ? 1 : 0), "{node}",
            "1 if a node holds the lease of a subscriber, else 0");
    }

    public void Report(IReadOnlyList<SubscriberLag> lags) => latest = lags;

    IEnumerable<Measurement<T>> Each<T>(Func<SubscriberLag, T> value) where T : struct =>
        latest.Select(lag => new Measurement<T>(value(lag), new KeyValuePair<string, object?>("subscriber", lag.Name)));
}
