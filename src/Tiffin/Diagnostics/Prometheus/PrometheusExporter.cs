using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Numerics;
using System.Text;

namespace Tiffin.Diagnostics.Prometheus;

/// <summary>
/// What this node measures of itself, as text for Prometheus: our meters, and those of the web server, the database
/// driver and the runtime.
/// </summary>
public sealed class PrometheusExporter : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>
    /// Meters by the beginning of their name. Not System.Net's: they tell of others' hosts. Of ASP.NET Core's those
    /// of the server and of requests alone: each of the others measures every request once more.
    /// </summary>
    public static readonly IReadOnlyList<string> Meters =
    [
        "Tiffin.", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime",
    ];

    /// <summary>For an instrument that advises no bounds of its own: from a millisecond to a minute.</summary>
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
            // A meter of another server in this process is none of ours.
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

    /// <summary>Asks the observed instruments, and writes everything down.</summary>
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
    /// The histograms of one name by their labels, now: what is measured already need not be measured again.
    /// </summary>
    internal IEnumerable<(string Labels, Distribution Values)> Histograms(string name) =>
        families.TryGetValue(name, out var family) ? family.Histograms : [];

    public void Dispose() => listener.Dispose();

    void Listen<T>() where T : struct, INumberBase<T> => listener.SetMeasurementEventCallback<T>(
        (_, value, tags, family) => ((Family)family!).Measure(double.CreateTruncating(value), tags, scrape));

    /// <summary>Null when the name is taken by something of another kind.</summary>
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
