using System.Collections.Immutable;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;

namespace Tiffin.Domain.Orders;

public enum OrderStatus { Placed, Accepted, Preparing, Ready, OutForDelivery, Delivered, Cancelled }

public enum FulfilmentType { Delivery, Pickup }

/// <summary>
/// Whether the ingredients of a cancelled order are returned to stock or wasted. <c>ByProgress</c> returns those of
/// lines that wait and wastes those of lines that were started; if the order is ready, all are wasted.
/// </summary>
public enum StockDisposition { Return, Waste, ByProgress }

/// <summary>
/// The state of an order that decisions depend on. <paramref name="Needs"/> are the quantities that are deducted from
/// stock, as computed when the order was placed.
/// </summary>
public sealed record Order(
    Guid Id, int Kitchen, string BrandId, string Channel, string? ExternalReference, string? CustomerId,
    FulfilmentType Fulfilment, DateOnly Day, int Number, OrderStatus Status, int Version,
    ImmutableArray<Portion> Needs)
{
    public ExternalReference? Reference =>
        ExternalReference is null ? null : new ExternalReference(Channel, ExternalReference);

    /// <summary>
    /// Hash of the placing request if it had a reference; identifies a repeated request with the same reference.
    /// Derived from personal data (PII), so it is stored and erased together with it.
    /// </summary>
    public Guid? Fingerprint { get; init; }

    /// <summary>Null until a courier is assigned.</summary>
    public string? CourierId { get; init; }

    /// <summary>What is known of the assigned courier: personal data (PII).</summary>
    public CourierContact? CourierContact { get; init; }

    /// <summary>Null if no wrong code was entered.</summary>
    public CodeAttempts? CodeAttempts { get; init; }

    public OrderDetails Details { get; init; } = OrderDetails.None;

    /// <summary>The ordered lines. Lazy, because they are stored in the content, and few decisions need them.</summary>
    public required Lazy<IReadOnlyList<BasketLine>> Lines { get; init; }

    /// <summary>
    /// What it adds to the queue of its kitchen (<see cref="KitchenQueue"/>); 0 once its preparation has started.
    /// </summary>
    public int QueuedMinutes { get; init; }

    /// <summary>Whether its ingredients were deducted from stock.</summary>
    public bool HasStock => Details.Schedule is not { StockAt: not null };

    /// <summary>Whether it is scheduled and its preparation may not start yet.</summary>
    public bool AwaitsRelease => Details.Schedule is { ReleasedAt: null };

    /// <summary>
    /// From this version on, changes that can be repeated back and forth are refused: they would fill the log. The
    /// status can still be changed. An order of 100 lines, each started and done separately, has about 210 versions.
    /// </summary>
    public const int VersionsMax = 500;

    /// <summary>Why the order refuses changes that can be repeated without end; null if it does not.</summary>
    internal Refusal.TooManyChanges? TooManyChanges =>
        Version >= VersionsMax ? new Refusal.TooManyChanges(Version, VersionsMax) : null;

    public bool IsOpen => Status is not (OrderStatus.Delivered or OrderStatus.Cancelled);
}

/// <summary>
/// The order as placed; immutable. <paramref name="Contact"/> is personal data (PII): it is stored in a table of its
/// own and never published in an event.
/// </summary>
public sealed record OrderPlaced(Order Order, OrderContent Content, Contact Contact) : DomainEvent
{
    public override EventType? Type => EventType.OrderPlaced;

    public override IReadOnlyList<Movement> Movements { get; } =
        Order.HasStock ? MovementsOf(Order, MovementKind.Sold, -1) : [];

    internal static Movement[] MovementsOf(Order order, MovementKind kind, int sign) =>
    [
        .. order.Needs.Select(need => new Movement(
            new StockKey(order.Kitchen, need.Ingredient), kind, sign * need.Quantity, order.Id)),
    ];

    protected internal override void Apply(Workset workset)
    {
        workset.Orders[Order.Id] = Order;
        workset.Numbers[new KitchenDay(Order.Kitchen, Order.Day)] = Order.Number;
        workset.OpenOrdersOfSameCustomer(Order)?.Add(Order.Id);
        workset.AddQueuedMinutes(Order.Kitchen, Order.QueuedMinutes);
        if (Order.Reference is { } reference) workset.AddReference(reference, Order.Id);
    }
}

