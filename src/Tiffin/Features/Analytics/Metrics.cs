using System.Globalization;
using System.Text.Json;

namespace Tiffin.Features.Analytics;

/// <summary>Sums by measure and key.</summary>
sealed class Sums
{
    readonly Dictionary<Measure, SortedDictionary<string, long>> values = [];

    public void Add(Measure measure, string key, long value)
    {
        if (!values.TryGetValue(measure, out var keys)) values[measure] = keys = new(StringComparer.Ordinal);
        keys[key] = keys.GetValueOrDefault(key) + value;
    }

    public IEnumerable<(string Key, long Value)> Of(Measure measure) =>
        values.TryGetValue(measure, out var keys) ? keys.Select(pair => (pair.Key, pair.Value)) : [];

    public long Total(Measure measure) => Of(measure).Sum(sum => sum.Value);
}

/// <summary>The metrics by name, and their JSON format, which is the same in all responses.</summary>
static class Metrics
{
    static readonly (string Name, double Share)[] quantiles =
        [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)];

    // A shorter preparation was recorded only when it had ended, so its time is meaningless. Filtered here and not in
    // the sums, so that the filter also applies to past sums.
    static readonly int preparationBucketMin = Histogram.BucketOf(60_000);

    public static readonly Dictionary<string, Measure> ByName = new(StringComparer.Ordinal)
    {
        ["placed"] = Measure.Placed,
        ["delivered"] = Measure.Delivered,
        ["cancelled"] = Measure.Cancelled,
        ["revenue"] = Measure.Revenue,
        ["tax"] = Measure.Tax,
        ["items"] = Measure.Items,
        ["wasted"] = Measure.Wasted,
        ["accept"] = Measure.Accept,
        ["prepare"] = Measure.Prepare,
        ["wait"] = Measure.Wait,
        ["deliver"] = Measure.Deliver,
        ["promises"] = Measure.Promises,
    };

    public static void WriteValue(this Utf8JsonWriter json, Measure metric, Sums sums)
    {
        switch (metric)
        {
            case Measure.Cancelled:
                WriteCancelled(json, sums);
                break;
            case Measure.Revenue or Measure.Tax:
                WriteMoney(json, sums.Of(metric));
                break;
            case Measure.Wasted:
                WriteWasted(json, sums);
                break;
            case Measure.Prepare:
                WriteTimes(json, Array.FindAll(HistogramOf(sums, metric), part => part.Bucket >= preparationBucketMin));
                break;
            case Measure.Accept or Measure.Wait or Measure.Deliver:
                WriteTimes(json, HistogramOf(sums, metric));
                break;
            case Measure.Promises:
                WritePromises(json, HistogramOf(sums, metric));
                break;
            default:
                json.WriteNumberValue(sums.Total(metric));
                break;
        }
    }

    static void WriteCancelled(Utf8JsonWriter json, Sums sums)
    {
        json.WriteStartObject();
        json.WriteNumber("count"u8, sums.Total(Measure.Cancelled));
        json.WriteStartArray("reasons"u8);
        foreach (var (key, count) in sums.Of(Measure.Cancelled).OrderByDescending(sum => sum.Value))
        {
            var (reason, by) = SplitKey(key);
            json.WriteStartObject();
            json.WriteString("reason"u8, reason);
            json.WriteString("by"u8, by);
            json.WriteNumber("count"u8, count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>One amount per currency: kitchens may sell in different currencies.</summary>
    public static void WriteMoney(Utf8JsonWriter json, IEnumerable<(string Currency, long Amount)> sums)
    {
        json.WriteStartArray();
        foreach (var (currency, amount) in sums)
        {
            json.WriteStartObject();
            json.WriteNumber("amount"u8, amount);
            json.WriteString("currency"u8, currency);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void WriteWasted(Utf8JsonWriter json, Sums sums)
    {
        json.WriteStartArray();
        var wasted = sums.Of(Measure.Wasted).GroupBy(sum => SkuOf(sum.Key));
        foreach (var reasons in wasted.OrderBy(sku => sku.Key, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("sku"u8, reasons.Key);
            json.WriteNumber("quantity"u8, reasons.Sum(sum => sum.Value));
            json.WriteStartArray("reasons"u8);
            foreach (var (key, quantity) in reasons.OrderByDescending(sum => sum.Value))
            {
                json.WriteStartObject();
                json.WriteNumber("quantity"u8, quantity);
                if (key != reasons.Key) json.WriteString("reason"u8, SplitKey(key).Item2);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();

        static string SkuOf(string key) => key.Contains('/') ? SplitKey(key).Item1 : key;
    }

    static (int Bucket, long Count)[] HistogramOf(Sums sums, Measure metric) =>
    [
        .. sums.Of(metric)
            .Select(sum => (Bucket: int.Parse(sum.Key, CultureInfo.InvariantCulture), Count: sum.Value))
            .OrderBy(part => part.Bucket),
    ];

    static void WritePromises(Utf8JsonWriter json, (int Bucket, long Count)[] counts)
    {
        var late = Array.FindAll(counts, part => part.Bucket != Histogram.Zero);
        var count = counts.Sum(part => part.Count);
        json.WriteStartObject();
        json.WriteNumber("count"u8, count);
        json.WriteNumber("kept"u8, count - late.Sum(part => part.Count));
        json.WritePropertyName("late"u8);
        WriteTimes(json, late);
        json.WriteEndObject();
    }

    static void WriteTimes(Utf8JsonWriter json, (int Bucket, long Count)[] counts)
    {
        json.WriteStartObject();
        json.WriteNumber("count"u8, counts.Sum(part => part.Count));
        if (counts.Length > 0)
        {
            json.WriteStartObject("seconds"u8);
            foreach (var (name, share) in quantiles)
                json.WriteNumber(name, Math.Round(Histogram.Quantile(counts, share)!.Value / 1000, 3));
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    /// <summary>Splits a key such as <c>item/currency</c>.</summary>
    public static (string, string) SplitKey(string key)
    {
        var slash = key.LastIndexOf('/');
        return (key[..slash], key[(slash + 1)..]);
    }
}
