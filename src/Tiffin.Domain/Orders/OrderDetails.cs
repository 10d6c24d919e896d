namespace Tiffin.Domain.Orders;

/// <summary>
/// What is known about an order besides its status. An event publishes the members that it changes, and the order's
/// timeline keeps them, so that the details of every version can be computed.
/// </summary>
public sealed record OrderDetails
{
    public static readonly OrderDetails None = new();

    /// <summary>When the kitchen is reminded of an order that it has not accepted.</summary>
    public DateTimeOffset? NudgeAt { get; init; }

    /// <summary>The order is cancelled if it has not been accepted by then. Null with automatic acceptance.</summary>
    public DateTimeOffset? AcceptBy { get; init; }

    /// <summary>Null if neither the kitchen nor an ordered item has a preparation time.</summary>
    public Promise? Promise { get; init; }

    /// <summary>Null for an order that is made at once.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>When a ready order is overdue for collection. Only for orders with a promise.</summary>
    public DateTimeOffset? CollectBy { get; init; }

    /// <summary>The deadlines that the order has missed, oldest first.</summary>
    public IReadOnlyList<Overdue>? Overdue { get; init; }

    /// <summary>One entry per line of the order, in their order. Null until the first progress is recorded.</summary>
    public IReadOnlyList<LineProgress>? Progress { get; init; }

    /// <summary>The times of the courier; null until one is recorded, and empty after a change of courier.</summary>
    public CourierTimes? Courier { get; init; }

    /// <summary>As the kitchen used them when the order was placed; null without codes.</summary>
    public HandoverCodes? HandoverCodes { get; init; }

    /// <summary>The order is left at the door, without a delivery code. True or null.</summary>
    public bool? Contactless { get; init; }

    /// <summary>The proof of a contactless delivery.</summary>
    public Proof? Proof { get; init; }

    /// <summary>Failed delivery attempts, oldest first.</summary>
    public IReadOnlyList<DeliveryAttempt>? DeliveryAttempts { get; init; }
}

public enum OverdueKind { Acceptance, Readiness, Collection, Delivery }

/// <summary>A missed deadline, published once per kind and time.</summary>
public sealed record Overdue(OverdueKind Kind, DateTimeOffset DueAt);
