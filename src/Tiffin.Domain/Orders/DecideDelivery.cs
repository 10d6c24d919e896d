using System.Globalization;
using Tiffin.Domain.Catalogue;

namespace Tiffin.Domain.Orders;

/// <summary>
/// Decides what happens after a failed attempt to deliver: another attempt, or the end of the order. Repeating a
/// decision changes nothing.
/// </summary>
public sealed record DecideDelivery(Guid OrderId, IfVersion? IfVersion, int Attempt, DeliveryDecision Choice)
    : Command
{
    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue) => rows.StockedOrders.Add(OrderId);

    public override Decision Decide(Workset workset)
    {
        if (workset.OrderFor(Caller, OrderId) is not { } order) return Refuse(new Refusal.OrderUnknown());
        if (IfVersion?.Holds(order.Version) == false) return Refuse(new Refusal.StaleVersion(order.Version));
        if (order.Details.DeliveryAttempts?.FirstOrDefault(one => one.Attempt == Attempt) is not { } attempt)
            return Refuse(new Refusal.EntryUnknown(
                "delivery attempt", Attempt.ToString(CultureInfo.InvariantCulture)));
        if (attempt.Decision is { } decided)
            return decided == Choice
                ? new Decision.Unchanged(new Result.OfOrder(OrderId))
                : Refuse(new Refusal.AlreadyDecided(decided));
        if (order.Status != OrderStatus.OutForDelivery)
            return Refuse(new Refusal.WrongStatus(order.Status, [OrderStatus.OutForDelivery]));
        if (Choice != DeliveryDecision.Retry) return attempt.End(workset, order, Choice, Caller);
        if (attempt.Attempt >= DeliveryAttempt.Max)
            return Refuse(new Refusal.Invalid("/decision", "out_of_range",
                $"{DeliveryAttempt.Max} attempts are the limit; choose return or give_up"));
        return new Decision.Accepted(
            [
                new DeliveryDecided(OrderId, order.Version + 1, workset.Now, Caller.Role,
                    attempt with { Decision = Choice }),
            ], new Result.OfOrder(OrderId));
    }

    static Decision.Refused Refuse(Refusal reason) => new(reason);
}

/// <summary>The order is delivered again after a failed attempt.</summary>
public sealed record DeliveryDecided(Guid OrderId, int Version, DateTimeOffset At, Role Actor, DeliveryAttempt Attempt)
    : OrderChanged(OrderId, Version, At, Actor)
{
    public override EventType? Type => EventType.OrderDeliveryDecided;

    protected override Order Change(Order order) => order with { Details = Attempt.In(order.Details) };
}
