namespace Tiffin.Domain.Orders;

/// <summary>
/// Moves the release of a scheduled order if changes to the times of its kitchen or items, or to the busy delay, shift
/// it by more than the kitchen's tolerance. The time that the customer wants does not change.
/// </summary>
public sealed record AdjustRelease(Guid OrderId) : OrderCommand(OrderId, IfVersion: null)
{
    protected internal override Decision DecideOn(Workset workset, Order order)
    {
        if (order is not { IsOpen: true, AwaitsRelease: true, Details.Schedule: { } schedule })
            return Unchanged();

        var kitchen = workset.Catalogue.KitchenOf(order.Kitchen)!;
        var releaseAt = schedule.For - schedule.LeadTime(workset.Catalogue, kitchen, order, schedule.For);
        var tolerance = TimeSpan.FromMinutes(kitchen.Times.ReleaseToleranceMinutes);
        return (releaseAt - schedule.ReleaseAt).Duration() <= tolerance
            ? Unchanged()
            : Accept(new OrderRescheduled(
                OrderId, order.Version + 1, workset.Now, Caller.Role, schedule.WithReleaseAt(kitchen, releaseAt),
                schedule, Promise.For(kitchen, order.Fulfilment, schedule.For)));
    }
}
