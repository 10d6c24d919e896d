namespace Tiffin.Dev.Simulation;

/// <summary>Plans an order from a menu, and its status changes. Pure, except for the random source.</summary>
static class OrderPlanner
{
    const double PopularityExponent = 1.1;
    const double ShareCancelled = 0.04;
    const double SharePickup = 0.15;
    const double ShareWithModifier = 0.35;
    const int QuantityMax = 3;
    const double ShareScheduled = 0.01;
    const double ShareLate = 0.1;
    const double ShareUnattended = 0.01;

    static readonly TimeOnly lunch = new(12, 30);
    static readonly int[] prepMinuteChoices = [15, 20, 25];

    static readonly string[] channels = ["app", "app", "web", "aggregator"];

    // Share of baskets with one to six lines, in percent.
    static readonly int[] linesInPercent = [34, 28, 18, 10, 6, 4];

    /// <summary>Plans an order, or null if the kitchen has no available item.</summary>
    /// <param name="now">Scheduled orders are for the next day's lunch in the kitchen's zone.</param>
    public static PlannedOrder? Plan(
        SimulatedKitchen kitchen, IReadOnlyList<MenuItem> menu, Random random, DateTimeOffset now)
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
        if (random.NextDouble() < ShareCancelled)
            return new(request, CancellationSteps(random));
        var steps = FulfilmentSteps(isPickup, request.Lines.Count, random);
        if (random.NextDouble() >= ShareScheduled)
            return new(request, steps);
        var at = NextLunch(kitchen, now);
        // The kitchen accepts a scheduled order at once, and prepares it when it is released.
        steps[1] = steps[1] with { After = at - now - TimeSpan.FromMinutes(30) };
        return new(request with { Fulfilment = request.Fulfilment with { At = at } }, steps);
    }

    static DateTimeOffset NextLunch(SimulatedKitchen kitchen, DateTimeOffset now)
    {
        var local = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, kitchen.TimeZone).Date)
            .AddDays(1).ToDateTime(lunch);
        return new DateTimeOffset(local, kitchen.TimeZone.GetUtcOffset(local)).ToUniversalTime();
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
        var most = (int)Math.Min(item.Portions ?? QuantityMax, QuantityMax);
        var quantity = Math.Min(1 + new Zipf(QuantityMax, 2).Next(random), most);
        var offered = item.Modifiers?.Where(modifier => modifier.CanBeOrdered).ToList() ?? [];
        if (offered.Count == 0 || random.NextDouble() >= ShareWithModifier)
            return new(item.ItemId, quantity, null);
        var chosen = offered[random.Next(offered.Count)];
        return new(item.ItemId, quantity, [new(chosen.ItemId, 1)]);
    }

    // Early, because a customer can cancel only until the kitchen starts preparing.
    static PlannedStep[] CancellationSteps(Random random) =>
        [PlannedStep.SetStatus(Actor.Customer, "cancelled", Minutes(0.2, 1.5, random))];

    static PlannedStep[] FulfilmentSteps(bool isPickup, int lines, Random random)
    {
        var isUnattended = random.NextDouble() < ShareUnattended;
        var isLate = random.NextDouble() < ShareLate;
        var cooking = isLate ? Minutes(25, 40, random) : Minutes(8, 16, random);
        PlannedStep[] kitchen =
        [
            PlannedStep.SetStatus(
                Actor.Kitchen, "accepted", isUnattended ? Minutes(15, 30, random) : Minutes(0.5, 3, random),
                prepMinuteChoices[random.Next(prepMinuteChoices.Length)]),
            PlannedStep.SetStatus(Actor.Kitchen, "preparing", Minutes(1.5, 4, random)),
            .. Enumerable.Range(0, lines).Select(line => PlannedStep.FinishLine(line, cooking / lines)),
            PlannedStep.SetStatus(Actor.Kitchen, "ready", Minutes(0.2, 1, random)),
        ];
        return isPickup
            ? [.. kitchen, HandoverStep(Actor.Kitchen, "delivered", Minutes(2, 12, random), Handover.Delivery)]
            :
            [
                .. kitchen[..2],
                PlannedStep.TakeOrder(People.Name(random), TimeSpan.Zero),
                .. kitchen[2..],
                PlannedStep.RecordArrival("kitchen", Minutes(0.5, 5, random)),
                HandoverStep(Actor.Kitchen, "out_for_delivery", Minutes(0.2, 1, random), Handover.Collection),
                PlannedStep.RecordArrival("customer", Minutes(7, 23, random)),
                HandoverStep(Actor.Courier, "delivered", Minutes(0.5, 2, random), Handover.Delivery),
            ];
    }

    static PlannedStep HandoverStep(Actor actor, string status, TimeSpan after, Handover code) =>
        PlannedStep.SetStatus(actor, status, after) with { Code = code };

    static TimeSpan Minutes(double least, double most, Random random) =>
        TimeSpan.FromMinutes(least + random.NextDouble() * (most - least));
}
