using System.Globalization;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Analytics;

enum BucketSize { Hour, Day }

/// <summary>An hour or day in a kitchen's time zone, labelled with its start or its date.</summary>
sealed record TimeBucket(string Label, DateTimeOffset Start)
{
    public static readonly IReadOnlyDictionary<string, BucketSize> Sizes =
        new Dictionary<string, BucketSize>(StringComparer.Ordinal)
        {
            ["hour"] = BucketSize.Hour,
            ["day"] = BucketSize.Day,
        };

    static readonly TimeSpan quarterHour = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Splits a range of whole quarters into hours or days of local time. With daylight saving, a day has 23, 24 or 25
    /// hours, and a repeated hour yields two buckets.
    /// </summary>
    public static IReadOnlyList<TimeBucket> Split(
        DateTimeOffset from, DateTimeOffset to, BucketSize size, TimeZoneInfo zone)
    {
        var buckets = new List<TimeBucket>();
        var current = default((DateTime, TimeSpan)?);
        for (var at = from; at < to; at += quarterHour)
        {
            var local = TimeZoneInfo.ConvertTime(at, zone);
            var part = size == BucketSize.Day
                ? (local.Date, TimeSpan.Zero)
                : (local.Date.AddHours(local.Hour), local.Offset);
            if (part == current) continue;
            current = part;
            buckets.Add(new TimeBucket(size == BucketSize.Day ? Date(local) : JsonTime.Text(at), at));
        }
        return buckets;
    }

    static string Date(DateTimeOffset local) => local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
