using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain;

/// <summary>The numbers are stored in tables: append, never renumber.</summary>
public enum EventType : short
{
    OrderPlaced = 0, OrderAccepted, OrderPreparing, OrderReady, OrderOutForDelivery, OrderDelivered, OrderCancelled,
    OrderPromiseChanged, OrderOverdue, OrderReleased, OrderRescheduled, OrderStockTaken, OrderShort,
    OrderProgressed,
    OrderCourierAssigned = 14, OrderCourierUnassigned, OrderCourierArrived, OrderDeliveryFailed, OrderDeliveryDecided,
    InventoryReceived = 20, InventoryWasted, InventoryCounted, InventoryCorrected,
    InventoryLow = 30, InventoryOut, InventoryRecovered,
    CatalogueChanged = 40, KitchenModeChanged,
    WebhookDisabled = 50,
}

/// <summary>The event catalogue: one row per type of event in the log.</summary>
/// <param name="Name">On the wire, such as <c>order.placed</c>; its first part is the family.</param>
/// <param name="Status">The status that an order's event leads to.</param>
/// <param name="Movement">The kind of stock movement that the event records.</param>
public sealed record EventRow(
    EventType Type, string Name, OrderStatus? Status = null, MovementKind? Movement = null)
{
    /// <summary>It is an event of an order, and the order has one version per event.</summary>
    public bool IsOrderEvent { get; } = Name.StartsWith("order.", StringComparison.Ordinal);

    /// <summary>
    /// Whether order tracking tells customers that something other than the status changed. It does not name the event.
    /// </summary>
    public bool IsForCustomers { get; init; }

    /// <summary>Channels may see it for their own orders.</summary>
    public bool IsForChannels { get; init; } = Status is not null;

    /// <summary>
    /// Webhooks get it only if they name it: patterns such as <c>order.*</c> do not select it, because it is frequent.
    /// </summary>
    public bool MatchesOnlyByName { get; init; }
}

public static class EventTypes
{
    public static IReadOnlyList<EventRow> All { get; } =
    [
        new(EventType.OrderPlaced, "order.placed", OrderStatus.Placed),
        new(EventType.OrderAccepted, "order.accepted", OrderStatus.Accepted),
        new(EventType.OrderPreparing, "order.preparing", OrderStatus.Preparing),
        new(EventType.OrderReady, "order.ready", OrderStatus.Ready),
        new(EventType.OrderOutForDelivery, "order.out_for_delivery", OrderStatus.OutForDelivery),
        new(EventType.OrderDelivered, "order.delivered", OrderStatus.Delivered),
        new(EventType.OrderCancelled, "order.cancelled", OrderStatus.Cancelled),
        new(EventType.OrderPromiseChanged, "order.promise_changed") { IsForChannels = true, IsForCustomers = true },
        new(EventType.OrderOverdue, "order.overdue") { IsForChannels = true },
        new(EventType.OrderReleased, "order.released") { IsForChannels = true, IsForCustomers = true },
        new(EventType.OrderRescheduled, "order.rescheduled") { IsForChannels = true, IsForCustomers = true },
        new(EventType.OrderStockTaken, "order.stock_taken") { IsForChannels = true },
        new(EventType.OrderShort, "order.short") { IsForChannels = true },
        new(EventType.OrderProgressed, "order.progressed") { MatchesOnlyByName = true },
        new(EventType.OrderCourierAssigned, "order.courier_assigned") { IsForChannels = true, IsForCustomers = true },
        new(EventType.OrderCourierUnassigned, "order.courier_unassigned")
        {
            IsForChannels = true, IsForCustomers = true,
        },
        new(EventType.OrderCourierArrived, "order.courier_arrived") { IsForChannels = true, IsForCustomers = true },
        new(EventType.OrderDeliveryFailed, "order.delivery_failed") { IsForChannels = true, IsForCustomers = true },
        new(EventType.OrderDeliveryDecided, "order.delivery_decided") { IsForChannels = true, IsForCustomers = true },
        new(EventType.InventoryReceived, "inventory.received", Movement: MovementKind.Received),
        new(EventType.InventoryWasted, "inventory.wasted", Movement: MovementKind.Wasted),
        new(EventType.InventoryCounted, "inventory.counted", Movement: MovementKind.Counted),
        new(EventType.InventoryCorrected, "inventory.corrected", Movement: MovementKind.Corrected),
        new(EventType.InventoryLow, "inventory.low"),
        new(EventType.InventoryOut, "inventory.out"),
        new(EventType.InventoryRecovered, "inventory.recovered"),
        new(EventType.CatalogueChanged, "catalogue.changed"),
        new(EventType.KitchenModeChanged, "kitchen.mode_changed"),
        new(EventType.WebhookDisabled, "webhook.disabled"),
    ];

    static readonly EventRow?[] byCode = ByCode();
    static readonly EventType[] byStatus = [.. Enum.GetValues<OrderStatus>().Select(status => RowOf(status).Type)];

    /// <summary>Null for a type that a newer release added.</summary>
    public static EventRow? Find(EventType type) =>
        (int)type >= 0 && (int)type < byCode.Length ? byCode[(int)type] : null;

    public static EventRow Row(EventType type) =>
        Find(type) ?? throw new ArgumentOutOfRangeException(nameof(type), type, "has no row in the event catalogue");

    public static EventType Of(OrderStatus status) => byStatus[(int)status];

    public static EventType Of(MovementKind kind) => All.FirstOrDefault(row => row.Movement == kind)?.Type
        ?? throw new ArgumentOutOfRangeException(nameof(kind), kind, "is recorded only by orders");

    static EventRow RowOf(OrderStatus status) => All.Single(row => row.Status == status);

    static EventRow?[] ByCode()
    {
        var rows = new EventRow?[(int)All.Max(row => row.Type) + 1];
        foreach (var row in All) rows[(int)row.Type] = row;
        return rows;
    }
}
