using System.Globalization;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Analytics;

enum BucketSize { Hour, Day }

/// <summary>An hour or a day of a kitchen's own clock, named by its start or its date.</summary>
sealed record Bucket(string Label, DateTimeOffset Start)
{
    static readonly TimeSpan quarter = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Cuts a range of whole quarters where the zone's clock begins another hour or day, whatever its offset and
    /// daylight saving: a day can have 23, 24 or 25 hours, and an hour that comes twice is two.
    /// </summary>
    public static IReadOnlyList<Bucket> Cut(DateTimeOffset from, DateTimeOffset to, BucketSize size, TimeZoneInfo zone)
    {
        var buckets = new List<Bucket>();
        var current = default((DateTime, TimeSpan)?);
        for (var at = from; at < to; at += quarter)
        {
            var local = TimeZoneInfo.ConvertTime(at, zone);
            var part = size == BucketSize.Day
                ? (local.Date, TimeSpan.Zero)
                : (local.Date.AddHours(local.Hour), local.Offset);
            if (part == current) continue;
            current = part;
            buckets.Add(new Bucket(size == BucketSize.Day ? Date(local) : JsonTime.Text(at), at));
        }
        return buckets;
    }

    static string Date(DateTimeOffset local) => local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
