using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain;

/// <summary>A validation error. <paramref name="Pointer"/> is a JSON pointer (RFC 6901) to the invalid part.</summary>
public sealed record Fault(string Pointer, string Code, string Message)
{
    /// <summary>Escapes a name for a step of a JSON pointer.</summary>
    public static string EscapePointerSegment(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}

/// <summary>The reason for rejecting a command: a closed set, one case per rule, mapped to HTTP in one place.</summary>
public abstract record Refusal
{
    Refusal() { }

    /// <summary>A copy without details that the caller may not see. Responses must use only this copy.</summary>
    public virtual Refusal SeenBy(Caller viewer) => this;

    /// <summary>The request is inconsistent, exceeds a limit or conflicts with the catalogue.</summary>
    public sealed record Invalid(IReadOnlyList<Fault> Faults) : Refusal
    {
        public Invalid(string pointer, string code, string message) : this([new(pointer, code, message)]) { }
    }

    public sealed record KeyReused : Refusal;

    public sealed record OrderNotFound : Refusal;

    /// <summary>The path refers to a catalogue entry that does not exist, of a kind such as <c>kitchen</c>.</summary>
    public sealed record EntryNotFound(string Kind, string Id) : Refusal;

    public sealed record OutOfStock(IReadOnlyList<ShortLine> Lines) : Refusal
    {
        /// <summary>Ingredients and their levels would disclose the recipe to customers and channels.</summary>
        public override Refusal SeenBy(Caller viewer) => viewer.SeesStock
            ? this
            : new OutOfStock([.. Lines.Select(line => line with { Missing = [] })]);
    }

    public sealed record ItemUnavailable(string ItemId, string Pointer, DateTimeOffset? Until) : Refusal;

    public sealed record KitchenPaused(DateTimeOffset? Until) : Refusal;

    /// <summary>The kitchen is closed now; null if it never opens.</summary>
    public sealed record KitchenClosed(DateTimeOffset? OpensAt) : Refusal;

    /// <summary>Too soon for a schedule; <paramref name="Earliest"/> is the first time that is possible.</summary>
    public sealed record TooSoon(string Pointer, DateTimeOffset Earliest) : Refusal;

    public sealed record TooFarAhead(string Pointer, DateTimeOffset Latest) : Refusal;

    /// <summary>
    /// The kitchen is closed when it would have to start the order; the times are null if it never opens again.
    /// </summary>
    public sealed record ClosedThen(string Pointer, DateTimeOffset? OpensAt, DateTimeOffset? Earliest) : Refusal;

    /// <summary>The order has no schedule: it is made at once.</summary>
    public sealed record NotScheduled : Refusal;

    /// <summary>The request is possible only after the release of a scheduled order.</summary>
    public sealed record NotReleased(DateTimeOffset ReleaseAt) : Refusal;

    /// <summary>The request is possible only before the release of a scheduled order.</summary>
    public sealed record AlreadyReleased(DateTimeOffset ReleasedAt) : Refusal;

    /// <summary>Customers may reschedule an order only until a time before its release.</summary>
    public sealed record TooLateToReschedule(DateTimeOffset Until) : Refusal;

    /// <summary>The customer has the maximum number of open orders.</summary>
    public sealed record TooManyOpenOrders(int Max) : Refusal;

    /// <summary>The reference belongs to an order that was placed by a different request.</summary>
    public sealed record ReferenceInUse(Guid OrderId) : Refusal;

    public sealed record TotalChanged(Totals Totals) : Refusal;

    /// <param name="IfStatus">The status that the caller expected, if they named one.</param>
    public sealed record IllegalMove(
        OrderStatus From, OrderStatus To, IReadOnlyList<OrderStatus> Allowed, OrderStatus? IfStatus = null) : Refusal;

    /// <summary>The order is ready or has ended, and the request is possible only before that.</summary>
    public sealed record OrderFinished(OrderStatus Status) : Refusal;

    /// <summary>The promise was moved to a later time as often as the kitchen allows.</summary>
    public sealed record PromiseMovedTooOften(int Max) : Refusal;

    /// <summary>The order has the maximum number of versions.</summary>
    public sealed record TooManyChanges(int Version, int Max) : Refusal;

    /// <summary>The request is possible only while the order has one of the other statuses.</summary>
    public sealed record WrongStatus(OrderStatus Status, IReadOnlyList<OrderStatus> Possible) : Refusal;

    /// <summary>Another courier has the order.</summary>
    public sealed record CourierTaken : Refusal;

    public sealed record NoCourier : Refusal;

    /// <summary>The customer collects the order.</summary>
    public sealed record NotADelivery : Refusal;

    /// <summary>The code is wrong. Codes are locked if <paramref name="LockedUntil"/> is set.</summary>
    public sealed record WrongCode(int AttemptsLeft, DateTimeOffset? LockedUntil) : Refusal;

    /// <summary>Too many wrong codes were entered.</summary>
    public sealed record CodeLocked(DateTimeOffset Until) : Refusal;

    /// <summary>The last delivery attempt is not decided yet.</summary>
    public sealed record DecisionPending(int Attempt, DateTimeOffset DecideBy) : Refusal;

    /// <summary>Another decision was made about the delivery attempt.</summary>
    public sealed record AlreadyDecided(DeliveryDecision Decision) : Refusal;

    /// <summary>
    /// The order's version is not one that the caller accepts; <paramref name="Version"/> is current.
    /// </summary>
    public sealed record StaleVersion(int Version) : Refusal;

    /// <summary>The catalogue entry differs from the one that the caller read.</summary>
    public sealed record StaleEntry : Refusal;

    /// <summary>A movement would make the stock negative.</summary>
    public sealed record NotEnoughStock(string Pointer, string Sku, long Needed, long Available) : Refusal;
}

/// <summary>A line with insufficient stock; at most <paramref name="Portions"/> of its item can be made.</summary>
public sealed record ShortLine(int Line, string ItemId, long Portions, IReadOnlyList<Shortage> Missing);

/// <summary>The whole order needs <paramref name="Needed"/> of an ingredient.</summary>
public sealed record Shortage(string Sku, string Unit, long Needed, long Available);
