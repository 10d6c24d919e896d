using System.Collections.Frozen;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain;

public enum Role { Admin, Manager, Kitchen, Courier, Channel, Customer, System }

/// <summary>
/// Who asks, and what is theirs. <paramref name="Id"/> is stable for a caller: it scopes the idempotency keys, and is
/// the courier's or the customer's own id.
/// </summary>
public sealed record Caller(Role Role, string Id)
{
    /// <summary>Time-outs and the product's own maintenance act under this name.</summary>
    public static readonly Caller System = new(Role.System, "system");

    /// <summary>Where a manager, a cook or a courier works, by slug.</summary>
    public IReadOnlySet<string> Kitchens { get; init; } = FrozenSet<string>.Empty;

    /// <summary>The channel that a channel's caller speaks for, or that a customer orders through.</summary>
    public string? Channel { get; init; }

    public bool WorksIn(string kitchenId) => Role switch
    {
        Role.Admin or Role.System => true,
        Role.Manager or Role.Kitchen or Role.Courier => Kitchens.Contains(kitchenId),
        _ => false,
    };

    /// <summary>What an item is made of, and how much of it there is, is the chain's own.</summary>
    public bool SeesStock => Role is Role.Admin or Role.System or Role.Manager or Role.Kitchen;

    /// <summary>
    /// Who handles the food decides what becomes of it when an order is cancelled. For all others the order's status
    /// decides: a customer must not be able to waste a kitchen's stock, nor a channel to return food on the road.
    /// </summary>
    public bool ChoosesDisposition => Role is Role.Admin or Role.Manager or Role.Kitchen;

    /// <summary>Whether an order is theirs; of any other one they learn nothing, not even that it exists.</summary>
    public bool Sees(Order order, string kitchenId) => Role switch
    {
        Role.Admin or Role.System => true,
        Role.Manager or Role.Kitchen => WorksIn(kitchenId),
        Role.Courier => order.CourierId is { } courier ? courier == Id : order.IsOpen && WorksIn(kitchenId),
        Role.Channel => order.Channel == Channel,
        // A customer's id is a name that the channel gave: another channel may call somebody else by it.
        Role.Customer => order.CustomerId == Id && (Channel is null || order.Channel == Channel),
        _ => false,
    };
}
