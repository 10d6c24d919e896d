using System.Globalization;
using System.Text;

namespace Tiffin.Engine.Diagnostics.Prometheus;

enum SeriesKind { Counter, Gauge, Histogram }

/// <summary>The values of one instrument with one set of labels. Measuring is lock-free.</summary>
abstract class Series
{
    /// <summary>The last scrape with a value; values that are no longer observed are omitted.</summary>
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
        // Compares bits, because a NaN never equals itself and the loop would not end.
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

/// <summary>A counter or gauge that receives deltas.</summary>
sealed class Total : Series
{
    double total;

    public override void Measure(double value) => Add(ref total, value);

    public override void Write(StringBuilder text, string name, string labels) =>
        Line(text, name, labels, Volatile.Read(ref total));
}

/// <summary>A counter or gauge that receives absolute values.</summary>
sealed class Latest : Series
{
    double value;

    public override void Measure(double value) => Volatile.Write(ref this.value, value);

    public override void Write(StringBuilder text, string name, string labels) =>
        Line(text, name, labels, Volatile.Read(ref value));
}

/// <summary>A histogram with fixed bucket bounds.</summary>
sealed class Distribution(double[] bounds) : Series
{
    readonly long[] counts = new long[bounds.Length + 1];
    double sum;

    public long Count => counts.Sum();

    /// <summary>Number of values up to <paramref name="bound"/>, which must be a bucket bound.</summary>
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
