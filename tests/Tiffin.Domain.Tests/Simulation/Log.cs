using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain.Tests.Simulation;

/// <summary>The events of a run, and the invariants of every run.</summary>
sealed class Log(Rows rows)
{
    readonly List<DomainEvent> events = [];

    public void Add(Decision decision)
    {
        if (decision is Decision.Accepted accepted) events.AddRange(accepted.Events);
    }

    public void CheckLevels() =>
        rows.Stocks.Values.FirstOrDefault(stock => stock.OnHand < 0).ShouldBeNull("stock is never below zero");

    public void Check()
    {
        CheckBooks();
        foreach (var order in rows.Orders.Values) CheckOrder(order);
        var days = events.OfType<OrderPlaced>().Select(placed => placed.Order)
            .GroupBy(order => new KitchenDay(order.Kitchen, order.Day));
        foreach (var day in days)
            day.Select(order => order.Number).ShouldBe(Enumerable.Range(1, day.Count()), $"numbers of {day.Key}");
    }

    void CheckBooks()
    {
        var movements = events.SelectMany(happened => happened.Movements).ToLookup(movement => movement.Stock);
        foreach (var stock in rows.Stocks.Values)
        {
            long Sum(MovementKind kind) =>
                movements[stock.Key].Where(movement => movement.Kind == kind).Sum(movement => movement.Delta);
            var went = -Sum(MovementKind.Sold) - Sum(MovementKind.Wasted);
            var came = Sum(MovementKind.Received) + Sum(MovementKind.Counted) + Sum(MovementKind.Corrected)
                + Sum(MovementKind.Returned);
            (went + stock.OnHand).ShouldBe(came, $"sold + wasted + on hand = all additions to {stock.Key}");
        }
    }

    void CheckOrder(Order order)
    {
        var placed = events.OfType<OrderPlaced>().Single(one => one.Order.Id == order.Id);
        var moves = events.OfType<OrderStatusChanged>().Where(moved => moved.OrderId == order.Id).ToArray();
        var versions = events.OfType<OrderChanged>().Where(changed => changed.OrderId == order.Id)
            .Select(changed => changed.Version).ToArray();
        versions.ShouldBe(Enumerable.Range(2, versions.Length), "versions have no gap");
        order.Version.ShouldBe(1 + versions.Length);

        var later = events.OfType<StockTaken>().Where(taken => taken.OrderId == order.Id);
        var took = Sums(placed.Movements.Concat(later.SelectMany(taken => taken.Taken)), MovementKind.Sold, -1);
        took.ShouldBe(order.HasStock ? Sorted(order.Needs.Select(need => (need.Ingredient, need.Quantity))) : []);
        var after = moves.SelectMany(moved => moved.Movements).ToArray();
        if (order.Status != OrderStatus.Cancelled)
        {
            after.ShouldBeEmpty("only a cancelled order returns stock");
            return;
        }
        Sums(after, MovementKind.Returned, 1).ShouldBe(took, "a cancelled order returns the stock that it took");
        var wasted = Sums(after, MovementKind.Wasted, -1);
        if (moves[^1].Disposition == StockDisposition.Waste)
            wasted.ShouldBe(took, "all of it is wasted");
        else if (moves[^1].Disposition == StockDisposition.Return)
            wasted.ShouldBeEmpty("returned stock is not wasted");
        else
            wasted.ShouldAllBe(waste => took.Any(one => one.Item1 == waste.Item1 && one.Item2 >= waste.Item2));
    }

    static (int, long)[] Sums(IEnumerable<Movement> movements, MovementKind kind, int sign) =>
        Sorted(movements.Where(movement => movement.Kind == kind)
            .Select(movement => (movement.Stock.Ingredient, sign * movement.Delta)));

    static (int, long)[] Sorted(IEnumerable<(int Ingredient, long Quantity)> sums) =>
        [.. sums.OrderBy(sum => sum.Ingredient)];
}
