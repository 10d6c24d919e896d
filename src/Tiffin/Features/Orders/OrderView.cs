using System.ComponentModel;
using Tiffin.Domain;
using Tiffin.Domain.Orders;

namespace Tiffin.Features.Orders;

// Documents an order's JSON in OpenAPI. OrderJson writes it by hand from bytes stored when the order was placed. A test
// compares the two.

[Description("An order, limited to what the caller may see.")]
sealed record OrderView(
    Guid Id, OrderStatus Status,
    [property: Description("Increases with each change, from 1. Also the ETag.")] int Version,
    [property: Description("Short number for staff and customers, from 1 per kitchen and business day.")] int Number,
    [property: Description("The date in the kitchen's time zone.")] DateOnly BusinessDay,
    string KitchenId, string BrandId, string Channel, DateTimeOffset PlacedAt, IReadOnlyList<LineView> Lines,
    Totals Totals, CustomerView Customer, FulfilmentView Fulfilment, IReadOnlyList<StepView> Timeline,
    [property: Description("The statuses that the caller may set next.")]
    IReadOnlyList<OrderStatus> AllowedStatuses,
    DateTimeOffset UpdatedAt,
    [property: Description("The tracking page for the customer. Not for kitchens and couriers: it shows the delivery "
        + "code.")]
    string? TrackingUrl = null,
    [property: Description("The order's id in the channel's own system, unique within the channel.")]
    string? ExternalReference = null,
    PaymentRequest? Payment = null, IReadOnlyDictionary<string, string>? Metadata = null, string? CourierId = null,
    [property: Description("With manual acceptance: when the kitchen is reminded of the order.")]
    DateTimeOffset? NudgeAt = null,
    [property: Description("With manual acceptance: the order is cancelled if it is not accepted by then.")]
    DateTimeOffset? AcceptBy = null,
    [property: Description("Absent if neither the kitchen nor an ordered item has a preparation time.")]
    PromiseView? Promise = null,
    [property: Description("Absent for an order that is made at once.")]
    ScheduleView? Schedule = null,
    [property: Description("When the order, once ready, is overdue for collection.")]
    DateTimeOffset? CollectBy = null,
    [property: Description("The deadlines that the order has missed, oldest first.")]
    IReadOnlyList<Overdue>? Overdue = null,
    [property: Description("One entry per line, in their order. Absent until the first progress is recorded.")]
    IReadOnlyList<LineProgress>? Progress = null,
    CourierTimesView? Courier = null,
    CourierContactView? CourierContact = null,
    [property: Description("Whether the order is handed over with codes. Absent if it is not.")]
    HandoverCodes? HandoverCodes = null,
    [property: Description("True if the order is left at the door, without a delivery code.")]
    bool? Contactless = null,
    [property: Description("The proof of a contactless delivery.")] ProofBody? Proof = null,
    [property: Description("Failed delivery attempts, oldest first.")]
    IReadOnlyList<DeliveryAttemptView>? DeliveryAttempts = null,
    [property: Description("The code that the courier says at the pass, until the order is collected. For the courier, "
        + "the channel, managers and administrators; not in lists.")]
    string? CollectionCode = null,
    [property: Description("The code that the customer says at the door. For the customer, the channel, managers and "
        + "administrators while the order is open; not in lists.")]
    string? DeliveryCode = null);

[Description("When the order will be ready, and the range in which a delivery arrives.")]
sealed record PromiseView(
    DateTimeOffset ReadyAt, [property: Description("The first time that was promised.")] DateTimeOffset First,
    [property: Description("How often the promise was moved to a later time.")] int Moved,
    DateTimeOffset? DeliverFrom = null, DateTimeOffset? DeliverTo = null);

sealed record LineView(
    string ItemId, string Name, int Quantity, Money UnitPrice, IReadOnlyList<OrderLineModifier> Modifiers,
    [property: Description("Quantity times the price including modifiers, before tax.")] Money Subtotal, Money Tax,
    string? Note = null);

[Description("Personal data (PII): absent after erasure.")]
sealed record CustomerView(
    string? Id = null, string? Name = null, string? Phone = null, string? Email = null,
    [property: Description("Whether the customer agreed to messages about this order.")] bool? Consent = null);

[Description("A delivery has an address, until it is erased.")]
sealed record FulfilmentView(FulfilmentType Type, Address? Address = null);

[Description("A version of the order: a status change, or another event.")]
sealed record StepView(
    OrderStatus Status, DateTimeOffset At, Role By,
    [property: Description("True if the status was skipped: recorded with the requested status "
        + "or progress.")] bool Implied = false,
    string? Reason = null, StockDisposition? Stock = null, string? CourierId = null,
    [property: Description("What changed, if not the status: the event's type without 'order.'.")]
    string? Event = null,
    DateTimeOffset? NudgeAt = null, DateTimeOffset? AcceptBy = null, PromiseView? Promise = null,
    DateTimeOffset? CollectBy = null, IReadOnlyList<Overdue>? Overdue = null,
    IReadOnlyList<LineProgress>? Progress = null, ScheduleView? Schedule = null, CourierTimesView? Courier = null,
    HandoverCodes? HandoverCodes = null, bool? Contactless = null, ProofBody? Proof = null,
    IReadOnlyList<DeliveryAttemptView>? DeliveryAttempts = null,
    [property: Description("Who of the chain's staff it was: the name of the paired device, the label of a key without "
        + "its own subject, or else the subject of the credentials. For managers and administrators, and not in a "
        + "kitchen's board. Personal data (PII).")]
    string? Who = null);

[Description("When the customer wants the order, and when its preparation may start.")]
sealed record ScheduleView(
    [property: Description("When the customer wants it, at the door or at the counter.")] DateTimeOffset For,
    [property: Description("When it is released: its preparation may start. It follows the kitchen's times and delay.")]
    DateTimeOffset ReleaseAt,
    [property: Description("When its ingredients are deducted from stock; absent once they are.")]
    DateTimeOffset? StockAt = null,
    [property: Description("True if the stock was short. The order is cancelled if it still is at stockAt.")]
    bool? Short = null,
    [property: Description("The preparation time that the kitchen gave when it accepted the order.")]
    int? PrepMinutes = null,
    [property: Description("When it was released; absent before.")] DateTimeOffset? ReleasedAt = null);

[Description("Personal data (PII) of the courier, while the order is open. Customers see the given name only.")]
sealed record CourierContactView(string? Name = null, string? Phone = null, string? Vehicle = null);

[Description("When the courier is expected, and where they have arrived. Empty if nothing is known of the next one.")]
sealed record CourierTimesView(
    [property: Description("When the courier will be at the kitchen.")] DateTimeOffset? PickupAt = null,
    DateTimeOffset? ArrivedAtKitchen = null, DateTimeOffset? ArrivedAtCustomer = null);

sealed record DeliveryAttemptView(
    [property: Description("From 1.")] int Attempt, DeliveryOutcome Outcome, DateTimeOffset At,
    [property: Description("Without a decision by then, the order is given up.")] DateTimeOffset DecideBy,
    [property: Description("Absent until a decision is made.")] DeliveryDecision? Decision = null);
