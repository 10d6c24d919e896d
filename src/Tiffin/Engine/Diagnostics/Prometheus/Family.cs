using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Tiffin.Engine.Diagnostics.Prometheus;

/// <summary>All series of one name.</summary>
sealed class Family(Instrument instrument, SeriesKind kind, double[] bounds)
{
    /// <summary>Bounds the cardinality: further label sets share one overflow series.</summary>
    public const int SeriesMax = 2_000;

    const string Overflow = "otel_metric_overflow=\"true\"";

    readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Series> found = new(new LabelComparer());
    readonly ConcurrentDictionary<string, Series> series = new();
    readonly bool isObserved = instrument.IsObservable;
    readonly bool isLatest = instrument.IsObservable || instrument.GetType().Name.StartsWith("Gauge");
    readonly Lock single = new();

    public string Name { get; } = PrometheusNames.Of(instrument, kind);
    public SeriesKind Kind => kind;

    public IEnumerable<(string Labels, Distribution Values)> Histograms =>
        series.Where(one => one.Value is Distribution).Select(one => (one.Key, (Distribution)one.Value));

    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, long scrape)
    {
        var lookup = found.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        if (!lookup.TryGetValue(tags, out var one)) one = Open(tags.ToArray());
        one.Measure(value);
        if (isObserved) one.SeenIn = scrape;
    }

    public void Write(StringBuilder text, long scrape)
    {
        var seen = series.Where(one => !isObserved || one.Value.SeenIn == scrape)
            .OrderBy(one => one.Key, StringComparer.Ordinal).ToList();
        if (seen.Count == 0) return;
        if (instrument.Description is { Length: > 0 } help)
            text.Append($"# HELP {Name} {PrometheusNames.Help(help)}\n");
        text.Append($"# TYPE {Name} {kind.ToString().ToLowerInvariant()}\n");
        foreach (var (labels, one) in seen) one.Write(text, Name, labels);
    }

    // Labels in a different order, or with values of other types, belong to the same series.
    Series Open(KeyValuePair<string, object?>[] tags)
    {
        lock (single)
        {
            var labels = PrometheusNames.Labels(tags);
            var isFull = series.Count >= SeriesMax && !series.ContainsKey(labels);
            var one = series.GetOrAdd(isFull ? Overflow : labels, _ => New());
            // Label sets beyond the limit are not cached and take this slower path each time, which bounds the memory.
            if (!isFull && found.Count < 2 * SeriesMax) found[tags] = one;
            return one;
        }
    }

    Series New() => kind == SeriesKind.Histogram ? new Distribution(bounds) : isLatest ? new Latest() : new Total();
}
