using Tiffin.Domain.Catalogue;

namespace Tiffin.Domain.Orders;

/// <summary>
/// Advances an order, if its version matches <paramref name="IfVersion"/>. Requesting the current status changes
/// nothing.
/// </summary>
public sealed record ChangeStatus(Guid OrderId, OrderStatus To, IfVersion? IfVersion, string? CourierId)
    : OrderCommand(OrderId, IfVersion)
{
    public const int CourierIdMax = Domain.Caller.IdMax;

    /// <summary>With <c>accepted</c>: the order will be ready in this time; null keeps the promise.</summary>
    public int? PrepMinutes { get; init; }

    /// <summary>The status that the order must have; null for any.</summary>
    public OrderStatus? IfStatus { get; init; }

    /// <summary>Whether another command implies the change.</summary>
    internal bool IsImplied { get; init; }

    /// <summary>
    /// With <c>out_for_delivery</c> and <c>delivered</c>: whether the right collection or delivery code was entered;
    /// null if none was.
    /// </summary>
    public bool? IsCodeRight { get; init; }

    /// <summary>Why a manager hands the order over without a code.</summary>
    public string? Override { get; init; }

    /// <summary>With <c>delivered</c>: the photo of a contactless delivery.</summary>
    public string? Photo { get; init; }

    protected internal override void Check(Faults faults)
    {
        faults.Text("/courierId", CourierId, CourierIdMax);
        faults.Range("/prepMinutes", PrepMinutes ?? 1, 1, Promise.PrepMinutesMax);
        faults.Code("/override", Override);
        faults.Text("/proof/photo", Photo, Proof.PhotoMax);
        if (Override is not null && IsCodeRight is not null)
            faults.Add("/override", "one_of", "give either a code or an override");
    }

    protected internal override Decision DecideOn(Workset workset, Order order)
    {
        if (Caller.Role == Role.Courier && CourierId is { } named && named != Caller.Id)
            return Refuse("/courierId", "not_yours", "must be the courier's own id");
        if (order.Status == To) return Unchanged();

        var steps = Lifecycle.Path(order, To);
        if ((IfStatus ?? order.Status) != order.Status || steps.IsEmpty || !Lifecycle.MaySet(Caller.Role, order, To))
            return Refuse(new Refusal.IllegalMove(
                order.Status, To, Lifecycle.Allowed(order, Caller.Role), IfStatus));
        if (CourierId is not null && order.Fulfilment == FulfilmentType.Pickup)
            return Refuse(new Refusal.NotADelivery());
        if (order is { AwaitsRelease: true, Details.Schedule: { } schedule } && To != OrderStatus.Accepted)
            return Refuse(new Refusal.NotReleased(schedule.ReleaseAt));
        var kitchen = workset.Catalogue.KitchenOf(order.Kitchen)!;
        if (Handover.Check(this, order, kitchen, workset.Now) is { } refused) return refused;
        var events = new List<DomainEvent>(steps.Length);
        var courier = CourierId ?? ActingCourierId;
        var details = courier is null || courier == order.CourierId
            ? order.Details
            : order.Details with { Courier = CourierTimes.Reset(order.Details.Courier) };
        for (var i = 0; i < steps.Length; i++)
        {
            var asked = i == steps.Length - 1;
            details = DetailsAt(steps[i], order, details, kitchen, workset.Now);
            events.Add(new OrderStatusChanged(
                OrderId, steps[i], order.Version + 1 + i, workset.Now, Caller.Role, Implied: IsImplied || !asked,
                CourierId: asked ? courier : null)
            {
                Details = details,
                Reason = asked ? Override : null,
            });
        }
        if (order.Status == OrderStatus.Placed && kitchen.ResetTimeouts() is { } answered) events.Add(answered);
        return Accept(events);
    }

    OrderDetails DetailsAt(OrderStatus status, Order order, OrderDetails details, Kitchen kitchen, DateTimeOffset now)
    {
        if (status == OrderStatus.Accepted && PrepMinutes is { } minutes)
        {
            // The customer chose the time: the minutes determine when the kitchen must start. They move the promise
            // only if they no longer fit once the order is released.
            if (details is { Schedule: { } schedule, Promise: { } wanted })
            {
                if (schedule.ReleasedAt is null)
                    return details with
                    {
                        Schedule = (schedule with { PrepMinutes = minutes })
                            .WithReleaseAt(kitchen, wanted.ReadyAt.AddMinutes(-minutes)),
                    };
                if (now.AddMinutes(minutes) <= wanted.ReadyAt) return details;
            }
            var promise = Promise.In(kitchen, order.Fulfilment, minutes, now);
            return details with { Promise = promise with { First = details.Promise?.First ?? promise.First } };
        }
        if (status == OrderStatus.Delivered && Photo is not null)
            return details with { Proof = new Proof(Photo) };
        if (status != OrderStatus.Ready || details.Promise is not { } promised) return details;
        // A scheduled order that is ready early is not collected early.
        var from = details.Schedule is not null && promised.ReadyAt > now ? promised.ReadyAt : now;
        return details with
        {
            CollectBy = Deadline.In(from, TimeSpan.FromMinutes(kitchen.Times.CollectionOverdueMinutes)),
        };
    }

    // A courier who changes the status is assigned to the order.
    string? ActingCourierId => Caller.Role == Role.Courier ? Caller.Id : null;
}
