using System.Diagnostics.Metrics;

namespace Tiffin.Diagnostics;

/// <summary>How far behind the log its readers are. Every node tells the same: the database knows.</summary>
public sealed class SubscriberMetrics(IMeterFactory meters)
{
    public const string MeterName = "Tiffin.Subscribers";

    readonly Gauge<double> lag = meters.Create(MeterName).CreateGauge<double>(
        "tiffin.subscriber.lag", "s", "Age of the first event that a subscriber has not applied");

    readonly Gauge<long> events = meters.Create(MeterName).CreateGauge<long>(
        "tiffin.subscriber.lag.events", "{event}", "Events that a subscriber has not applied");

    readonly Gauge<int> failures = meters.Create(MeterName).CreateGauge<int>(
        "tiffin.subscriber.failures", "{failure}", "Failures of a subscriber in a row");

    readonly Gauge<int> led = meters.Create(MeterName).CreateGauge<int>(
        "tiffin.subscriber.led", "{node}", "1 when a node reads the log for a subscriber, else 0");

    public void State(string subscriber, double lagSeconds, long lagEvents, int failuresInARow, bool hasLeader)
    {
        var label = new KeyValuePair<string, object?>("subscriber", subscriber);
        lag.Record(lagSeconds, label);
        events.Record(lagEvents, label);
        failures.Record(failuresInARow, label);
        led.Record(hasLeader ? 1 : 0, label);
    }
}
