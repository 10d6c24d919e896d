using Tiffin.Domain.Catalogue;

namespace Tiffin.Domain.Orders;

/// <summary>
/// Changes the time at which an order is promised to be ready: to a time, or to minutes from now. An earlier time is
/// always allowed, a later one only within the kitchen's limits. Requesting the promised time changes nothing; nor do
/// minutes that end less than one minute from it, so that a repeated request is not another promise.
/// </summary>
public sealed record ChangePromise(
    Guid OrderId, IfVersion? IfVersion, DateTimeOffset? ReadyAt, int? PrepMinutes, string? Reason)
    : OrderCommand(OrderId, IfVersion)
{
    protected internal override void Check(Faults faults)
    {
        if (ReadyAt is null == PrepMinutes is null)
            faults.Add("/readyAt", "one_of", "give either readyAt or prepMinutes");
        faults.Range("/prepMinutes", PrepMinutes ?? 1, 1, Promise.PrepMinutesMax);
        faults.Code("/reason", Reason);
    }

    protected internal override Decision DecideOn(Workset workset, Order order)
    {
        if (order.Status >= OrderStatus.Ready) return Refuse(new Refusal.OrderFinished(order.Status));
        if (order is { AwaitsRelease: true, Details.Schedule: { } schedule })
            return Refuse(new Refusal.NotReleased(schedule.ReleaseAt));

        var kitchen = workset.Catalogue.KitchenOf(order.Kitchen)!;
        var known = order.Details.Promise;
        var readyAt = ReadyAt is { } time
            ? Deadline.TruncateToSeconds(time)
            : Deadline.In(workset.Now, TimeSpan.FromMinutes(PrepMinutes!.Value));
        if (known is not null && IsSame(known.ReadyAt, readyAt)) return Unchanged();
        if (order.TooManyChanges is { } full) return Refuse(full);
        if (CheckReadyAt(known, readyAt, kitchen, workset.Now) is { } refusal) return Refuse(refusal);

        var promise = (known ?? Promise.Initial(readyAt)).MovedTo(readyAt, kitchen, order.Fulfilment);
        return Accept(new PromiseChanged(OrderId, order.Version + 1, workset.Now, Caller.Role, promise)
        {
            Reason = Reason,
        });
    }

    bool IsSame(DateTimeOffset known, DateTimeOffset readyAt) => PrepMinutes is null
        ? known == readyAt
        : (known - readyAt).Duration() < TimeSpan.FromMinutes(1);

    Refusal? CheckReadyAt(Promise? known, DateTimeOffset readyAt, Kitchen kitchen, DateTimeOffset now)
    {
        var pointer = ReadyAt is null ? "/prepMinutes" : "/readyAt";
        if (readyAt < now)
            return new Refusal.Invalid(pointer, "in_the_past", "must be in the future");
        if (readyAt < known?.ReadyAt) return null;
        var latest = (known?.First ?? now).AddMinutes(known is null
            ? Promise.PrepMinutesMax
            : kitchen.Times.PromiseDelayMinutesMax);
        if (readyAt > latest)
            return new Refusal.Invalid(pointer, "out_of_range",
                $"the order can be promised for {latest.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} at the latest;"
                + " call the customer if it takes longer");
        return known is not null && known.Moved >= kitchen.Times.PromiseMovesMax
            ? new Refusal.PromiseMovedTooOften(kitchen.Times.PromiseMovesMax)
            : null;
    }
}

/// <summary>The kitchen promised another time.</summary>
public sealed record PromiseChanged(Guid OrderId, int Version, DateTimeOffset At, Role Actor, Promise Promise)
    : OrderChanged(OrderId, Version, At, Actor)
{
    public override EventType? Type => EventType.OrderPromiseChanged;

    protected override Order Change(Order order) =>
        order with { Details = order.Details with { Promise = Promise } };
}
