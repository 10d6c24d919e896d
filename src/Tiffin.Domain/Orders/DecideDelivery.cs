using System.Globalization;
using Tiffin.Domain.Catalogue;

namespace Tiffin.Domain.Orders;

/// <summary>
/// Decides what happens after a failed attempt to deliver: another attempt, or the end of the order. Repeating a
/// decision changes nothing.
/// </summary>
public sealed record DecideDelivery(Guid OrderId, IfVersion? IfVersion, int Attempt, DeliveryDecision Choice)
    : OrderCommand(OrderId, IfVersion)
{
    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue) => rows.OrdersWithStock.Add(OrderId);

    protected internal override Decision DecideOn(Workset workset, Order order)
    {
        if (order.Details.DeliveryAttempts?.FirstOrDefault(one => one.Attempt == Attempt) is not { } attempt)
            return Refuse(new Refusal.EntryNotFound(
                "delivery attempt", Attempt.ToString(CultureInfo.InvariantCulture)));
        if (attempt.Decision is { } decided)
            return decided == Choice
                ? Unchanged()
                : Refuse(new Refusal.AlreadyDecided(decided));
        if (order.Status != OrderStatus.OutForDelivery)
            return Refuse(new Refusal.WrongStatus(order.Status, [OrderStatus.OutForDelivery]));
        if (Choice != DeliveryDecision.Retry) return attempt.End(workset, order, Choice, Caller);
        if (attempt.Attempt >= DeliveryAttempt.Max)
            return Refuse("/decision", "out_of_range",
                $"the limit is {DeliveryAttempt.Max} attempts; choose return or give_up");
        return Accept(new DeliveryDecided(
            OrderId, order.Version + 1, workset.Now, Caller.Role, attempt with { Decision = Choice }));
    }
}

/// <summary>Another attempt to deliver the order follows a failed one.</summary>
public sealed record DeliveryDecided(Guid OrderId, int Version, DateTimeOffset At, Role Actor, DeliveryAttempt Attempt)
    : OrderChanged(OrderId, Version, At, Actor)
{
    public override EventType? Type => EventType.OrderDeliveryDecided;

    protected override Order Change(Order order)
    {
        var details = Attempt.AddTo(order.Details);
        // The courier is on the way again.
        return order with
        {
            Details = details.Courier is { } times
                ? details with { Courier = times with { ArrivedAtCustomer = null } }
                : details,
        };
    }
}
