using Tiffin.Domain.Catalogue;

namespace Tiffin.Domain.Orders;

/// <summary>
/// Moves a scheduled order to another time of its business day, until it is released. It keeps its price, its number
/// and its acceptance. Requesting the scheduled time changes nothing.
/// </summary>
public sealed record RescheduleOrder(Guid OrderId, IfVersion? IfVersion, DateTimeOffset For)
    : OrderCommand(OrderId, IfVersion)
{
    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue)
    {
        base.DeclareReads(rows, catalogue);
        var kitchen = Domain.OrderId.KitchenNumberOf(OrderId);
        if (catalogue.KitchenOf(kitchen)?.Times.ParallelLines is not null) rows.Queues.Add(kitchen);
    }

    protected internal override Decision DecideOn(Workset workset, Order order)
    {
        if (Caller.Role is not (Role.Channel or Role.Customer or Role.Manager or Role.Admin))
            return Refuse("/for", "not_yours",
                "only the customer, the channel, managers and administrators may reschedule an order");
        if (order.Details.Schedule is not { } schedule) return Refuse(new Refusal.NotScheduled());
        if (!order.IsOpen) return Refuse(new Refusal.OrderFinished(order.Status));
        if (schedule.ReleasedAt is { } released) return Refuse(new Refusal.AlreadyReleased(released));
        var time = Deadline.TruncateToSeconds(For.ToUniversalTime());
        if (time == schedule.For) return Unchanged();
        if (order.TooManyChanges is { } full) return Refuse(full);

        var kitchen = workset.Catalogue.KitchenOf(order.Kitchen)!;
        var lead = schedule.LeadTime(workset.Catalogue, kitchen, order, time);
        if (CheckTime(workset, order, schedule, kitchen, time, lead) is { } refusal) return Refuse(refusal);
        var moved = (schedule with { For = time }).WithReleaseAt(kitchen, time - lead);
        return Accept(new OrderRescheduled(
            OrderId, order.Version + 1, workset.Now, Caller.Role, moved, schedule,
            Promise.For(kitchen, order.Fulfilment, time)));
    }

    // The reasons for which an order for that time could not be placed, and those of this order.
    Refusal? CheckTime(
        Workset workset, Order order, Schedule schedule, Kitchen kitchen, DateTimeOffset time, TimeSpan lead)
    {
        var now = workset.Now;
        var until = schedule.ReleaseAt.AddMinutes(-kitchen.Times.RescheduleUntilMinutes);
        if (Caller.Role == Role.Customer && now > until) return new Refusal.TooLateToReschedule(until);
        var wait = TimeSpan.FromMinutes(KitchenQueue.WaitMinutes(workset, kitchen));
        if (Schedule.Check(kitchen, time, lead, wait, "/for", now) is { } refusal) return refusal;
        // Two orders of one day would have the same number.
        if (kitchen.DayAt(time) != order.Day)
            return new Refusal.Invalid("/for", "other_business_day",
                $"must be on {order.Day:yyyy-MM-dd}, to which the order's number belongs;"
                + " for another day, cancel the order and place it again");
        return Basket.CheckAvailability(workset.Catalogue, kitchen, order.Lines.Value, time);
    }
}

/// <summary>The order is wanted or released at another time than <paramref name="Before"/>.</summary>
public sealed record OrderRescheduled(
    Guid OrderId, int Version, DateTimeOffset At, Role Actor, Schedule Schedule, Schedule Before, Promise Promise)
    : OrderChanged(OrderId, Version, At, Actor)
{
    public override EventType? Type => EventType.OrderRescheduled;

    protected override Order Change(Order order) =>
        order with { Details = order.Details with { Schedule = Schedule, Promise = Promise } };
}
