using Tiffin.Edge;

namespace Tiffin.Features.Analytics;

/// <summary>
/// Selects sums. <paramref name="From"/> and <paramref name="To"/> are whole quarters of an hour; null means no filter.
/// <paramref name="VisibleKitchens"/>: the kitchens that the caller may see.
/// </summary>
sealed record AnalyticsFilter(
    DateTimeOffset From, DateTimeOffset To, string? KitchenId, string? BrandId, string? Channel,
    IReadOnlyList<string>? VisibleKitchens)
{
    const int DaysMax = 366;
    const int DaysMaxByHour = 31;

    static readonly TimeSpan rangeDefault = TimeSpan.FromHours(24);
    static readonly DateTimeOffset earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset latest = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static AnalyticsFilter Of(
        Query query, DateTimeOffset now, IReadOnlyList<string>? visibleKitchens, BucketSize? size = null)
    {
        var to = Ceiling(Time(query, "to") ?? now);
        var from = Cell.QuarterHourOf(Time(query, "from") ?? to - rangeDefault);
        var days = size == BucketSize.Hour ? DaysMaxByHour : DaysMax;
        if (from >= to || to - from > TimeSpan.FromDays(days))
            query.AddFault("from", "bad_range", $"'from' must be before 'to', by at most {days} days");
        return new AnalyticsFilter(
            from, to, query.Slug("kitchenId"), query.Slug("brandId"), query.Slug("channel"), visibleKitchens);
    }

    // Rounding up at the end of the calendar, or a default start before its beginning, would overflow.
    static DateTimeOffset? Time(Query query, string name)
    {
        if (query.Time(name) is not { } time) return null;
        if (time > earliest && time < latest) return time;
        query.AddFault(name, "bad_range", $"expected a time between {earliest.Year} and {latest.Year}");
        return null;
    }

    static DateTimeOffset Ceiling(DateTimeOffset time) =>
        Cell.QuarterHourOf(time) is var quarter && quarter == time ? quarter : quarter.AddMinutes(15);
}
