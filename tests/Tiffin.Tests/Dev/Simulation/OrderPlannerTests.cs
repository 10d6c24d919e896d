using Tiffin.Dev.Simulation;

namespace Tiffin.Tests.Dev.Simulation;

public sealed class OrderPlannerTests
{
    const int Orders = 20_000;

    static readonly DateTimeOffset now = new(2026, 3, 2, 6, 30, 0, TimeSpan.Zero);

    static readonly SimulatedKitchen kitchen = new("blr-01", "Indiranagar", "Bengaluru", TimeZoneInfo.Utc);

    static readonly Lazy<List<PlannedOrder>> firstPlans = new(() => Plans(seed: 1));

    static readonly MenuItem[] menu =
    [
        .. Enumerable.Range(0, 20).Select(number => Item($"dish-{number}", "biryani-house", 100)),
        .. Enumerable.Range(0, 10).Select(number => Item($"curry-{number}", "punjab-rasoi", 100)),
    ];

    [Fact]
    public void Baskets_have_one_to_six_lines_of_different_items_and_small_ones_are_common()
    {
        var plans = firstPlans.Value;
        var bySize = plans.CountBy(plan => plan.Request.Lines.Count).OrderBy(size => size.Key).ToList();

        bySize.Select(size => size.Key).ShouldBe([1, 2, 3, 4, 5, 6]);
        bySize.Select(size => size.Value).ShouldBeInOrder(SortDirection.Descending);
        plans.ShouldAllBe(plan => plan.Request.Lines.Select(line => line.ItemId).Distinct().Count()
            == plan.Request.Lines.Count);
    }

    [Fact]
    public void A_basket_is_of_one_brand_and_its_modifiers_are_of_the_item()
    {
        var items = menu.ToDictionary(item => item.ItemId);
        foreach (var request in firstPlans.Value.Select(plan => plan.Request))
            foreach (var line in request.Lines)
            {
                items[line.ItemId].BrandId.ShouldBe(request.BrandId);
                line.Quantity.ShouldBeInRange(1, 3);
                foreach (var modifier in line.Modifiers ?? [])
                    modifier.ShouldBe(new OrderModifier($"extra-{line.ItemId}", 1));
            }
    }

    [Fact]
    public void A_third_of_the_lines_take_a_modifier()
    {
        var lines = firstPlans.Value.SelectMany(plan => plan.Request.Lines).ToList();

        (lines.Count(line => line.Modifiers is not null) / (double)lines.Count).ShouldBe(0.35, 0.02);
    }

    [Fact]
    public void Popular_items_are_ordered_far_more_often()
    {
        var frequencies = firstPlans.Value
            .Where(plan => plan.Request is { BrandId: "biryani-house", Lines.Count: 1 })
            .CountBy(plan => plan.Request.Lines[0].ItemId)
            .OrderByDescending(item => item.Value)
            .Select(item => item.Value)
            .ToList();

        ((double)frequencies[0] / frequencies[1]).ShouldBe(Math.Pow(2, 1.1), 0.35);
        frequencies[0].ShouldBeGreaterThan(10 * frequencies[^1]);
    }

    [Fact]
    public void Unavailable_items_are_not_ordered()
    {
        MenuItem[] scarce =
        [
            Item("last-two", "biryani-house", 2),
            Item("none-left", "biryani-house", 0),
            Item("taken-off", "biryani-house", 50) with { Available = false },
            Item("closed-brand", "punjab-rasoi", 0),
        ];
        var lines = Plans(seed: 1, scarce).SelectMany(plan => plan.Request.Lines).ToList();

        lines.ShouldAllBe(line => line.ItemId == "last-two" && line.Quantity <= 2);
        OrderPlanner.Plan(kitchen, scarce[1..], new Random(1), now).ShouldBeNull();
        OrderPlanner.Plan(kitchen, [], new Random(1), now).ShouldBeNull();
    }

    [Fact]
    public void An_order_is_delivered_or_picked_up_and_a_few_are_cancelled_early()
    {
        var plans = firstPlans.Value;
        var histories = plans.CountBy(History).ToDictionary();

        histories.Keys.ShouldBe(
            [
                "delivery: accepted preparing ready out_for_delivery delivered",
                "pickup: accepted preparing ready delivered",
                "delivery: cancelled",
                "pickup: cancelled",
            ],
            ignoreOrder: true);
        var cancelled = plans.Where(plan => plan.Steps[0].Body.Status == "cancelled").ToList();
        (cancelled.Count / (double)Orders).ShouldBe(0.04, 0.01);
        cancelled.ShouldAllBe(plan => plan.Steps[0].Actor == Actor.Customer);
        cancelled.Max(plan => plan.Steps[0].After).ShouldBeLessThan(
            plans.Except(cancelled).Min(plan => plan.Steps[0].After + plan.Steps[1].After));
    }

