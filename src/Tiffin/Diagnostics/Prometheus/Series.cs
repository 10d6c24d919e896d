using System.Globalization;
using System.Text;

namespace Tiffin.Diagnostics.Prometheus;

enum SeriesKind { Counter, Gauge, Histogram }

/// <summary>The figures of one instrument with one set of labels. Measuring takes no lock.</summary>
abstract class Series
{
    /// <summary>The scrape that saw this last: an observed value that is no longer reported is left out.</summary>
    public long SeenIn { get; set; }

    public abstract void Measure(double value);

    public abstract void Write(StringBuilder text, string name, string labels);

    protected static void Add(ref double sum, double value)
    {
        double seen, found = Volatile.Read(ref sum);
        do
        {
            seen = found;
            found = Interlocked.CompareExchange(ref sum, seen + value, seen);
        }
        // As bits: a sum that is not a number must not be tried for ever.
        while (BitConverter.DoubleToInt64Bits(found) != BitConverter.DoubleToInt64Bits(seen));
    }

    protected static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    protected static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}

/// <summary>A counter or a gauge that is told of changes.</summary>
sealed class Total : Series
{
    double total;

    public override void Measure(double value) => Add(ref total, value);

    public override void Write(StringBuilder text, string name, string labels) =>
        Line(text, name, labels, Volatile.Read(ref total));
}

/// <summary>A counter or a gauge whose value is told.</summary>
sealed class Latest : Series
{
    double value;

    public override void Measure(double value) => Volatile.Write(ref this.value, value);

    public override void Write(StringBuilder text, string name, string labels) =>
        Line(text, name, labels, Volatile.Read(ref value));
}

/// <summary>How often a value was at most each of the bounds.</summary>
sealed class Distribution(double[] bounds) : Series
{
    readonly long[] counts = new long[bounds.Length + 1];
    double sum;

    public long Count => counts.Sum();

    /// <summary>How many were at most this, which is one of the bounds.</summary>
    public long AtMost(double bound) => counts[..(Array.IndexOf(bounds, bound) + 1)].Sum();

    public override void Measure(double value)
    {
        var bucket = Array.BinarySearch(bounds, value);
        Interlocked.Increment(ref counts[bucket < 0 ? ~bucket : bucket]);
        Add(ref sum, value);
    }

    public override void Write(StringBuilder text, string name, string labels)
    {
        var before = labels.Length > 0 ? labels + "," : "";
        var count = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            count += Interlocked.Read(ref counts[i]);
            var bound = i < bounds.Length ? bounds[i] : double.PositiveInfinity;
            Line(text, $"{name}_bucket", $"{before}le=\"{Number(bound)}\"", count);
        }
        Line(text, $"{name}_sum", labels, Volatile.Read(ref sum));
        Line(text, $"{name}_count", labels, count);
    }
}
