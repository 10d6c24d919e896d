using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Tiffin.Dev.Simulation;

/// <summary>
/// Simulates customers, kitchens, couriers and wholesalers of a chain through its public API. Carries out the plans of
/// <see cref="ArrivalPlan"/> and <see cref="OrderPlanner"/>, which are pure.
/// </summary>
/// <param name="http">A client with the server's base address.</param>
/// <param name="options">Volume, speed and credentials.</param>
/// <param name="time">The real clock.</param>
sealed class TrafficSimulator(HttpClient http, TrafficOptions options, TimeProvider time)
{
    // Maximum concurrent orders; further arrivals wait.
    const int OpenOrdersMax = 20_000;
    static readonly TimeSpan restockInterval = TimeSpan.FromMinutes(1);
    static readonly TimeSpan menuMaxAge = TimeSpan.FromSeconds(5);
    static readonly TimeSpan clockStep = TimeSpan.FromMilliseconds(200);

    readonly ScaledClock clock = new(time, options.Speed);
    readonly ConcurrentDictionary<string, (DateTimeOffset At, IReadOnlyList<MenuItem> Items)> menus = new();

    public TrafficTally Tally { get; } = new();

    /// <summary>The simulated time.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Runs until it is cancelled.</summary>
    public async Task Run(CancellationToken cancel)
    {
        using var api = new TrafficApi(http, options.Keys ?? new(), time);
        try
        {
            var kitchens = await api.Kitchens(cancel);
            if (kitchens.Count == 0)
                throw new InvalidOperationException("No kitchen to order from: import a chain first.");
            // An earlier simulation may have moved the server's clock ahead.
            if (options.Keys?.Operator is not null && await api.Clock(cancel) is { } now) clock.Set(now);
            var bounded = new ParallelOptions { MaxDegreeOfParallelism = OpenOrdersMax, CancellationToken = cancel };
            await Task.WhenAll(
                Parallel.ForEachAsync(
                    PlanOrders(api, kitchens, cancel),
                    bounded,
                    async (order, token) => await RunCountingFailures(() => ExecutePlan(api, order, token), token)),
                Restock(api, kitchens, cancel),
                MoveClock(api, cancel));
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
        }
    }

    async IAsyncEnumerable<PlannedOrder> PlanOrders(
        TrafficApi api, IReadOnlyList<SimulatedKitchen> kitchens, [EnumeratorCancellation] CancellationToken cancel)
    {
        var random = new Random(options.Seed);
        var arrivals = new ArrivalPlan(options.OrdersPerMinute, kitchens);
        var at = clock.GetUtcNow();
        while (true)
        {
            (at, var kitchen) = arrivals.Next(at, random);
            await WaitUntil(at, cancel);
            var menu = await RunCountingFailures(() => Menu(api, kitchen.Id, cancel), cancel);
            if (menu is null)
                continue;
            if (OrderPlanner.Plan(kitchen, menu, random, at) is { } order)
                yield return order;
            else
                Tally.CountRefused();
        }
    }

    // Places an order and carries out its plan, until a step is refused.
    async Task<OrderResponse?> ExecutePlan(TrafficApi api, PlannedOrder plan, CancellationToken cancel)
    {
        var placed = await api.Place(plan.Request, cancel);
        if (placed is null)
        {
            Tally.CountRefused();
            return null;
        }
        Tally.CountPlaced();
        var order = placed;
        foreach (var step in plan.Steps)
        {
            await Task.Delay(step.After, clock, cancel);
            // Most kitchens accept orders automatically.
            if (step.Body.Status == "accepted" && order.Status != "placed")
                continue;
            order = await api.Change(step, placed.Id, placed.CodeFor(step.Code), cancel);
            if (order is null)
            {
                Tally.CountRefused();
                return null;
            }
            Tally.CountMoved(step.Body.Status);
        }
        return order;
    }

    // Makes the server's deadlines pass at the speed of the simulation.
    async Task MoveClock(TrafficApi api, CancellationToken cancel)
    {
        if (options.Keys?.Operator is null || options.Speed <= 1)
            return;
        using var timer = new PeriodicTimer(clockStep, time);
        while (await api.MoveClock(clock.GetUtcNow(), cancel) && await timer.WaitForNextTickAsync(cancel)) { }
    }

    async Task Restock(TrafficApi api, IReadOnlyList<SimulatedKitchen> kitchens, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(restockInterval, clock);
        do
        {
            foreach (var kitchen in kitchens)
                await RunCountingFailures(() => Restock(api, kitchen.Id, cancel), cancel);
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }

    async Task<IReadOnlyList<StockLevel>> Restock(TrafficApi api, string kitchenId, CancellationToken cancel)
    {
        var low = await api.LowStock(kitchenId, cancel);
        var delivery = low.Where(level => level.Refill > 0).Select(level => (level.Sku, level.Refill)).ToList();
        if (delivery.Count > 0 && await api.Receive(kitchenId, delivery, cancel))
            Tally.CountRestocked(delivery.Count);
        return low;
    }

    async Task<IReadOnlyList<MenuItem>> Menu(TrafficApi api, string kitchenId, CancellationToken cancel)
    {
        if (menus.TryGetValue(kitchenId, out var known) && time.GetUtcNow() - known.At < menuMaxAge)
            return known.Items;
        var items = await api.Menu(kitchenId, cancel);
        menus[kitchenId] = (time.GetUtcNow(), items);
        return items;
    }

    // A failed request ends one task, not the simulation.
    async Task<T?> RunCountingFailures<T>(Func<Task<T>> operation, CancellationToken cancel)
        where T : class?
    {
        try
        {
            return await operation();
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested
            && failure is HttpRequestException or OperationCanceledException or System.Text.Json.JsonException)
        {
            Tally.CountFailed(failure.Message);
            return null;
        }
    }

    async Task WaitUntil(DateTimeOffset at, CancellationToken cancel)
    {
        var wait = at - clock.GetUtcNow();
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, clock, cancel);
    }
}
