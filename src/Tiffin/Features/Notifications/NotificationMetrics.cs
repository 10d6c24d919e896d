using System.Diagnostics.Metrics;

namespace Tiffin.Features.Notifications;

/// <summary>Metrics of this node's notifications to customers and kitchens.</summary>
public sealed class NotificationMetrics
{
    public const string MeterName = "Tiffin.Notifications";

    static readonly InstrumentAdvice<double> delays = new()
    {
        HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900],
    };

    readonly Counter<long> tries;
    readonly Histogram<double> delay;

    public NotificationMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        tries = meter.CreateCounter<long>("tiffin.notification.tries", "{message}",
            "Messages by what became of them: waiting is to be tried again, the others have ended");
        delay = meter.CreateHistogram("tiffin.notification.delay", "s",
            "From an event to the message about it that was sent", advice: delays);
    }

    public void Tried(Enum state, string channel, long count = 1)
    {
        if (count > 0)
            tries.Add(count, new("state", state.ToString().ToLowerInvariant()), new("channel", channel));
    }

    public void Sent(TimeSpan after, string channel) =>
        delay.Record(Math.Max(0, after.TotalSeconds), new KeyValuePair<string, object?>("channel", channel));
}
