using System.ComponentModel;
using Tiffin.Domain;
using Tiffin.Domain.Orders;

namespace Tiffin.Features.Orders;

// Documents an order's JSON in OpenAPI. OrderJson writes it by hand from bytes stored when the order was placed; a test
// compares both.

[Description("An order, limited to what the caller may see.")]
public sealed record OrderView(
    Guid Id, OrderStatus Status,
    [property: Description("Increases with each change, from 1. Also the ETag.")] int Version,
    [property: Description("Short number for staff and customers, from 1 per kitchen and business day.")] int Number,
    [property: Description("The date in the kitchen's time zone.")] DateOnly BusinessDay,
    string KitchenId, string BrandId, string Channel, DateTimeOffset PlacedAt, IReadOnlyList<LineView> Lines,
    Totals Totals, CustomerView Customer, FulfilmentView Fulfilment, IReadOnlyList<StepView> Timeline,
    [property: Description("The statuses that the caller may set next.")]
    IReadOnlyList<OrderStatus> AllowedStatuses,
    [property: Description("The tracking page for the customer.")] string TrackingUrl, DateTimeOffset UpdatedAt,
    [property: Description("The order's id in the channel's own system, unique per channel and kitchen.")]
    string? ExternalReference = null,
    PaymentRequest? Payment = null, IReadOnlyDictionary<string, string>? Metadata = null, string? CourierId = null);

public sealed record LineView(
    string ItemId, string Name, int Quantity, Money UnitPrice, IReadOnlyList<OrderLineModifier> Modifiers,
    [property: Description("Quantity times the price including modifiers, before tax.")] Money Subtotal, Money Tax,
    string? Note = null);

[Description("Personal data (PII): absent after erasure.")]
public sealed record CustomerView(
    string? Id = null, string? Name = null, string? Phone = null, string? Email = null,
    [property: Description("Whether the customer agreed to messages about this order.")] bool? Consent = null);

public sealed record FulfilmentView(FulfilmentType Type, string? Address = null, string? Instructions = null);

[Description("A status change of the order.")]
public sealed record StepView(
    OrderStatus Status, DateTimeOffset At, Role By,
    [property: Description("True if the status was skipped: recorded with the requested status.")] bool Implied = false,
    string? Reason = null, StockDisposition? Stock = null, string? CourierId = null);
