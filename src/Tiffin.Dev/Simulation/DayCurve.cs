namespace Tiffin.Dev.Simulation;

/// <summary>Relative demand over a day; the average is 1.</summary>
static class DayCurve
{
    const double AtNight = 0.25;
    const int MinutesADay = 24 * 60;

    static readonly Meal lunch = new(new(13, 0), TimeSpan.FromMinutes(60), Height: 2.6);
    static readonly Meal dinner = new(new(20, 15), TimeSpan.FromMinutes(75), Height: 3.4);

    static readonly double average = Enumerable.Range(0, MinutesADay)
        .Average(minute => Demand(TimeOnly.MinValue.AddMinutes(minute)));

    /// <summary>The maximum of the curve.</summary>
    public static double Peak { get; } = Enumerable.Range(0, MinutesADay)
        .Max(minute => At(TimeOnly.MinValue.AddMinutes(minute))) * 1.01;

    public static double At(TimeOnly localTime) => Demand(localTime) / average;

    static double Demand(TimeOnly localTime) => AtNight + lunch.At(localTime) + dinner.At(localTime);

    readonly record struct Meal(TimeOnly Middle, TimeSpan Width, double Height)
    {
        public double At(TimeOnly localTime)
        {
            var distance = (localTime.ToTimeSpan() - Middle.ToTimeSpan()) / Width;
            return Height * Math.Exp(-distance * distance / 2);
        }
    }
}
