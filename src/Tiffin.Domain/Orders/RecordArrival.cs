namespace Tiffin.Domain.Orders;

public enum CourierPlace { Kitchen, Customer }

/// <summary>
/// Records that the courier has arrived: at the kitchen until the order is on its way, then at the customer. Recording
/// a known arrival changes nothing.
/// </summary>
public sealed record RecordArrival(Guid OrderId, IfVersion? IfVersion, CourierPlace Where)
    : OrderCommand(OrderId, IfVersion)
{
    protected internal override Decision DecideOn(Workset workset, Order order)
    {
        if (order.CourierId is null) return Refuse(new Refusal.NoCourier());
        var known = order.Details.Courier;
        if ((Where == CourierPlace.Kitchen ? known?.ArrivedAtKitchen : known?.ArrivedAtCustomer) is not null)
            return Unchanged();
        OrderStatus[] possible = Where == CourierPlace.Kitchen
            ? [OrderStatus.Accepted, OrderStatus.Preparing, OrderStatus.Ready]
            : [OrderStatus.OutForDelivery];
        return possible.Contains(order.Status)
            ? Accept(new CourierArrived(OrderId, order.Version + 1, workset.Now, Caller.Role, Where))
            : Refuse(new Refusal.WrongStatus(order.Status, possible));
    }
}

public sealed record CourierArrived(Guid OrderId, int Version, DateTimeOffset At, Role Actor, CourierPlace Where)
    : OrderChanged(OrderId, Version, At, Actor)
{
    public override EventType? Type => EventType.OrderCourierArrived;

    protected override Order Change(Order order)
    {
        var times = order.Details.Courier ?? new CourierTimes();
        return order with
        {
            Details = order.Details with
            {
                Courier = Where == CourierPlace.Kitchen
                    ? times with { ArrivedAtKitchen = At }
                    : times with { ArrivedAtCustomer = At },
            },
        };
    }
}
