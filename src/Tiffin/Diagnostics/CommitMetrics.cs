using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Tiffin.Diagnostics;

/// <summary>What the commit pipeline measures of itself.</summary>
public sealed class CommitMetrics
{
    public const string MeterName = "Tiffin.Commit";

    readonly Meter meter;
    readonly Histogram<int> size;
    readonly Histogram<double> phase;
    readonly Counter<long> turned;

    public CommitMetrics(IMeterFactory meters)
    {
        meter = meters.Create(MeterName);
        size = meter.CreateHistogram<int>("tiffin.commit.batch.size", "{command}", "Commands in a transaction");
        phase = meter.CreateHistogram<double>("tiffin.commit.phase.duration", "s", "Time of a batch's phases");
        turned = meter.CreateCounter<long>(
            "tiffin.commit.turned", "{command}", "Commands that were not done, or not known to be done in time");
    }

    public void Observe(Func<int> depth) =>
        meter.CreateObservableGauge("tiffin.commit.queue.depth", depth, "{command}", "Commands that wait");

    public void Batch(int commands, long started, long loaded, long decided, long written)
    {
        size.Record(commands);
        Phase("prefetch", started, loaded);
        Phase("decide", loaded, decided);
        Phase("write", decided, written);
    }

    public void Turned(Enum why) => turned.Add(1, new KeyValuePair<string, object?>("reason", why.ToString()));

    void Phase(string name, long from, long to) => phase.Record(
        Stopwatch.GetElapsedTime(from, to).TotalSeconds, new KeyValuePair<string, object?>("phase", name));
}
