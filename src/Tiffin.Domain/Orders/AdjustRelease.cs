using Tiffin.Domain.Catalogue;

namespace Tiffin.Domain.Orders;

/// <summary>
/// Moves the release of a scheduled order, if the times of its kitchen, its items or the busy delay have changed it by
/// more than the kitchen's tolerance since it was computed. The customer's time stays.
/// </summary>
public sealed record AdjustRelease(Guid OrderId) : Command
{
    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue) => rows.Orders.Add(OrderId);

    public override Decision Decide(Workset workset)
    {
        if (workset.OrderFor(Caller, OrderId) is not { } order)
            return new Decision.Refused(new Refusal.OrderUnknown());
        var result = new Result.OfOrder(OrderId);
        if (order is not { IsOpen: true, AwaitsRelease: true, Details.Schedule: { } schedule })
            return new Decision.Unchanged(result);

        var kitchen = workset.Catalogue.KitchenOf(order.Kitchen)!;
        var releaseAt = schedule.For - schedule.Lead(workset.Catalogue, kitchen, order, schedule.For);
        var tolerance = TimeSpan.FromMinutes(kitchen.Times.ReleaseToleranceMinutes);
        return (releaseAt - schedule.ReleaseAt).Duration() <= tolerance
            ? new Decision.Unchanged(result)
            : new Decision.Accepted(
                [
                    new OrderRescheduled(OrderId, order.Version + 1, workset.Now, Caller.Role,
                        schedule.ReleasedThen(releaseAt), schedule,
                        Promise.For(kitchen, order.Fulfilment, schedule.For)),
                ],
                result);
    }
}
