using Tiffin.Domain.Catalogue;

namespace Tiffin.Domain.Orders;

/// <summary>
/// Reports that an order could not be delivered. It stays on its way until the kitchen or the channel decides, or the
/// time for that is over. There is no free text: it would be about the customer, and events are never erased.
/// </summary>
public sealed record ReportFailedDelivery(Guid OrderId, DeliveryOutcome Outcome) : IdempotentCommand
{
    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue)
    {
        base.DeclareReads(rows, catalogue);
        rows.Orders.Add(OrderId);
    }

    protected override Decision DecideNew(Workset workset)
    {
        if (workset.OrderFor(Caller, OrderId) is not { } order) return Refuse(new Refusal.OrderNotFound());
        if (order.Status != OrderStatus.OutForDelivery)
            return Refuse(new Refusal.WrongStatus(order.Status, [OrderStatus.OutForDelivery]));
        if (DeliveryAttempt.PendingOf(order) is { } pending)
            return Refuse(new Refusal.DecisionPending(pending.Attempt, pending.DecideBy));
        var times = workset.Catalogue.KitchenOf(order.Kitchen)!.Times;
        var attempt = new DeliveryAttempt(
            (order.Details.DeliveryAttempts?.Count ?? 0) + 1, Outcome, workset.Now,
            Deadline.In(workset.Now, TimeSpan.FromMinutes(times.DeliveryDecisionMinutes)));
        return new Decision.Accepted(
            [new DeliveryFailed(OrderId, order.Version + 1, workset.Now, Caller.Role, attempt)],
            new Result.OfOrder(OrderId));
    }
}

/// <summary>An attempt to deliver the order failed.</summary>
public sealed record DeliveryFailed(Guid OrderId, int Version, DateTimeOffset At, Role Actor, DeliveryAttempt Attempt)
    : OrderChanged(OrderId, Version, At, Actor)
{
    public override EventType? Type => EventType.OrderDeliveryFailed;

    protected override Order Change(Order order) => order with { Details = Attempt.AddTo(order.Details) };
}
