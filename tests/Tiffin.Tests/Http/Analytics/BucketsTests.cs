using Tiffin.Features.Analytics;

namespace Tiffin.Tests.Http.Analytics;

public sealed class BucketsTests
{
    [Fact]
    public void A_day_in_Kolkata_begins_at_half_past_six_in_the_evening_of_UTC()
    {
        var days = Cut("2026-11-21T18:00:00Z", "2026-11-22T19:00:00Z", BucketSize.Day, "Asia/Kolkata");

        days.ShouldBe([
            new("2026-11-21", At("2026-11-21T18:00:00Z")),
            new("2026-11-22", At("2026-11-21T18:30:00Z")),
            new("2026-11-23", At("2026-11-22T18:30:00Z")),
        ]);
    }

    [Fact]
    public void An_hour_in_Kathmandu_begins_at_a_quarter_past()
    {
        var hours = Cut("2026-11-22T10:00:00Z", "2026-11-22T12:00:00Z", BucketSize.Hour, "Asia/Kathmandu");

        hours.Select(hour => hour.Label).ShouldBe([
            "2026-11-22T10:00:00.000Z", "2026-11-22T10:15:00.000Z", "2026-11-22T11:15:00.000Z",
        ]);
    }

    [Theory]
    [InlineData("2026-03-29", 23)]
    [InlineData("2026-03-30", 24)]
    [InlineData("2026-10-25", 25)]
    public void A_day_is_as_long_as_daylight_saving_makes_it(string date, int hours)
    {
        var days = Cut("2026-03-01T00:00:00Z", "2026-11-01T00:00:00Z", BucketSize.Day, "Europe/Berlin");

        var index = days.ToList().FindIndex(day => day.Label == date);
        (days[index + 1].Start - days[index].Start).ShouldBe(TimeSpan.FromHours(hours));
    }

    [Fact]
    public void The_hour_that_comes_twice_is_two_hours()
    {
        // Half past one comes twice in New York on this night: at 05:30 and at 06:30 UTC.
        var hours = Cut("2026-11-01T05:00:00Z", "2026-11-01T08:00:00Z", BucketSize.Hour, "America/New_York");

        hours.Count.ShouldBe(3);
    }

    [Fact]
    public void A_day_whose_midnight_is_skipped_begins_at_one()
    {
        // Cairo went from 23:59:59 to 01:00 on this night.
        var days = Cut("2026-04-23T12:00:00Z", "2026-04-24T12:00:00Z", BucketSize.Day, "Africa/Cairo");

        days[1].ShouldBe(new("2026-04-24", At("2026-04-23T22:00:00Z")));
    }

    static IReadOnlyList<TimeBucket> Cut(string from, string to, BucketSize size, string zone) =>
        TimeBucket.Split(At(from), At(to), size, TimeZoneInfo.FindSystemTimeZoneById(zone));

    static DateTimeOffset At(string time) =>
        DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
}
