using System.Collections.Immutable;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;

namespace Tiffin.Domain.Orders;

public enum OrderStatus { Placed, Accepted, Preparing, Ready, OutForDelivery, Delivered, Cancelled }

public enum FulfilmentType { Delivery, Pickup }

/// <summary>What becomes of the ingredients of a cancelled order.</summary>
public enum StockDisposition { Return, Waste }

/// <summary>
/// What decisions need to know of an order. <paramref name="Needs"/> is what its stock was deducted by.
/// </summary>
public sealed record Order(
    Guid Id, int Kitchen, string BrandId, string Channel, string? ExternalReference, string? CustomerId,
    FulfilmentType Fulfilment, DateOnly Day, int Number, OrderStatus Status, int Version,
    ImmutableArray<Portion> Needs)
{
    public ExternalReference? Reference =>
        ExternalReference is null ? null : new ExternalReference(Channel, ExternalReference);

    /// <summary>
    /// A hash of the request that placed it, where that had a reference: by it, another request with the reference is
    /// known to ask for the same. It is kept and erased with the personal data that went into it.
    /// </summary>
    public Guid? Fingerprint { get; init; }

    /// <summary>Who brings it, once somebody does.</summary>
    public string? CourierId { get; init; }

    public bool IsOpen => Status is not (OrderStatus.Delivered or OrderStatus.Cancelled);

    public Order Evolve(OrderMoved moved) => this with
    {
        Status = moved.Status, Version = moved.Version, CourierId = moved.CourierId ?? CourierId,
    };
}

/// <summary>
/// Everything that the customer bought, fixed when it was placed. <paramref name="Contact"/> is personal data: it has
/// one home of its own and stands in no event on the wire.
/// </summary>
public sealed record OrderPlaced(Order Order, OrderContent Content, Contact Contact) : DomainEvent
{
    public override IReadOnlyList<Movement> Movements { get; } =
        MovementsOf(Order, (MovementKind.Sold, -1));

    internal static IReadOnlyList<Movement> MovementsOf(Order order, params (MovementKind Kind, int Sign)[] parts)
    {
        var movements = new Movement[order.Needs.Length * parts.Length];
        for (var i = 0; i < movements.Length; i++)
        {
            var need = order.Needs[i / parts.Length];
            var (kind, sign) = parts[i % parts.Length];
            var key = new StockKey(order.Kitchen, need.Ingredient);
            movements[i] = new Movement(key, kind, sign * need.Quantity, order.Id);
        }
        return movements;
    }
}

/// <summary>
/// A step of the lifecycle. <paramref name="Implied"/> marks one that was stepped over and is recorded with the
/// step that the caller asked for.
/// </summary>
public sealed record OrderMoved(
    Guid OrderId, OrderStatus Status, int Version, DateTimeOffset At, Role Actor, bool Implied,
    string? Reason = null, string? CourierId = null, StockDisposition? Disposition = null) : DomainEvent
{
    readonly IReadOnlyList<Movement> movements = [];

    public override IReadOnlyList<Movement> Movements => movements;

    internal OrderMoved With(IReadOnlyList<Movement> moved) => new(this, moved);

    OrderMoved(OrderMoved other, IReadOnlyList<Movement> moved) : this(other) => movements = moved;
}

/// <summary>What was ordered and what it costs. Free of personal data.</summary>
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

/// <summary>What the channel says of the payment; it is handed on, not acted on.</summary>
public sealed record Payment(string Method, string? Status, string? Reference);

/// <summary>
/// Personal data. <paramref name="Notes"/> holds a note per line, null where a line has none;
/// <paramref name="Consent"/> is the customer's wish to be told how the order goes on: only an explicit yes counts.
/// </summary>
public sealed record Contact(
    string? Name, string? Phone, string? Email, string? Address, string? Instructions, IReadOnlyList<string?>? Notes,
    bool? Consent = null)
{
    /// <summary>
    /// Those who cook and bring an order see what they need for it while it is open, and the initial of a name later.
    /// </summary>
    public Contact SeenBy(Caller viewer, Order order)
    {
        if (viewer.Role is not (Role.Kitchen or Role.Courier)) return this;
        return order.IsOpen
            ? this with { Email = null }
            : new Contact(Initial(Name), null, null, null, null, null);
    }

    static string? Initial(string? name) =>
        string.IsNullOrEmpty(name) ? name : $"{name.EnumerateRunes().First()}…";
}