    [Fact]
    public void Each_line_is_done_before_the_order_is_ready()
    {
        foreach (var plan in firstPlans.Value.Where(plan => plan.Steps.Count > 1))
        {
            var done = plan.Steps.TakeWhile(step => step.Body.Status != "ready")
                .SelectMany(step => step.Body.Lines ?? []);
            done.SequenceEqual(Enumerable.Range(0, plan.Request.Lines.Count)).ShouldBeTrue();
        }
    }

    [Fact]
    public void A_courier_takes_each_delivery_and_arrives_before_each_hand_over()
    {
        string[] expected = ["courier", "kitchen", "out_for_delivery", "customer", "delivered"];
        foreach (var plan in firstPlans.Value.Where(plan => plan.Request.Fulfilment.Type == "delivery"))
        {
            if (plan.Steps.Count == 1) continue;
            var steps = plan.Steps.SkipWhile(step => step.Path != "courier").Where(step => step.Body.Lines is null);
            steps.Where(step => step.Body.Status != "ready")
                .Select(step => step.Body.Where ?? step.Body.Status ?? step.Path).SequenceEqual(expected)
                .ShouldBeTrue(Text(plan));
        }
    }

    [Fact]
    public void A_few_orders_are_scheduled_for_the_next_day_s_lunch_and_cooked_for_it()
    {
        var scheduled = firstPlans.Value.Where(plan => plan.Request.Fulfilment.At is not null).ToList();

        (scheduled.Count / (double)Orders).ShouldBe(0.01, 0.005);
        scheduled.ShouldAllBe(plan => plan.Request.Fulfilment.At == now.AddDays(1).AddHours(6));
        scheduled.ShouldAllBe(plan => plan.Steps[1].After == TimeSpan.FromHours(29.5));
    }

    [Fact]
    public void A_delivery_has_an_address_and_a_pickup_has_none() =>
        firstPlans.Value.ShouldAllBe(plan =>
            (plan.Request.Fulfilment.Type == "delivery") == (plan.Request.Fulfilment.Address != null));

    [Fact]
    public void The_same_seed_plans_the_same_orders()
    {
        // SequenceEqual: Shouldly takes more than a second to compare this many texts.
        List<string> first = [.. Plans(seed: 5).Select(Text)];
        List<string> second = [.. Plans(seed: 5).Select(Text)];

        second.SequenceEqual(first).ShouldBeTrue(
            $"first difference: {first.Zip(second).FirstOrDefault(pair => pair.First != pair.Second)}");
        second.Count.ShouldBe(first.Count);
    }

    [Fact]
    public void Low_stock_is_refilled_well_above_its_threshold()
    {
        new StockLevel("ghee", OnHand: 40, Threshold: 100).Refill.ShouldBe(1_160);
        new StockLevel("ghee", OnHand: 0, Threshold: 0).Refill.ShouldBe(12);
        new StockLevel("ghee", OnHand: 5_000, Threshold: 100).Refill.ShouldBe(0);
    }

    static List<PlannedOrder> Plans(int seed, MenuItem[]? from = null)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Orders).Select(_ => OrderPlanner.Plan(kitchen, from ?? menu, random, now)!)];
    }

    static string History(PlannedOrder plan)
    {
        var statuses = plan.Steps.Select(step => step.Body.Status).OfType<string>();
        return $"{plan.Request.Fulfilment.Type}: {string.Join(' ', statuses)}";
    }

    // Without the lines of a step: a list is shown by its type.
    static string Text(PlannedOrder plan)
    {
        var steps = plan.Steps.Select(step => step with { Body = step.Body with { Lines = null } });
        return $"{plan.Request} {string.Join(',', plan.Request.Lines)} {string.Join(',', steps)}";
    }

    static MenuItem Item(string id, string brand, long portions) =>
        new(id, brand, true, portions, [new($"extra-{id}", true), new("sold-out", false)]);
}
