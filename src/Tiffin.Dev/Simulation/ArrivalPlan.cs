namespace Tiffin.Dev.Simulation;

/// <summary>Somebody wants to eat: when, and from which kitchen.</summary>
readonly record struct Arrival(DateTimeOffset At, SimulatedKitchen Kitchen);

/// <summary>A kitchen as the simulator sees it.</summary>
sealed record SimulatedKitchen(string Id, string Name, TimeZoneInfo TimeZone);

/// <summary>
/// When customers come: independent of each other, <paramref name="ordersPerMinute"/> on the average of a day,
/// more at lunch and dinner by the clock of each kitchen.
/// </summary>
sealed class ArrivalPlan(double ordersPerMinute, IReadOnlyList<SimulatedKitchen> kitchens)
{
    // A Poisson process of changing rate, by thinning: draw at the rate of the peak, then drop
    // what is above the rate of the moment.
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
