using System.Globalization;
using Tiffin.Domain;
using Tiffin.Edge;

namespace Tiffin.Features.Analytics;

/// <summary>
/// Selects sums. <paramref name="From"/> and <paramref name="To"/> are whole quarters of an hour; null does not filter.
/// <paramref name="Scope"/>: the kitchens that the caller may see.
/// </summary>
sealed record AnalyticsFilter(
    DateTimeOffset From, DateTimeOffset To, string? KitchenId, string? BrandId, string? Channel,
    IReadOnlyList<string>? Scope);

/// <summary>Parses query parameters and collects their faults.</summary>
sealed class AnalyticsRequest(IQueryCollection query, DateTimeOffset now)
{
    public const int TopMax = 200;
    const int TopDefault = 20;
    const int DaysMax = 366;
    const int DaysMaxByHour = 31;

    static readonly TimeSpan rangeDefault = TimeSpan.FromHours(24);
    static readonly DateTimeOffset earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset latest = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static readonly Dictionary<string, BucketSize> sizes = new(StringComparer.Ordinal)
    {
        ["hour"] = BucketSize.Hour,
        ["day"] = BucketSize.Day,
    };

    readonly Faults faults = new();

    public Problem? Problem => faults.All.Count == 0
        ? null
        : Problems.Malformed(faults.All);

    public AnalyticsFilter Filter(IReadOnlyList<string>? scope, BucketSize? size = null)
    {
        var to = Ceiling(Time("to") ?? now);
        var from = Cell.QuarterOf(Time("from") ?? to - rangeDefault);
        var days = size == BucketSize.Hour ? DaysMaxByHour : DaysMax;
        if (from < earliest || to > latest || from >= to || to - from > TimeSpan.FromDays(days))
            faults.Add(Query.Place("from"), "bad_range", $"'from' must be before 'to', by at most {days} days");
        return new AnalyticsFilter(from, to, Slug("kitchenId"), Slug("brandId"), Slug("channel"), scope);
    }

    public Measure Metric() => Word("metric", Metrics.ByName, null);

    public BucketSize Bucket() => Word("bucket", sizes, "hour");

    public int Top()
    {
        if (Text("top") is not { } text) return TopDefault;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var top)
            && top is > 0 and <= TopMax)
            return top;
        faults.Add(Query.Place("top"), "out_of_range", $"must be 1 to {TopMax}");
        return TopDefault;
    }

    T Word<T>(string name, Dictionary<string, T> words, string? byDefault)
    {
        if ((Text(name) ?? byDefault) is { } text && words.TryGetValue(text, out var word)) return word;
        faults.Add(Query.Place(name), $"unknown_{name}", $"expected one of: {string.Join(", ", words.Keys)}");
        return default!;
    }

    string? Slug(string name)
    {
        var text = Text(name);
        if (text is not null) faults.Slug(Query.Place(name), text);
        return text;
    }

    DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text) return null;
        // Without an offset, the time would be interpreted in the server's time zone.
        if (DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            && time > earliest && time < latest)
            return time;
        faults.Add(Query.Place(name), "not_a_time", "expected an RFC 3339 time such as 2026-01-31T18:30:00Z");
        return null;
    }

    static readonly string[] formats =
        ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    string? Text(string name)
    {
        var values = query[name];
        if (values.Count > 1) faults.Add(Query.Place(name), "duplicate", "must not be given more than once");
        return values.Count == 0 ? null : values[0];
    }

    static DateTimeOffset Ceiling(DateTimeOffset time) =>
        Cell.QuarterOf(time) is var quarter && quarter == time ? quarter : quarter.AddMinutes(15);
}
