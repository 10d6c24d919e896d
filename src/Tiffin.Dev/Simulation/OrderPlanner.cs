namespace Tiffin.Dev.Simulation;

/// <summary>Plans an order from a menu, and its status changes. Pure, except for the random source.</summary>
static class OrderPlanner
{
    const double PopularityExponent = 1.1;
    const double ShareCancelled = 0.04;
    const double SharePickup = 0.15;
    const double ShareWithModifier = 0.35;
    const int QuantityMost = 3;

    static readonly string[] channels = ["app", "app", "web", "aggregator"];

    // Share of baskets with one to six lines, in percent.
    static readonly int[] linesInPercent = [34, 28, 18, 10, 6, 4];

    /// <summary>Plans an order, or null if the kitchen has no available item.</summary>
    public static PlannedOrder? Plan(SimulatedKitchen kitchen, IReadOnlyList<MenuItem> menu, Random random)
    {
        var byBrand = menu.Where(item => item.CanBeOrdered).GroupBy(item => item.BrandId).ToList();
        if (byBrand.Count == 0)
            return null;
        var brand = byBrand[random.Next(byBrand.Count)];
        var isPickup = random.NextDouble() < SharePickup;
        var request = new OrderRequest(
            kitchen.Id,
            brand.Key,
            channels[random.Next(channels.Length)],
            People.Customer(random),
            isPickup ? new("pickup", null) : new("delivery", People.Address(kitchen, random)),
            Basket([.. brand.OrderBy(PopularityRank)], random));
        return new(request, random.NextDouble() < ShareCancelled ? Regretted(random) : Fulfilled(isPickup, random));
    }

    // Popularity from a stable hash, the same on every run: string.GetHashCode differs between processes.
    static uint PopularityRank(MenuItem item) =>
        item.ItemId.Aggregate(2166136261u, (hash, letter) => (hash ^ letter) * 16777619u);

    static List<OrderLine> Basket(List<MenuItem> byPopularity, Random random)
    {
        var size = Math.Min(LineCount(random), byPopularity.Count);
        var popularity = new Zipf(byPopularity.Count, PopularityExponent);
        var chosen = new List<MenuItem>();
        while (chosen.Count < size)
        {
            var item = byPopularity[popularity.Next(random)];
            if (!chosen.Contains(item))
                chosen.Add(item);
        }
        return chosen.ConvertAll(item => Line(item, random));
    }

    static int LineCount(Random random)
    {
        var percent = random.Next(100);
        var lines = 1;
        foreach (var share in linesInPercent)
        {
            if (percent < share)
                return lines;
            percent -= share;
            lines++;
        }
        return linesInPercent.Length;
    }

    static OrderLine Line(MenuItem item, Random random)
    {
        // Mostly one, sometimes two or three, and at most the available portions.
        var most = (int)Math.Min(item.Portions ?? QuantityMost, QuantityMost);
        var quantity = Math.Min(1 + new Zipf(QuantityMost, 2).Next(random), most);
        var offered = item.Modifiers?.Where(modifier => modifier.CanBeOrdered).ToList() ?? [];
        if (offered.Count == 0 || random.NextDouble() >= ShareWithModifier)
            return new(item.ItemId, quantity, null);
        var chosen = offered[random.Next(offered.Count)];
        return new(item.ItemId, quantity, [new(chosen.ItemId, 1)]);
    }

    // Early, because a customer can cancel only until the kitchen starts preparing.
    static PlannedStep[] Regretted(Random random) =>
        [new(Actor.Customer, "cancelled", Minutes(0.2, 1.5, random))];

    static PlannedStep[] Fulfilled(bool isPickup, Random random)
    {
        PlannedStep[] kitchen =
        [
            new(Actor.Kitchen, "accepted", Minutes(0.5, 3, random)),
            new(Actor.Kitchen, "preparing", Minutes(1.5, 4, random)),
            new(Actor.Kitchen, "ready", Minutes(8, 20, random)),
        ];
        return isPickup
            ? [.. kitchen, new(Actor.Kitchen, "delivered", Minutes(2, 12, random))]
            :
            [
                .. kitchen,
                new(Actor.Courier, "out_for_delivery", Minutes(1, 6, random)),
                new(Actor.Courier, "delivered", Minutes(8, 25, random)),
            ];
    }

    static TimeSpan Minutes(double least, double most, Random random) =>
        TimeSpan.FromMinutes(least + random.NextDouble() * (most - least));
}
