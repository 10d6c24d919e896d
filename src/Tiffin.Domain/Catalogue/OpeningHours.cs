using System.Globalization;

namespace Tiffin.Domain.Catalogue;

public enum Weekday { Mon, Tue, Wed, Thu, Fri, Sat, Sun }

/// <summary>
/// A weekly range in the kitchen's local time; times are <c>HH:mm</c>. It belongs to the day on which it starts: if its
/// end is at or before its start, it ends on the next day. <c>00:00</c> to <c>00:00</c> is a whole day.
/// </summary>
public sealed record HoursRange(IReadOnlyList<Weekday> Days, string From, string To)
{
    public bool Equals(HoursRange? other) => other is not null
        && (From, To) == (other.From, other.To) && Days.SequenceEqual(other.Days);

    public override int GetHashCode() => HashCode.Combine(From, To);
}

/// <summary>
/// Replaces the weekly ranges that start on a date: the kitchen is closed, or has other hours. Each of several
/// exceptions for one date is one range.
/// </summary>
public sealed record HoursException(DateOnly Date, bool Closed = false, string? From = null, string? To = null);

/// <summary>
/// When a kitchen starts orders, in its local time. A kitchen without weekly ranges is always open, apart from its
/// <paramref name="Exceptions"/>.
/// </summary>
public sealed record OpeningHours(IReadOnlyList<HoursRange> Weekly, IReadOnlyList<HoursException> Exceptions)
{
    public const int RangesMax = 50;
    public const int ExceptionsMax = 400;
    public const string TimePattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$";

    public static readonly OpeningHours Always = new([], []);

    static readonly HoursRange[] wholeWeek = [new(Enum.GetValues<Weekday>(), "00:00", "00:00")];

    bool IsAlways => Weekly.Count == 0 && Exceptions.Count == 0;

    public bool IsOpen(DateTimeOffset time, TimeZoneInfo zone)
    {
        if (IsAlways) return true;
        var day = LocalTime.DayAt(time, zone);
        return StartingOn(day.AddDays(-1), zone).Concat(StartingOn(day, zone))
            .Any(range => range.From <= time && time < range.To);
    }

    /// <summary>
    /// The first time at or after <paramref name="time"/> at which it is open; null if there is none.
    /// </summary>
    public DateTimeOffset? NextOpening(DateTimeOffset time, TimeZoneInfo zone)
    {
        if (IsOpen(time, zone)) return time;
        foreach (var day in DaysFrom(LocalTime.DayAt(time, zone)))
        {
            var openings = StartingOn(day, zone).Select(range => range.From).Where(from => from > time).ToList();
            if (openings.Count > 0) return openings.Min();
        }
        return null;
    }

    /// <summary>Validates; <paramref name="at"/> is the JSON pointer to the hours.</summary>
    internal void Check(string at, Faults faults)
    {
        faults.Count($"{at}/weekly", Weekly.Count, 0, RangesMax);
        for (var i = 0; i < Math.Min(Weekly.Count, RangesMax); i++)
        {
            faults.Count($"{at}/weekly/{i}/days", Weekly[i].Days.Count, 1, 7);
            CheckTime($"{at}/weekly/{i}/from", Weekly[i].From, faults);
            CheckTime($"{at}/weekly/{i}/to", Weekly[i].To, faults);
        }
        faults.Count($"{at}/exceptions", Exceptions.Count, 0, ExceptionsMax);
        for (var i = 0; i < Math.Min(Exceptions.Count, ExceptionsMax); i++)
            CheckException($"{at}/exceptions/{i}", Exceptions[i], faults);
    }

    void CheckException(string at, HoursException exception, Faults faults)
    {
        if (exception.Closed ? (exception.From ?? exception.To) is not null
            : exception.From is null || exception.To is null)
        {
            faults.Add(at, "one_of", "give either closed: true, or from and to");
            return;
        }
        if (exception.Closed)
        {
            if (Exceptions.Count(other => other.Date == exception.Date) > 1)
                faults.Add($"{at}/date", "duplicate", $"{exception.Date:yyyy-MM-dd} is closed and has another entry");
            return;
        }
        CheckTime($"{at}/from", exception.From!, faults);
        CheckTime($"{at}/to", exception.To!, faults);
    }

    static void CheckTime(string at, string time, Faults faults)
    {
        if (!TimeOnly.TryParseExact(time, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            faults.Add(at, "not_a_time_of_day", $"must be a time of day from 00:00 to 23:59, is '{time}'");
    }

    // Each exception can close one of the days that have a weekly range. Two more such days may have no opening left:
    // today, when its ranges are over, and a day on which the clocks skip a range. Other days matter only if an
    // exception opens them.
    IEnumerable<DateOnly> DaysFrom(DateOnly first)
    {
        var count = Exceptions.Count + 3;
        return Enumerable.Range(0, 7 * count).Select(first.AddDays).Where(day => WeeklyOn(day).Any()).Take(count)
            .Union(Exceptions.Select(exception => exception.Date).Where(date => date >= first)).Order();
    }

    IEnumerable<HoursRange> WeeklyOn(DateOnly day)
    {
        var weekday = (Weekday)(((int)day.DayOfWeek + 6) % 7);
        return (Weekly.Count == 0 ? wholeWeek : Weekly).Where(range => range.Days.Contains(weekday));
    }

    IEnumerable<(DateTimeOffset From, DateTimeOffset To)> StartingOn(DateOnly day, TimeZoneInfo zone)
    {
        var exceptions = Exceptions.Where(exception => exception.Date == day).ToList();
        var ranges = exceptions.Count > 0
            ? exceptions.Where(exception => !exception.Closed).Select(one => (From: one.From!, To: one.To!))
            : WeeklyOn(day).Select(range => (range.From, range.To));
        return ranges.Select(range => Range(day, range.From, range.To, zone))
            // When the clocks go forward, they can skip a whole range.
            .Where(range => range.From < range.To);
    }

    static (DateTimeOffset From, DateTimeOffset To) Range(DateOnly day, string from, string to, TimeZoneInfo zone)
    {
        var (start, end) = (Time(from), Time(to));
        var endDay = end <= start ? day.AddDays(1) : day;
        return (
            LocalTime.FirstInstant(day.ToDateTime(start), zone), LocalTime.LastInstant(endDay.ToDateTime(end), zone));
    }

    static TimeOnly Time(string text) => TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture);

    public bool Equals(OpeningHours? other) => other is not null
        && Weekly.SequenceEqual(other.Weekly) && Exceptions.SequenceEqual(other.Exceptions);

    public override int GetHashCode() => HashCode.Combine(Weekly.Count, Exceptions.Count);
}

/// <summary>
/// Converts local times to instants. A local time that the clocks skip is the instant at which they go forward; one
/// that they show twice is the first or the last of the two.
/// </summary>
static class LocalTime
{
    public static DateOnly DayAt(DateTimeOffset time, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, zone).DateTime);

    public static DateTimeOffset FirstInstant(DateTime local, TimeZoneInfo zone) =>
        At(local, zone, zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : null);

    public static DateTimeOffset LastInstant(DateTime local, TimeZoneInfo zone) =>
        At(local, zone, zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Min() : null);

    static DateTimeOffset At(DateTime local, TimeZoneInfo zone, TimeSpan? offset)
    {
        var shown = local;
        while (zone.IsInvalidTime(shown)) shown = shown.AddMinutes(-1);
        var time = new DateTimeOffset(shown, offset ?? zone.GetUtcOffset(shown)).ToUniversalTime();
        return shown == local ? time : time.AddMinutes(1);
    }
}
