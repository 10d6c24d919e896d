using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Tiffin.Engine.Commit;

/// <summary>Metrics of the commit pipeline.</summary>
sealed class CommitMetrics
{
    public const string MeterName = "Tiffin.Commit";

    static readonly InstrumentAdvice<int> sizes = new()
    {
        HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500],
    };

    static readonly InstrumentAdvice<double> phases = new()
    {
        HistogramBucketBoundaries =
            [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    readonly Meter meter;
    readonly Histogram<int> size;
    readonly Histogram<double> phase;
    readonly Counter<long> rejected;
    readonly Counter<long> aborted;

    public CommitMetrics(IMeterFactory meters)
    {
        meter = meters.Create(MeterName);
        size = meter.CreateHistogram(
            "tiffin.commit.batch.size", "{command}", "Commands in a transaction", advice: sizes);
        phase = meter.CreateHistogram(
            "tiffin.commit.phase.duration", "s", "Duration of a batch by phase", advice: phases);
        rejected = meter.CreateCounter<long>(
            "tiffin.commit.rejected", "{command}", "Commands that were not executed, or whose outcome is unknown");
        aborted = meter.CreateCounter<long>(
            "tiffin.commit.aborted", "{connection}", "Silent connections of the writer that the watchdog closed");
    }

    public void Observe(Func<int> depth, Func<TimeSpan> age)
    {
        meter.CreateObservableGauge("tiffin.commit.queue.depth", depth, "{command}", "Queued commands");
        meter.CreateObservableGauge(
            "tiffin.commit.batch.age", () => age().TotalSeconds, "s", "Age of the running batch; 0 when there is none");
    }

    public void Aborted() => aborted.Add(1);

    public void RecordBatch(int commands, long started, long loaded, long decided, long written)
    {
        size.Record(commands);
        RecordPhase("prefetch", started, loaded);
        RecordPhase("decide", loaded, decided);
        RecordPhase("write", decided, written);
    }

    public void Rejected(Unavailability reason) =>
        rejected.Add(1, new KeyValuePair<string, object?>("reason", reason.Code()));

    void RecordPhase(string name, long from, long to) => phase.Record(
        Stopwatch.GetElapsedTime(from, to).TotalSeconds, new KeyValuePair<string, object?>("phase", name));
}
