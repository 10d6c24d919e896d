namespace Tiffin.Domain.Orders;

public enum DeliveryOutcome { NotReachable, Refused, WrongAddress, Damaged }

/// <summary>What happens after a failed attempt; all but <see cref="Retry"/> end the order.</summary>
public enum DeliveryDecision { Retry, Return, GiveUp }

/// <summary>
/// A failed attempt to deliver an order, counted from 1. The order is given up if there is no decision by
/// <paramref name="DecideBy"/>.
/// </summary>
public sealed record DeliveryAttempt(
    int Attempt, DeliveryOutcome Outcome, DateTimeOffset At, DateTimeOffset DecideBy, DeliveryDecision? Decision = null)
{
    public const int Max = 10;

    /// <summary>The last failed attempt of an order on its way, if it is not decided yet.</summary>
    public static DeliveryAttempt? PendingOf(Order order) =>
        order.Status == OrderStatus.OutForDelivery && order.Details.DeliveryAttempts is [.., { Decision: null } last]
            ? last
            : null;

    /// <summary>The order's details with this attempt added, or updated if they contain it.</summary>
    public OrderDetails AddTo(OrderDetails details) => details with
    {
        DeliveryAttempts =
        [
            .. (details.DeliveryAttempts ?? []).Where(known => known.Attempt < Attempt), this,
        ],
    };

    /// <summary>Ends the order after this attempt: none of its food can be sold again.</summary>
    internal Decision End(Workset workset, Order order, DeliveryDecision decision, Caller caller) =>
        new CancelOrder(order.Id, IfVersion: null, $"delivery_failed_{Names.Of(Outcome)}", Stock: null)
        {
            Caller = caller,
            Details = (this with { Decision = decision }).AddTo(order.Details),
        }.Decide(workset);
}
