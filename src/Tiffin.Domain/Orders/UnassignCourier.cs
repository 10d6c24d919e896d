namespace Tiffin.Domain.Orders;

/// <summary>Gives back an order that is not yet on its way, so that another courier can take it.</summary>
public sealed record UnassignCourier(Guid OrderId, IfVersion? IfVersion) : OrderCommand(OrderId, IfVersion)
{
    protected internal override Decision DecideOn(Workset workset, Order order)
    {
        if (order.CourierId is not { } courier) return Unchanged();
        if (order.Status > OrderStatus.Ready)
            return Refuse(new Refusal.WrongStatus(
                order.Status, [OrderStatus.Accepted, OrderStatus.Preparing, OrderStatus.Ready]));
        if (order.TooManyChanges is { } full) return Refuse(full);
        return Accept(new CourierUnassigned(OrderId, order.Version + 1, workset.Now, Caller.Role, courier));
    }
}

/// <summary>The order no longer has a courier; <see cref="CourierChanged.CourierId"/> is the previous one.</summary>
public sealed record CourierUnassigned(Guid OrderId, int Version, DateTimeOffset At, Role Actor, string CourierId)
    : CourierChanged(OrderId, Version, At, Actor, CourierId)
{
    public override EventType? Type => EventType.OrderCourierUnassigned;

    protected override Order Change(Order order) => order with
    {
        CourierId = null,
        CourierContact = null,
        Details = order.Details with { Courier = CourierTimes.Reset(order.Details.Courier) },
    };
}
