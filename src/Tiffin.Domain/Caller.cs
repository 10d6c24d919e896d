using System.Collections.Frozen;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain;

public enum Role { Admin, Manager, Kitchen, Courier, Channel, Customer, System }

/// <summary>
/// The authenticated caller and its scope. <paramref name="Id"/> is stable: it scopes the idempotency keys, and is the
/// id of the courier or customer.
/// </summary>
public sealed record Caller(Role Role, string Id)
{
    /// <summary>Maximum length of an id, which may be the <c>sub</c> of a token (OpenID Connect Core 1.0, 2).</summary>
    public const int IdMax = 255;

    /// <summary>The caller for timeouts and upkeep.</summary>
    public static readonly Caller System = new(Role.System, "system");

    /// <summary>Ids of the kitchens of a manager, cook or courier.</summary>
    public IReadOnlySet<string> Kitchens { get; init; } = FrozenSet<string>.Empty;

    /// <summary>The channel of a channel's caller or of a customer.</summary>
    public string? Channel { get; init; }

    public bool WorksIn(string kitchenId) => Role switch
    {
        Role.Admin or Role.System => true,
        Role.Manager or Role.Kitchen or Role.Courier => Kitchens.Contains(kitchenId),
        _ => false,
    };

    /// <summary>Recipes and stock levels are confidential to the chain.</summary>
    public bool SeesStock => Role is Role.Admin or Role.System or Role.Manager or Role.Kitchen;

    /// <summary>
    /// Only staff who handle the food may choose the disposition of a cancelled order; for others it follows from the
    /// order's status. A customer must not be able to waste stock, nor a channel to return food that is out for
    /// delivery.
    /// </summary>
    public bool MayChooseDisposition => Role is Role.Admin or Role.Manager or Role.Kitchen;

    /// <summary>
    /// The id of a member of staff or of a kitchen's tablet, recorded with what they change; null for others.
    /// </summary>
    public string? StaffId => Role is Role.Admin or Role.Manager or Role.Kitchen ? Id : null;

    /// <summary>
    /// Staff names are shown only to those responsible for the kitchen: not to channels, couriers or customers.
    /// </summary>
    public bool SeesStaff => Role is Role.Admin or Role.Manager;

    /// <summary>
    /// Kitchen staff may set busy or unavailable only with an end, and record only waste. Setting these without an end,
    /// pauses and other movements are reserved for managers.
    /// </summary>
    public bool IsKitchenStaff => Role is Role.Kitchen;

    /// <summary>Whether the caller may see an order. The existence of other orders must not be disclosed.</summary>
    public bool Sees(Order order, string kitchenId) => Role switch
    {
        Role.Admin or Role.System => true,
        Role.Manager or Role.Kitchen => WorksIn(kitchenId),
        // Couriers see those orders without a courier that they could take.
        Role.Courier => order.CourierId is { } courier
            ? courier == Id
            : order is { IsOpen: true, Fulfilment: FulfilmentType.Delivery } && WorksIn(kitchenId),
        Role.Channel => order.Channel == Channel,
        // Customer ids are assigned by channels and are unique only within one.
        Role.Customer => order.CustomerId == Id && (Channel is null || order.Channel == Channel),
        _ => false,
    };
}
