using Tiffin.Domain.Inventory;

namespace Tiffin.Domain.Orders;

/// <summary>Takes the ingredients of an order that was scheduled for a later business day.</summary>
static class StockDeduction
{
    /// <summary>
    /// Takes all or nothing. The first time that the stock is short, the order is kept until its release; if the stock
    /// is still short then, the order is cancelled, because it cannot be made.
    /// </summary>
    public static Decision DecideDue(Workset workset, Order order)
    {
        if (CheckStock(workset, order) is null)
            return new Decision.Accepted(Deduct(workset, order, Role.System), new Result.OfOrder(order.Id));
        var schedule = order.Details.Schedule!;
        if (schedule.StockAt >= schedule.ReleaseAt)
            return new CancelOrder(order.Id, IfVersion: null, CancelOrder.ReasonOutOfStock, Stock: null)
            {
                Caller = Caller.System,
            }.Decide(workset);
        var onHand = order.Needs.ToDictionary(need => need.Ingredient, need => OnHand(workset, order, need.Ingredient));
        return new Decision.Accepted(
            [new OrderStockShort(order.Id, order.Version + 1, workset.Now, Role.System, onHand)],
            new Result.OfOrder(order.Id));
    }

    /// <summary>A refusal with the first ingredient whose stock is short; null if the stock covers all.</summary>
    public static Refusal.NotEnoughStock? CheckStock(Workset workset, Order order)
    {
        foreach (var need in order.Needs)
        {
            var onHand = OnHand(workset, order, need.Ingredient);
            if (onHand < need.Quantity)
                return new Refusal.NotEnoughStock(
                    "/release", workset.Catalogue.IngredientOf(need.Ingredient).Sku, need.Quantity, onHand);
        }
        return null;
    }

    public static List<DomainEvent> Deduct(Workset workset, Order order, Role actor)
    {
        var events = new List<DomainEvent>
        {
            new StockTaken(order.Id, order.Version + 1, workset.Now, actor,
                OrderPlaced.MovementsOf(order, MovementKind.Sold, -1)),
        };
        foreach (var need in order.Needs)
            StockStateChanged.Append(events, workset, new StockKey(order.Kitchen, need.Ingredient), -need.Quantity);
        return events;
    }

    static long OnHand(Workset workset, Order order, int ingredient) =>
        workset.StockOf(new StockKey(order.Kitchen, ingredient)).OnHand;
}

/// <summary>The ingredients of a scheduled order were deducted from stock.</summary>
public sealed record StockTaken(
    Guid OrderId, int Version, DateTimeOffset At, Role Actor, IReadOnlyList<Movement> Taken)
    : OrderChanged(OrderId, Version, At, Actor)
{
    public override EventType? Type => EventType.OrderStockTaken;

    public override IReadOnlyList<Movement> Movements => Taken;

    protected override Order Change(Order order) => order with
    {
        Details = order.Details with
        {
            Schedule = order.Details.Schedule! with { StockAt = null, Short = null },
        },
    };
}

/// <summary>
/// The stock does not cover a scheduled order. <paramref name="OnHand"/> is the stock of each ingredient that it needs.
/// </summary>
public sealed record OrderStockShort(
    Guid OrderId, int Version, DateTimeOffset At, Role Actor, IReadOnlyDictionary<int, long> OnHand)
    : OrderChanged(OrderId, Version, At, Actor)
{
    public override EventType? Type => EventType.OrderShort;

    protected override Order Change(Order order)
    {
        var schedule = order.Details.Schedule!;
        return order with
        {
            Details = order.Details with { Schedule = schedule with { StockAt = schedule.ReleaseAt, Short = true } },
        };
    }
}
