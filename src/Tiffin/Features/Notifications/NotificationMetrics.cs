using System.Diagnostics.Metrics;

namespace Tiffin.Features.Notifications;

/// <summary>Metrics of this node's notifications to customers and kitchens.</summary>
sealed class NotificationMetrics
{
    public const string MeterName = "Tiffin.Notifications";

    static readonly InstrumentAdvice<double> delays = new()
    {
        HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900],
    };

    readonly Counter<long> attempts;
    readonly Histogram<double> delay;

    public NotificationMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        attempts = meter.CreateCounter<long>("tiffin.notification.attempts", "{message}",
            "Attempts to send a message, by resulting state; all states but waiting (to be retried) are final");
        delay = meter.CreateHistogram("tiffin.notification.delay", "s",
            "Time from an event until its message was sent", advice: delays);
    }

    public void CountAttempts(Enum state, string channel, long count = 1)
    {
        if (count > 0)
            attempts.Add(count, new("state", state.ToString().ToLowerInvariant()), new("channel", channel));
    }

    public void RecordDelay(TimeSpan after, string channel) =>
        delay.Record(Math.Max(0, after.TotalSeconds), new KeyValuePair<string, object?>("channel", channel));
}
