using System.Globalization;
using Tiffin.Domain.Catalogue;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Catalogue;

/// <summary>Times are UTC. Berlin is one hour ahead in winter and two in summer.</summary>
public sealed class OpeningHoursTests
{
    static readonly TimeZoneInfo berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    static readonly Weekday[] allDays = Enum.GetValues<Weekday>();

    [Theory]
    [InlineData("2026-03-02 09:59:59", false)]
    [InlineData("2026-03-02 10:00", true)]
    [InlineData("2026-03-02 21:59:59", true)]
    [InlineData("2026-03-02 22:00", false)]
    public void A_range_includes_its_start_and_excludes_its_end(string time, bool isOpen) =>
        Daily("11:00", "23:00").IsOpen(Time(time), berlin).ShouldBe(isOpen);

    [Theory]
    [InlineData("2026-03-02 21:00", true)]
    [InlineData("2026-03-02 22:59:59", true)]
    [InlineData("2026-03-02 23:00", true)]
    [InlineData("2026-03-03 00:59:59", true)]
    [InlineData("2026-03-03 01:00", false)]
    [InlineData("2026-03-03 21:00", false)]
    public void A_range_over_midnight_belongs_to_the_day_on_which_it_starts(string time, bool isOpen) =>
        Weekly(new HoursRange([Weekday.Mon], "22:00", "02:00")).IsOpen(Time(time), berlin).ShouldBe(isOpen);

    [Theory]
    [InlineData("2026-03-02 05:00", "2026-03-02 10:00")]
    [InlineData("2026-03-02 12:00", "2026-03-02 12:00")]
    [InlineData("2026-03-02 22:00", "2026-03-03 10:00")]
    [InlineData("2026-03-06 22:00", "2026-03-09 10:00")]
    public void The_next_opening_skips_days_without_a_range(string time, string expected) =>
        Weekly(new HoursRange([Weekday.Mon, Weekday.Tue, Weekday.Wed, Weekday.Thu, Weekday.Fri], "11:00", "23:00"))
            .NextOpening(Time(time), berlin).ShouldBe(Time(expected));

    [Fact]
    public void The_earlier_of_two_ranges_on_a_day_opens_first()
    {
        var split = Weekly(new HoursRange(allDays, "18:00", "22:00"), new HoursRange(allDays, "11:00", "15:00"));

        split.NextOpening(Time("2026-03-02 04:00"), berlin).ShouldBe(Time("2026-03-02 10:00"));
        split.NextOpening(Time("2026-03-02 14:00"), berlin).ShouldBe(Time("2026-03-02 17:00"));
    }

    // On 2026-03-29 the clocks go from 02:00 to 03:00, at 01:00 UTC.
    [Theory]
    [InlineData("02:30", "10:00", "2026-03-29 00:59:59", false)]
    [InlineData("02:30", "10:00", "2026-03-29 01:00", true)]
    [InlineData("02:30", "10:00", "2026-03-29 07:59:59", true)]
    [InlineData("02:30", "10:00", "2026-03-29 08:00", false)]
    [InlineData("22:00", "02:30", "2026-03-29 00:59:59", true)]
    [InlineData("22:00", "02:30", "2026-03-29 01:00", false)]
    [InlineData("02:10", "02:50", "2026-03-29 01:00", false)]
    [InlineData("02:10", "02:50", "2026-03-29 00:30", false)]
    public void A_time_that_the_clocks_skip_counts_as_the_moment_of_the_change(
        string from, string to, string time, bool isOpen) =>
        Daily(from, to).IsOpen(Time(time), berlin).ShouldBe(isOpen);

    [Fact]
    public void A_range_that_clocks_skip_whole_does_not_open() =>
        Daily("02:10", "02:50").NextOpening(Time("2026-03-29 00:30"), berlin).ShouldBe(Time("2026-03-30 00:10"));

