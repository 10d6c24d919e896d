using System.Collections.Immutable;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;

namespace Tiffin.Domain.Orders;

/// <summary>
/// Cancels an order before delivery: rejected, timed out, no longer wanted, or undeliverable. The ingredients that it
/// took are returned to stock up to <c>preparing</c> and wasted from <c>ready</c> on; in <c>preparing</c>, those of an
/// order with recorded progress are returned or wasted by line. <paramref name="Stock"/> overrides that; only the
/// kitchen, its managers and administrators may set it.
/// </summary>
public sealed record CancelOrder(Guid OrderId, IfVersion? IfVersion, string? Reason, StockDisposition? Stock)
    : OrderCommand(OrderId, IfVersion)
{
    public const string ReasonDefault = "unspecified";
    public const string ReasonTimedOut = "not_accepted_in_time";
    public const string ReasonOutOfStock = "out_of_stock";
    public const string ReasonChangedMind = "changed_mind";

    /// <summary>The status that the order must have; null for any.</summary>
    public OrderStatus? IfStatus { get; init; }

    /// <summary>The details of the cancelled order; null if they do not change.</summary>
    internal OrderDetails? Details { get; init; }

    protected internal override void Check(Faults faults) => faults.Code("/reason", Reason);

    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue) => rows.OrdersWithStock.Add(OrderId);

    protected internal override Decision DecideOn(Workset workset, Order order)
    {
        if (Stock is not null && !Caller.MayChooseDisposition)
            return Refuse(
                "/stock", "not_yours", "only the kitchen, its managers and administrators may set it; leave it out");
        if (order.Status == OrderStatus.Cancelled) return Unchanged();
        if ((IfStatus ?? order.Status) != order.Status || !Lifecycle.MaySet(Caller.Role, order, OrderStatus.Cancelled))
            return Refuse(new Refusal.IllegalMove(
                order.Status, OrderStatus.Cancelled, Lifecycle.Allowed(order, Caller.Role), IfStatus));

        var disposition = Stock ?? Default(order);
        var wasted = Wasted(workset.Catalogue, order, disposition);
        var cancelled = new OrderStatusChanged(
            OrderId, OrderStatus.Cancelled, order.Version + 1, workset.Now, Caller.Role, Implied: false,
            Disposition: disposition)
        {
            Reason = Reason ?? ReasonDefault,
            Details = Details,
            Returned = order.HasStock ? Movements(order, wasted) : [],
        };
        var events = new List<DomainEvent> { cancelled };
        if (order.HasStock) AppendLevels(events, workset, order, wasted);
        // Staff who reject an order have answered it.
        if (order.Status == OrderStatus.Placed && Caller.Role is Role.Kitchen or Role.Manager or Role.Admin
            && workset.Catalogue.KitchenOf(order.Kitchen)!.ResetTimeouts() is { } answered)
            events.Add(answered);
        return Accept(events);
    }

    static StockDisposition Default(Order order) => order.Status switch
    {
        > OrderStatus.Preparing => StockDisposition.Waste,
        OrderStatus.Preparing when order.Details.Progress is not null => StockDisposition.ByProgress,
        _ => StockDisposition.Return,
    };

    static ImmutableArray<Portion> Wasted(CatalogueSnapshot catalogue, Order order, StockDisposition disposition) =>
        disposition switch
        {
            StockDisposition.Return => [],
            // Some kitchens record progress not at all or only in part: an order that is ready counts as cooked.
            StockDisposition.ByProgress when order.Status <= OrderStatus.Preparing =>
                LineProgress.Taken(catalogue, order),
            _ => order.Needs,
        };

    // Waste reverses the sale too: the ledger gets a return and a waste movement.
    static Movement[] Movements(Order order, ImmutableArray<Portion> wasted) =>
    [
        .. OrderPlaced.MovementsOf(order, MovementKind.Returned, 1),
        .. wasted.Select(waste => new Movement(
            new StockKey(order.Kitchen, waste.Ingredient), MovementKind.Wasted, -waste.Quantity, order.Id,
            Reason: WasteReason.CancelledOrder)),
    ];

    static void AppendLevels(
        List<DomainEvent> events, Workset workset, Order order, ImmutableArray<Portion> wasted)
    {
        var lost = wasted.ToDictionary(waste => waste.Ingredient, waste => waste.Quantity);
        foreach (var need in order.Needs)
        {
            var back = need.Quantity - lost.GetValueOrDefault(need.Ingredient);
            if (back == 0) continue;
            StockStateChanged.Append(events, workset, new StockKey(order.Kitchen, need.Ingredient), back);
        }
    }
}
