namespace Tiffin.Dev.Simulation;

/// <summary>The arrival of a customer: time and kitchen.</summary>
readonly record struct Arrival(DateTimeOffset At, SimulatedKitchen Kitchen);

/// <summary>A kitchen as the simulator sees it.</summary>
sealed record SimulatedKitchen(string Id, string Name, string City, TimeZoneInfo TimeZone);

/// <summary>
/// Arrivals of customers: a Poisson process with <paramref name="ordersPerMinute"/> on average over a day, and peaks at
/// lunch and dinner in the time zone of each kitchen.
/// </summary>
sealed class ArrivalPlan(double ordersPerMinute, IReadOnlyList<SimulatedKitchen> kitchens)
{
    // An inhomogeneous Poisson process, by thinning: draw at the peak rate, then reject arrivals in proportion to
    // the current rate.
    public Arrival Next(DateTimeOffset after, Random random)
    {
        while (true)
        {
            after += TimeSpan.FromMinutes(-Math.Log(1 - random.NextDouble()) / (ordersPerMinute * DayCurve.Peak));
            var kitchen = kitchens[random.Next(kitchens.Count)];
            var local = TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(after, kitchen.TimeZone).DateTime);
            if (random.NextDouble() * DayCurve.Peak < DayCurve.At(local))
                return new(after, kitchen);
        }
    }
}
