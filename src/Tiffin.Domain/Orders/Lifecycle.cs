namespace Tiffin.Domain.Orders;

/// <summary>The order lifecycle: the status transitions, and the roles that may make them.</summary>
public static class Lifecycle
{
    static readonly OrderStatus[] delivery =
    [
        OrderStatus.Placed, OrderStatus.Accepted, OrderStatus.Preparing, OrderStatus.Ready,
        OrderStatus.OutForDelivery, OrderStatus.Delivered,
    ];

    static readonly OrderStatus[] pickup =
    [
        OrderStatus.Placed, OrderStatus.Accepted, OrderStatus.Preparing, OrderStatus.Ready, OrderStatus.Delivered,
    ];

    static readonly OrderStatus[] all = Enum.GetValues<OrderStatus>();

    /// <summary>
    /// The statuses from the order's current one (exclusive) to <paramref name="to"/> (inclusive); empty if
    /// unreachable.
    /// </summary>
    public static ReadOnlySpan<OrderStatus> Path(Order order, OrderStatus to)
    {
        var way = order.Fulfilment == FulfilmentType.Pickup ? pickup : delivery;
        var from = Array.IndexOf(way, order.Status);
        var end = Array.IndexOf(way, to);
        if (from < 0 || end <= from) return [];
        var steps = way.AsSpan(from + 1, end - from);
        foreach (var stepped in steps[..^1])
        {
            if (stepped is not (OrderStatus.Accepted or OrderStatus.Ready)) return [];
        }
        return steps;
    }

    /// <summary>Whether a role may set a status, regardless of the order's current one.</summary>
    public static bool MaySet(Role role, Order order, OrderStatus to) => to switch
    {
        OrderStatus.Accepted => role is Role.Kitchen or Role.Manager or Role.Admin or Role.System,
        OrderStatus.Preparing or OrderStatus.Ready => role is Role.Kitchen or Role.Manager or Role.Admin,
        OrderStatus.OutForDelivery =>
            role is Role.Kitchen or Role.Courier or Role.Channel or Role.Manager or Role.Admin,
        OrderStatus.Delivered =>
            role is Role.Channel or Role.Manager or Role.Admin
            || role == (order.Fulfilment == FulfilmentType.Pickup ? Role.Kitchen : Role.Courier),
        OrderStatus.Cancelled => order.IsOpen
            && (role is Role.Kitchen or Role.Channel or Role.Manager or Role.Admin or Role.System
                || (role is Role.Customer && order.Status is OrderStatus.Placed or OrderStatus.Accepted)),
        _ => false,
    };

    /// <summary>The statuses that a role may set from the order's current one.</summary>
    public static IReadOnlyList<OrderStatus> Allowed(Order order, Role role)
    {
        var allowed = new List<OrderStatus>(4);
        foreach (var to in all)
        {
            if (order.AwaitsRelease && to is not (OrderStatus.Accepted or OrderStatus.Cancelled)) continue;
            if (MaySet(role, order, to) && (to == OrderStatus.Cancelled || !Path(order, to).IsEmpty)) allowed.Add(to);
        }
        return allowed;
    }
}
