using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain;

/// <summary>
/// Names on the wire, in snake_case. Never derived from type names: renaming a type must not change the API contract.
/// </summary>
public static class Names
{
    public static string Of(OrderStatus status) => status switch
    {
        OrderStatus.Placed => "placed",
        OrderStatus.Accepted => "accepted",
        OrderStatus.Preparing => "preparing",
        OrderStatus.Ready => "ready",
        OrderStatus.OutForDelivery => "out_for_delivery",
        OrderStatus.Delivered => "delivered",
        OrderStatus.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    public static string Of(Role role) => role switch
    {
        Role.Admin => "admin",
        Role.Manager => "manager",
        Role.Kitchen => "kitchen",
        Role.Courier => "courier",
        Role.Channel => "channel",
        Role.Customer => "customer",
        Role.System => "system",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };

    public static string Of(MovementKind kind) => kind switch
    {
        MovementKind.Sold => "sold",
        MovementKind.Returned => "returned",
        MovementKind.Wasted => "wasted",
        MovementKind.Received => "received",
        MovementKind.Counted => "counted",
        MovementKind.Corrected => "corrected",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static MovementKind KindOf(string word) => word switch
    {
        "sold" => MovementKind.Sold,
        "returned" => MovementKind.Returned,
        "wasted" => MovementKind.Wasted,
        "received" => MovementKind.Received,
        "counted" => MovementKind.Counted,
        "corrected" => MovementKind.Corrected,
        _ => throw new FormatException($"no movement is called '{word}'"),
    };

    public static string Of(StockState state) => state switch
    {
        StockState.Ok => "ok",
        StockState.Low => "low",
        StockState.Out => "out",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    public static string Of(EventType type) => EventTypes.Row(type).Name;

    public static string Of(KitchenMode mode) => mode switch
    {
        KitchenMode.Online => "online",
        KitchenMode.Busy => "busy",
        KitchenMode.Paused => "paused",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
    };

    public static string Of(FulfilmentType type) => type == FulfilmentType.Pickup ? "pickup" : "delivery";

    public static string Of(OverdueKind kind) => kind switch
    {
        OverdueKind.Acceptance => "acceptance",
        OverdueKind.Readiness => "readiness",
        OverdueKind.Collection => "collection",
        OverdueKind.Delivery => "delivery",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static string Of(StockDisposition disposition) => disposition switch
    {
        StockDisposition.Return => "return",
        StockDisposition.Waste => "waste",
        StockDisposition.ByProgress => "by_progress",
        _ => throw new ArgumentOutOfRangeException(nameof(disposition), disposition, null),
    };

    public static string Of(LineState state) => state switch
    {
        LineState.Waiting => "waiting",
        LineState.Started => "started",
        LineState.Done => "done",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    public static string Of(CourierPlace place) => place == CourierPlace.Kitchen ? "kitchen" : "customer";

    public static string Of(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.NotReachable => "not_reachable",
        DeliveryOutcome.Refused => "refused",
        DeliveryOutcome.WrongAddress => "wrong_address",
        DeliveryOutcome.Damaged => "damaged",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };

    public static string Of(DeliveryDecision decision) => decision switch
    {
        DeliveryDecision.Retry => "retry",
        DeliveryDecision.Return => "return",
        DeliveryDecision.GiveUp => "give_up",
        _ => throw new ArgumentOutOfRangeException(nameof(decision), decision, null),
    };
}
