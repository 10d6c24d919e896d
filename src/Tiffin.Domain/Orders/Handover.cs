using Tiffin.Domain.Catalogue;
using static Tiffin.Domain.Command;

namespace Tiffin.Domain.Orders;

/// <summary>
/// Whether a kitchen uses hand-over codes. The courier says the collection code at the pass, and the customer says the
/// delivery code at the door.
/// </summary>
public enum HandoverCodes { Off, Optional, Required }

/// <summary>
/// The photo of a contactless delivery: a reference into the courier's own system, not personal data.
/// </summary>
public sealed record Proof(string Photo)
{
    public const int PhotoMax = 200;
}

/// <summary>
/// Wrong codes since the last status change or the end of the last lock; no code is accepted until the lock ends.
/// </summary>
public sealed record CodeAttempts(int Wrong, DateTimeOffset? LockedUntil);

/// <summary>
/// Checks the proof with which an order changes hands. The expected code is unknown here: the command says whether the
/// right one was entered. Wrong codes are counted here, because commands are decided one after another.
/// </summary>
public static class Handover
{
    /// <summary>
    /// Whether a code is shown: only to those who say it, and to the channel, managers and administrators, who pass it
    /// on. Never to those who enter it.
    /// </summary>
    public static bool ShowsCode(Caller viewer, Order order, HandoverUse use) => UsesCode(order, use) && use switch
    {
        HandoverUse.Collection => viewer.Role is Role.Admin or Role.Manager or Role.Channel
            || (viewer.Role == Role.Courier && order.CourierId == viewer.Id),
        _ => viewer.Role is Role.Admin or Role.Manager or Role.Channel or Role.Customer,
    };

    /// <summary>Whether a hand-over of the order will still use this code.</summary>
    public static bool UsesCode(Order order, HandoverUse use) => order.Details.HandoverCodes is not null && use switch
    {
        HandoverUse.Collection => order.Fulfilment == FulfilmentType.Delivery && order.Status <= OrderStatus.Ready,
        _ => order.IsOpen && order.Details.Contactless != true,
    };

    /// <summary>Null if the order may change hands.</summary>
    internal static Decision? Check(ChangeStatus change, Order order, Kitchen kitchen, DateTimeOffset now)
    {
        if (change.To is not (OrderStatus.OutForDelivery or OrderStatus.Delivered)) return null;
        if (change.Override is not null && change.Caller.Role is not (Role.Admin or Role.Manager))
            return Refuse("/override", "not_yours", "only managers and administrators may set it; leave it out");
        var isRequired = order.Details.HandoverCodes == HandoverCodes.Required && change.Override is null;
        if (order.Details.Contactless == true && change.To == OrderStatus.Delivered)
            return CheckContactless(change, isRequired);
        if (change.Photo is not null)
            return Refuse("/proof", "not_contactless", "the order is not a contactless delivery; leave it out");
        if (change.To == OrderStatus.OutForDelivery && change.Caller.Role == Role.Courier
            && (isRequired || change.IsCodeRight is not null))
            return Refuse("/code", "not_yours", "say the collection code at the pass: the kitchen enters it");
        if (change.IsCodeRight is not { } isRight)
            return isRequired ? Refuse("/code", "required", "the kitchen requires a hand-over code") : null;
        if (order.Details.HandoverCodes is null)
            return Refuse("/code", "not_in_use", "the order has no hand-over codes; leave it out");
        return CheckCode(order, isRight, kitchen.Times, now);
    }

    static Decision.Refused? CheckContactless(ChangeStatus change, bool isRequired) =>
        change.IsCodeRight is not null
            ? Refuse("/code", "contactless", "a contactless delivery has no code; send proof")
            : isRequired && change.Photo is null
                ? Refuse("/proof", "required", "a contactless delivery needs a photo as proof")
                : null;

    static Decision? CheckCode(Order order, bool isRight, KitchenTimes times, DateTimeOffset now)
    {
        if (order.CodeAttempts?.LockedUntil is { } until && until > now)
            return new Decision.Refused(new Refusal.CodeLocked(until));
        if (isRight) return null;
        // A lock that has ended starts a new count.
        var wrong = (order.CodeAttempts is { LockedUntil: null } known ? known.Wrong : 0) + 1;
        var left = times.CodeAttemptsMax - wrong;
        var attempts = new CodeAttempts(
            wrong, left > 0 ? null : Deadline.In(now, TimeSpan.FromMinutes(times.CodeLockMinutes)));
        return new Decision.RefusedWithEvent(
            new Refusal.WrongCode(Math.Max(left, 0), attempts.LockedUntil), new WrongCodeEntered(order.Id, attempts));
    }
}

/// <summary>A wrong code was entered. Not published, and not a version of the order.</summary>
public sealed record WrongCodeEntered(Guid OrderId, CodeAttempts Attempts) : DomainEvent
{
    public override EventType? Type => null;

    public Order Evolve(Order order) => order with { CodeAttempts = Attempts };

    protected internal override void Apply(Workset workset) =>
        workset.Orders[OrderId] = Evolve(workset.Orders[OrderId]);
}