    // On 2026-10-25 the clocks go from 03:00 back to 02:00, at 01:00 UTC.
    [Theory]
    [InlineData("02:30", "10:00", "2026-10-25 00:29:59", false)]
    [InlineData("02:30", "10:00", "2026-10-25 00:30", true)]
    [InlineData("02:30", "10:00", "2026-10-25 01:10", true)]
    [InlineData("22:00", "02:30", "2026-10-25 00:40", true)]
    [InlineData("22:00", "02:30", "2026-10-25 01:29:59", true)]
    [InlineData("22:00", "02:30", "2026-10-25 01:30", false)]
    public void A_time_that_clocks_show_twice_opens_at_the_first_and_closes_at_the_last(
        string from, string to, string time, bool isOpen) =>
        Daily(from, to).IsOpen(Time(time), berlin).ShouldBe(isOpen);

    [Fact]
    public void An_exception_closes_a_day_but_not_the_night_before_it()
    {
        var hours = Daily("18:00", "02:00") with { Exceptions = [new(new DateOnly(2026, 12, 25), Closed: true)] };

        hours.IsOpen(Time("2026-12-25 00:30"), berlin).ShouldBeTrue();
        hours.IsOpen(Time("2026-12-25 19:00"), berlin).ShouldBeFalse();
        hours.IsOpen(Time("2026-12-26 00:30"), berlin).ShouldBeFalse();
        hours.NextOpening(Time("2026-12-25 02:00"), berlin).ShouldBe(Time("2026-12-26 17:00"));
    }

    [Fact]
    public void An_exception_opens_a_day_and_replaces_its_ranges()
    {
        var hours = Weekly(new HoursRange([Weekday.Mon], "11:00", "23:00")) with
        {
            Exceptions =
            [
                new(new DateOnly(2026, 3, 9), From: "12:00", To: "14:00"),
                new(new DateOnly(2026, 3, 8), From: "10:00", To: "11:00"),
                new(new DateOnly(2026, 3, 8), From: "20:00", To: "21:00"),
            ],
        };

        hours.NextOpening(Time("2026-03-03 00:00"), berlin).ShouldBe(Time("2026-03-08 09:00"));
        hours.NextOpening(Time("2026-03-08 10:00"), berlin).ShouldBe(Time("2026-03-08 19:00"));
        hours.NextOpening(Time("2026-03-08 20:00"), berlin).ShouldBe(Time("2026-03-09 11:00"));
        hours.IsOpen(Time("2026-03-09 13:00"), berlin).ShouldBeFalse();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(26)]
    public void A_kitchen_open_at_weekends_opens_after_the_weekends_that_exceptions_close(int skipped)
    {
        var (monday, saturday) = (new DateOnly(2026, 3, 2), new DateOnly(2026, 3, 7));
        var hours = Weekly(new HoursRange([Weekday.Sat, Weekday.Sun], "11:00", "23:00")) with
        {
            Exceptions =
            [
                .. Enumerable.Range(0, 2 * skipped).Select(day => new HoursException(
                    saturday.AddDays(day / 2 * 7 + day % 2), Closed: true)),
            ],
        };

        var opening = hours.NextOpening(Time($"{monday:yyyy-MM-dd} 09:00"), berlin).ShouldNotBeNull();

        DateOnly.FromDateTime(opening.UtcDateTime).ShouldBe(saturday.AddDays(7 * skipped));
    }

    [Fact]
    public void The_last_day_of_the_calendar_is_a_date_like_any_other()
    {
        var hours = Weekly(new HoursRange([Weekday.Sat], "11:00", "23:00")) with
        {
            Exceptions =
            [
                new(new DateOnly(2026, 3, 7), Closed: true), new(new DateOnly(2026, 3, 14), Closed: true),
                new(DateOnly.MaxValue, From: "22:00", To: "02:00"),
            ],
        };

        hours.NextOpening(Time("2026-03-02 09:00"), berlin).ShouldBe(Time("2026-03-21 10:00"));
    }

