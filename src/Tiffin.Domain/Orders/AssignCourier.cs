namespace Tiffin.Domain.Orders;

/// <summary>
/// Assigns a courier to a delivery that is accepted and not yet on its way. Couriers take orders for themselves, and
/// the first one wins; staff and the channel may also replace a courier. Null keeps the value of the same courier.
/// </summary>
/// <remarks>
/// Not for an order that is only placed: it may be rejected or time out, and the courier would come for nothing.
/// </remarks>
public sealed record AssignCourier(
    Guid OrderId, IfVersion? IfVersion, string CourierId, CourierContact Contact, DateTimeOffset? PickupAt)
    : OrderCommand(OrderId, IfVersion)
{
    public const int NameMax = 100;
    public const int VehicleMax = 100;

    protected internal override void Check(Faults faults)
    {
        faults.Text("/courierId", CourierId, ChangeStatus.CourierIdMax);
        faults.Text("/name", Contact.Name, NameMax);
        faults.Phone("/phone", Contact.Phone);
        faults.Text("/vehicle", Contact.Vehicle, VehicleMax);
        if (Caller.Role == Role.Courier && CourierId != Caller.Id)
            faults.Add("/courierId", "not_yours", "a courier may take orders only for themselves");
    }

    protected internal override Decision DecideOn(Workset workset, Order order)
    {
        var isSame = order.CourierId == CourierId;
        var contact = Merged(isSame ? order.CourierContact : null);
        var times = isSame ? order.Details.Courier : CourierTimes.Reset(order.Details.Courier);
        if (PickupAt is { } pickup)
            times = (times ?? new CourierTimes()) with { PickupAt = Deadline.TruncateToSeconds(pickup) };
        if (isSame && contact == order.CourierContact && times == order.Details.Courier)
            return Unchanged();
        if (order.Fulfilment == FulfilmentType.Pickup) return Refuse(new Refusal.NotADelivery());
        if (order.Status is < OrderStatus.Accepted or > OrderStatus.Ready)
            return Refuse(new Refusal.WrongStatus(
                order.Status, [OrderStatus.Accepted, OrderStatus.Preparing, OrderStatus.Ready]));
        if (order.TooManyChanges is { } full) return Refuse(full);
        if (PickupAt < workset.Now && times!.PickupAt != (isSame ? order.Details.Courier?.PickupAt : null))
            return Refuse("/pickupAt", "in_the_past", "must be in the future");
        return Accept(new CourierAssigned(OrderId, order.Version + 1, workset.Now, Caller.Role, CourierId)
        {
            Contact = contact,
            Times = times,
        });
    }

    // Couriers do not see the orders of others, but one who tries to take an order in their kitchen must learn why not.
    protected override Refusal RefusalForHidden(Workset workset) => Caller.Role == Role.Courier
        && workset.Orders.GetValueOrDefault(OrderId) is { IsOpen: true, CourierId: not null } order
        && Caller.WorksIn(workset.Catalogue.KitchenOf(order.Kitchen)!.Id)
            ? new Refusal.CourierTaken()
            : base.RefusalForHidden(workset);

    CourierContact? Merged(CourierContact? known)
    {
        var merged = new CourierContact(
            Contact.Name ?? known?.Name, Contact.Phone ?? known?.Phone, Contact.Vehicle ?? known?.Vehicle);
        return merged == CourierContact.None ? null : merged;
    }
}

/// <summary>An event about the courier of an order.</summary>
public abstract record CourierChanged(Guid OrderId, int Version, DateTimeOffset At, Role Actor, string CourierId)
    : OrderChanged(OrderId, Version, At, Actor);

/// <summary><see cref="Contact"/> is personal data (PII) and not published.</summary>
public sealed record CourierAssigned(Guid OrderId, int Version, DateTimeOffset At, Role Actor, string CourierId)
    : CourierChanged(OrderId, Version, At, Actor, CourierId)
{
    public CourierContact? Contact { get; init; }
    public CourierTimes? Times { get; init; }

    public override EventType? Type => EventType.OrderCourierAssigned;

    protected override Order Change(Order order) => order with
    {
        CourierId = CourierId, CourierContact = Contact, Details = order.Details with { Courier = Times },
    };
}
