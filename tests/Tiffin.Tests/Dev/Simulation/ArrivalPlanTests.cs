using Tiffin.Dev.Simulation;

namespace Tiffin.Tests.Dev.Simulation;

public sealed class ArrivalPlanTests
{
    const int PerMinute = 20;

    static readonly TimeZoneInfo india = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata");
    static readonly TimeZoneInfo japan = TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo");
    static readonly DateTimeOffset midnightInIndia = new(2026, 3, 1, 18, 30, 0, TimeSpan.Zero);

    static readonly SimulatedKitchen[] kitchens =
        [new("blr-01", "Indiranagar", "Bengaluru", india), new("tyo-01", "Shibuya", "Tokyo", japan)];

    [Fact]
    public void A_day_has_the_requested_number_of_arrivals_on_average()
    {
        var arrivals = Day(seed: 7);

        ((double)arrivals.Count).ShouldBe(PerMinute * 24 * 60, PerMinute * 24 * 60 * 0.03);
        (arrivals.Count(arrival => arrival.Kitchen.Id == "blr-01") / (double)arrivals.Count).ShouldBe(0.5, 0.02);
    }

    [Fact]
    public void Lunch_and_dinner_are_at_the_kitchens_own_time()
    {
        foreach (var kitchen in kitchens)
        {
            var byHour = Day(seed: 7)
                .Where(arrival => arrival.Kitchen == kitchen)
                .CountBy(arrival => TimeZoneInfo.ConvertTime(arrival.At, kitchen.TimeZone).Hour)
                .ToDictionary();

            byHour[20].ShouldBeGreaterThan(byHour[12]);
            byHour[12].ShouldBeGreaterThan(3 * byHour[16]);
            byHour[3].ShouldBeInRange(1, byHour[20] / 8);
        }
    }

    [Fact]
    public void The_same_seed_brings_the_same_customers() => Day(seed: 3).ShouldBe(Day(seed: 3));

    [Fact]
    public void Another_seed_brings_others() => Day(seed: 3).ShouldNotBe(Day(seed: 4));

    [Fact]
    public void The_day_has_an_average_of_one_and_its_peak_at_dinner()
    {
        var day = Enumerable.Range(0, 24 * 60).Select(minute => TimeOnly.MinValue.AddMinutes(minute)).ToList();

        day.Average(DayCurve.At).ShouldBe(1, 0.001);
        day.Max(DayCurve.At).ShouldBeLessThan(DayCurve.Peak);
        day.MaxBy(DayCurve.At).ShouldBe(new TimeOnly(20, 15));
    }

    static List<Arrival> Day(int seed)
    {
        var random = new Random(seed);
        var plan = new ArrivalPlan(PerMinute, kitchens);
        var arrivals = new List<Arrival>();
        var arrival = plan.Next(midnightInIndia, random);
        while (arrival.At < midnightInIndia.AddDays(1))
        {
            arrivals.Add(arrival);
            arrival = plan.Next(arrival.At, random);
        }
        return arrivals;
    }
}
