using Tiffin.Domain.Catalogue;

namespace Tiffin.Domain.Orders;

/// <summary>Gives an order back that is not yet on its way, so that another courier can take it.</summary>
public sealed record UnassignCourier(Guid OrderId, IfVersion? IfVersion) : Command
{
    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue) => rows.Orders.Add(OrderId);

    public override Decision Decide(Workset workset)
    {
        if (workset.OrderFor(Caller, OrderId) is not { } order) return Refuse(new Refusal.OrderUnknown());
        if (IfVersion?.Holds(order.Version) == false) return Refuse(new Refusal.StaleVersion(order.Version));
        if (order.CourierId is not { } courier) return new Decision.Unchanged(new Result.OfOrder(OrderId));
        if (order.Status > OrderStatus.Ready)
            return Refuse(new Refusal.WrongStatus(
                order.Status, [OrderStatus.Accepted, OrderStatus.Preparing, OrderStatus.Ready]));
        if (order.Full is { } full) return Refuse(full);
        return new Decision.Accepted(
            [new CourierUnassigned(OrderId, order.Version + 1, workset.Now, Caller.Role, courier)],
            new Result.OfOrder(OrderId));
    }

    static Decision.Refused Refuse(Refusal reason) => new(reason);
}

/// <summary>The order has no courier any more; <see cref="CourierChanged.CourierId"/> is the one that it had.</summary>
public sealed record CourierUnassigned(Guid OrderId, int Version, DateTimeOffset At, Role Actor, string CourierId)
    : CourierChanged(OrderId, Version, At, Actor, CourierId)
{
    public override EventType? Type => EventType.OrderCourierUnassigned;

    protected override Order Change(Order order) => order with
    {
        CourierId = null,
        Courier = null,
        Details = order.Details with { Courier = CourierTimes.OfNext(order.Details.Courier) },
    };
}
