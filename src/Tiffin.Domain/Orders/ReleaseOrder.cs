using Tiffin.Domain.Catalogue;

namespace Tiffin.Domain.Orders;

/// <summary>
/// Releases a scheduled order, so that its preparation may start. The timer does this at the scheduled time; staff may
/// do it earlier, which takes its ingredients if they have not been taken yet. Releasing it again changes nothing.
/// </summary>
public sealed record ReleaseOrder(Guid OrderId, IfVersion? IfVersion) : OrderCommand(OrderId, IfVersion)
{
    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue) => rows.OrdersWithStock.Add(OrderId);

    protected internal override Decision DecideOn(Workset workset, Order order)
    {
        if (Caller.Role is not (Role.Kitchen or Role.Manager or Role.Admin or Role.System))
            return Refuse(
                "/release", "not_yours", "only the kitchen, its managers and administrators may release an order");
        if (order.Details.Schedule is not { } schedule) return Refuse(new Refusal.NotScheduled());
        if (!order.IsOpen) return Refuse(new Refusal.OrderFinished(order.Status));
        if (schedule.ReleasedAt is not null) return Unchanged();

        var events = new List<DomainEvent>();
        if (!order.HasStock)
        {
            if (StockDeduction.CheckStock(workset, order) is { } lacking) return Refuse(lacking);
            events.AddRange(StockDeduction.Deduct(workset, order, Caller.Role));
        }
        var queued = KitchenQueue.MinutesOf(
            workset.Catalogue.KitchenOf(order.Kitchen)!, order.Lines.Value, workset.Catalogue);
        events.Add(new OrderReleased(
            OrderId, order.Version + (order.HasStock ? 1 : 2), workset.Now, Caller.Role, queued));
        return Accept(events);
    }
}

/// <summary>
/// The preparation of a scheduled order may start. <paramref name="QueuedMinutes"/> is what it adds to the queue.
/// </summary>
public sealed record OrderReleased(Guid OrderId, int Version, DateTimeOffset At, Role Actor, int QueuedMinutes)
    : OrderChanged(OrderId, Version, At, Actor)
{
    public override EventType? Type => EventType.OrderReleased;

    protected override Order Change(Order order) => order with
    {
        Details = order.Details with { Schedule = order.Details.Schedule! with { ReleasedAt = At } },
        QueuedMinutes = QueuedMinutes,
    };
}