    [Fact]
    public void Without_weekly_ranges_a_kitchen_is_open_except_when_an_exception_says_otherwise()
    {
        var hours = OpeningHours.Always with { Exceptions = [new(new DateOnly(2026, 12, 25), Closed: true)] };

        OpeningHours.Always.NextOpening(Time("2026-12-25 12:00"), berlin).ShouldBe(Time("2026-12-25 12:00"));
        hours.IsOpen(Time("2026-12-24 22:59:59"), berlin).ShouldBeTrue();
        hours.IsOpen(Time("2026-12-24 23:00"), berlin).ShouldBeFalse();
        hours.NextOpening(Time("2026-12-25 12:00"), berlin).ShouldBe(Time("2026-12-25 23:00"));
    }

    [Fact]
    public void A_kitchen_that_is_closed_for_longer_than_a_week_still_opens()
    {
        var closed = Enumerable.Range(0, 30).Select(i => new HoursException(new DateOnly(2026, 8, 1).AddDays(i), true));
        var hours = Daily("11:00", "23:00") with { Exceptions = [.. closed] };

        hours.NextOpening(Time("2026-08-01 12:00"), berlin).ShouldBe(Time("2026-08-31 09:00"));
    }

    [Fact]
    public void A_manager_sets_the_hours_and_a_put_of_the_kitchen_keeps_them() => new Story()
        .Do(Hours("k1", Daily("11:00", "23:00")), "kitchen k1")
        .Do(Hours("k1", Daily("11:00", "23:00")), "unchanged")
        .Do(Kitchen("k1"), "unchanged")
        .Do(Kitchen("k1") with { Hours = OpeningHours.Always }, "kitchen k1")
        .Do(Hours("k9", OpeningHours.Always), "no kitchen k9");

    [Fact]
    public void A_manager_sets_the_hours_of_their_kitchens_only() => new Story().Do(
        Hours("k1", OpeningHours.Always) with { Caller = new Caller(Role.Manager, "m") }, "no kitchen k1");

    [Fact]
    public void Faults_are_listed_with_their_pointers() => new Story()
        .Do(Hours("k1", Weekly(new HoursRange([], "24:00", "9:00"))),
            "/weekly/0/days count_out_of_range, /weekly/0/from not_a_time_of_day, /weekly/0/to not_a_time_of_day")
        .Do(Hours("k1", OpeningHours.Always with
        {
            Exceptions =
            [
                new(new DateOnly(2026, 1, 1)), new(new DateOnly(2026, 1, 2), true, "11:00", "12:00"),
                new(new DateOnly(2026, 1, 3), true), new(new DateOnly(2026, 1, 3), false, "11:00", "12:60"),
            ],
        }), "/exceptions/0 one_of, /exceptions/1 one_of, /exceptions/2/date duplicate, "
            + "/exceptions/3/to not_a_time_of_day")
        .Do(Kitchen("k1") with { Hours = Daily("11:00", "") }, "/hours/weekly/0/to not_a_time_of_day");

    [Fact]
    public void A_closed_kitchen_rejects_immediate_orders() => new Story()
        .Do(Hours("berlin", Daily("11:00", "23:00")), "kitchen berlin")
        .Do(Place(1, "berlin", Line("plain")), "closed until 03-02 10:00")
        .At("2026-03-02 09:59:59").Do(Place(1, "berlin", Line("plain")), "closed until 03-02 10:00")
        .At("2026-03-02 10:00").Do(Place(1, "berlin", Line("plain")),
            "order 1 #1 of 03-02 for 9450, Sold rice-100; Accepted v2");

    static SetKitchenHours Hours(string kitchen, OpeningHours hours) =>
        new(kitchen, hours) { Caller = As(Role.Manager) };

    static OpeningHours Daily(string from, string to) => Weekly(new HoursRange(allDays, from, to));

    static OpeningHours Weekly(params HoursRange[] ranges) => new(ranges, []);

    static DateTimeOffset Time(string time) =>
        DateTimeOffset.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
