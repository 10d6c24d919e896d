using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;

namespace Tiffin.Domain.Orders;

/// <summary>
/// Cancels an order before delivery: rejected, timed out, no longer wanted, or undeliverable. Its ingredients are
/// returned to stock up to <c>preparing</c> and wasted from <c>ready</c> on, unless <paramref name="Stock"/> overrides
/// that; only the kitchen, its managers and administrators may set it.
/// </summary>
public sealed record CancelOrder(Guid OrderId, IfVersion? IfVersion, string? Reason, StockDisposition? Stock) : Command
{
    public const string ReasonDefault = "unspecified";
    public const string ReasonTimedOut = "not_accepted_in_time";

    public override IReadOnlyList<Fault> Check()
    {
        var faults = new Faults();
        faults.Code("/reason", Reason);
        return faults.All;
    }

    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue) => rows.CancelledOrders.Add(OrderId);

    public override Decision Decide(Workset workset)
    {
        if (workset.OrderFor(Caller, OrderId) is not { } order)
            return new Decision.Refused(new Refusal.OrderUnknown());
        if (IfVersion?.Holds(order.Version) == false)
            return new Decision.Refused(new Refusal.StaleVersion(order.Version));
        if (Stock is not null && !Caller.ChoosesDisposition)
            return new Decision.Refused(new Refusal.Invalid(
                "/stock", "not_yours", "only the kitchen, its managers and administrators choose it; leave it out"));
        var result = new Result.OfOrder(OrderId);
        if (order.Status == OrderStatus.Cancelled) return new Decision.Unchanged(result);
        if (!Lifecycle.May(Caller.Role, order, OrderStatus.Cancelled))
            return new Decision.Refused(new Refusal.IllegalMove(
                order.Status, OrderStatus.Cancelled, Lifecycle.Allowed(order, Caller.Role)));

        var disposition = Stock
            ?? (order.Status <= OrderStatus.Preparing ? StockDisposition.Return : StockDisposition.Waste);
        var cancelled = new OrderMoved(
            OrderId, OrderStatus.Cancelled, order.Version + 1, workset.Now, Caller.Role, Implied: false,
            Disposition: disposition) { Reason = Reason ?? ReasonDefault };
        // Waste does not change the level, but the sale is reversed: the ledger gets a return and a waste movement.
        return new Decision.Accepted(
            disposition == StockDisposition.Return
                ? Returned(workset, order, cancelled)
                : [cancelled.With(OrderPlaced.MovementsOf(
                    order, (MovementKind.Returned, 1), (MovementKind.Wasted, -1)))],
            result);
    }

    static List<DomainEvent> Returned(Workset workset, Order order, OrderMoved cancelled)
    {
        var events = new List<DomainEvent>
        {
            cancelled.With(OrderPlaced.MovementsOf(order, (MovementKind.Returned, 1))),
        };
        foreach (var need in order.Needs)
        {
            var stock = workset.StockOf(new StockKey(order.Kitchen, need.Ingredient));
            StockLevelled.Append(events, workset, stock.Key, stock.OnHand + need.Quantity, stock.Threshold);
        }
        return events;
    }
}
