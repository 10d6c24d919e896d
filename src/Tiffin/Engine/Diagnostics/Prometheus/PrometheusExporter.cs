using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Numerics;
using System.Text;

namespace Tiffin.Engine.Diagnostics.Prometheus;

/// <summary>
/// Exports this node's metrics in the Prometheus text format: Tiffin's meters, and those of the web server, the
/// database driver and the runtime.
/// </summary>
public sealed class PrometheusExporter : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>
    /// Prefixes of meter names. Without System.Net, whose labels contain remote hosts. Of ASP.NET Core only the server
    /// and request meters, because each other one adds a measurement to every request.
    /// </summary>
    public static readonly IReadOnlyList<string> Meters =
    [
        "Tiffin.", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime",
    ];

    // Default bucket bounds, for instruments without advice: 1 ms to 60 s.
    static readonly double[] latency =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    readonly MeterListener listener = new();
    readonly ConcurrentDictionary<string, Family> families = new();
    readonly Lock single = new();
    long scrape;

    public PrometheusExporter(IMeterFactory owner)
    {
        listener.InstrumentPublished = (instrument, events) =>
        {
            // Ignores the meters of another server in the same process.
            var isOurs = instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, owner);
            if (isOurs && Meters.Any(instrument.Meter.Name.StartsWith) && FamilyOf(instrument) is { } family)
                events.EnableMeasurementEvents(instrument, family);
        };
        Listen<byte>();
        Listen<short>();
        Listen<int>();
        Listen<long>();
        Listen<float>();
        Listen<double>();
        Listen<decimal>();
        listener.Start();
    }

    /// <summary>Reads the observable instruments and returns all metrics as text.</summary>
    public string Scrape()
    {
        lock (single)
        {
            scrape++;
            listener.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach (var (_, family) in families.OrderBy(one => one.Key, StringComparer.Ordinal))
                family.Write(text, scrape);
            return text.ToString();
        }
    }

    /// <summary>
    /// Current values of the histograms with a name, by their labels.
    /// </summary>
    internal IEnumerable<(string Labels, Distribution Values)> Histograms(string name) =>
        families.TryGetValue(name, out var family) ? family.Histograms : [];

    public void Dispose() => listener.Dispose();

    void Listen<T>() where T : struct, INumberBase<T> => listener.SetMeasurementEventCallback<T>(
        (_, value, tags, family) => ((Family)family!).Measure(double.CreateTruncating(value), tags, scrape));

    // Null when the name is already used by an instrument of another kind.
    Family? FamilyOf(Instrument instrument)
    {
        var kind = KindOf(instrument);
        var one = new Family(instrument, kind, kind == SeriesKind.Histogram ? Bounds(instrument) : []);
        var known = families.GetOrAdd(one.Name, one);
        return known.Kind == kind ? known : null;
    }

    static SeriesKind KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Histogram" => SeriesKind.Histogram,
        "Counter" or "ObservableCounter" => SeriesKind.Counter,
        _ => SeriesKind.Gauge,
    };

    static double[] Bounds(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised],
        _ => latency,
    };
}