/// <summary>A change of an order after it was placed; each is one version of the order.</summary>
public abstract record OrderChanged(Guid OrderId, int Version, DateTimeOffset At, Role Actor) : DomainEvent
{
    /// <summary>The reason, as a code.</summary>
    public string? Reason { get; init; }

    /// <summary>The order after the event, except for its version.</summary>
    protected abstract Order Change(Order order);

    public Order Evolve(Order order) => Change(order) with { Version = Version };

    protected internal override void Apply(Workset workset)
    {
        var before = workset.Orders[OrderId];
        var order = workset.Orders[OrderId] = Evolve(before);
        workset.AddQueuedMinutes(order.Kitchen, order.QueuedMinutes - before.QueuedMinutes);
        if (!order.IsOpen) workset.OpenOrdersOfSameCustomer(order)?.Remove(order.Id);
    }
}

/// <summary>
/// A status change. <paramref name="Implied"/> marks a status that is recorded together with what the caller requested:
/// a later status, or progress of lines.
/// </summary>
public sealed record OrderStatusChanged(
    Guid OrderId, OrderStatus Status, int Version, DateTimeOffset At, Role Actor, bool Implied,
    string? CourierId = null, StockDisposition? Disposition = null)
    : OrderChanged(OrderId, Version, At, Actor)
{
    /// <summary>The details that change with the status; null if none do.</summary>
    public OrderDetails? Details { get; init; }

    /// <summary>The ingredients that a cancelled order returns, and those of them that are wasted.</summary>
    public IReadOnlyList<Movement> Returned { get; init; } = [];

    public override EventType? Type => EventTypes.Of(Status);

    public override IReadOnlyList<Movement> Movements => Returned;

    protected override Order Change(Order order) => order with
    {
        Status = Status,
        CourierId = CourierId ?? order.CourierId,
        CourierContact = CourierId is null || CourierId == order.CourierId ? order.CourierContact : null,
        CodeAttempts = null,
        QueuedMinutes = Status < OrderStatus.Preparing ? order.QueuedMinutes : 0,
        Details = Details ?? order.Details,
    };
}

/// <summary>The ordered lines and their prices. Contains no personal data.</summary>
public sealed record OrderContent(
    DateTimeOffset PlacedAt, IReadOnlyList<OrderLine> Lines, Totals Totals, Payment? Payment,
    IReadOnlyDictionary<string, string>? Metadata);

/// <summary>A priced line; <paramref name="Subtotal"/> is quantity × (unit price + modifiers), before tax.</summary>
public sealed record OrderLine(
    string ItemId, string Name, int Quantity, Money UnitPrice, IReadOnlyList<OrderLineModifier> Modifiers,
    Money Subtotal, Money Tax);

/// <summary><paramref name="Quantity"/> is per piece of the line's item.</summary>
public sealed record OrderLineModifier(string ItemId, string Name, int Quantity, Money UnitPrice);

public sealed record Totals(Money Subtotal, Money Tax, Money Fees, Money Total);

/// <summary>Payment details from the channel; passed through without interpretation.</summary>
public sealed record Payment(string Method, string? Status, string? Reference);

/// <summary>
/// Personal data (PII). <paramref name="Notes"/> has one element per line, null for a line without a note;
/// <paramref name="Consent"/> is the customer's opt-in to notifications about the order: only true is consent.
/// </summary>
public sealed record Contact(
    string? Name, string? Phone, string? Email, Address? Address, IReadOnlyList<string?>? Notes, bool? Consent = null)
{
    /// <summary>
    /// Redacts the contact by role: kitchens and couriers see what they need while the order is open, afterwards only
    /// the initial of the name.
    /// </summary>
    public Contact SeenBy(Caller viewer, bool isOpen)
    {
        if (viewer.Role is not (Role.Kitchen or Role.Courier)) return this;
        return isOpen
            ? this with { Email = null }
            : new Contact(Initial(Name), null, null, null, null);
    }

    static string? Initial(string? name) =>
        string.IsNullOrEmpty(name) ? name : $"{name.EnumerateRunes().First()}…";
}
