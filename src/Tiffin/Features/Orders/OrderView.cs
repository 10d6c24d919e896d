using System.ComponentModel;
using Tiffin.Domain;
using Tiffin.Domain.Orders;

namespace Tiffin.Features.Orders;

// The shape of an order's JSON for the API document. OrderJson writes it by hand, from the bytes that were stored when
// the order was placed; a test holds what it writes against this.

[Description("An order as the caller may see it.")]
public sealed record OrderView(
    Guid Id, OrderStatus Status,
    [property: Description("Counts the order's changes from 1; the ETag is the same number.")] int Version,
    [property: Description("Short, for people: counts from 1 per kitchen and business day.")] int Number,
    [property: Description("The day in the kitchen's own time zone.")] DateOnly BusinessDay,
    string KitchenId, string BrandId, string Channel, DateTimeOffset PlacedAt, IReadOnlyList<LineView> Lines,
    Totals Totals, CustomerView Customer, FulfilmentView Fulfilment, IReadOnlyList<StepView> Timeline,
    [property: Description("Where the caller may bring the order from here.")]
    IReadOnlyList<OrderStatus> AllowedStatuses,
    [property: Description("What the customer may open.")] string TrackingUrl, DateTimeOffset UpdatedAt,
    [property: Description("The order's name in its channel, unique per channel and kitchen.")]
    string? ExternalReference = null,
    PaymentRequest? Payment = null, IReadOnlyDictionary<string, string>? Metadata = null, string? CourierId = null);

public sealed record LineView(
    string ItemId, string Name, int Quantity, Money UnitPrice, IReadOnlyList<OrderLineModifier> Modifiers,
    [property: Description("Quantity times the price with modifiers, before tax.")] Money Subtotal, Money Tax,
    string? Note = null);

[Description("Personal data: absent once it was erased.")]
public sealed record CustomerView(
    string? Id = null, string? Name = null, string? Phone = null, string? Email = null,
    [property: Description("Whether the customer agreed to get messages about this order.")] bool? Consent = null);

public sealed record FulfilmentView(FulfilmentType Type, string? Address = null, string? Instructions = null);

[Description("A status that the order came to.")]
public sealed record StepView(
    OrderStatus Status, DateTimeOffset At, Role By,
    [property: Description("Stepped over: recorded with the step that was asked for.")] bool Implied = false,
    string? Reason = null, StockDisposition? Stock = null, string? CourierId = null);
