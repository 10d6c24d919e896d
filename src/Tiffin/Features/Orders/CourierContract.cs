using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Tiffin.Domain.Orders;

namespace Tiffin.Features.Orders;

// The attributes only document limits in OpenAPI: the domain validates and reports the faults.

/// <summary>What is left out stays as it is for the same courier.</summary>
sealed record CourierRequest(
    [property: Description("The courier's id: the subject of their credentials, or the id that the channel uses.")]
    [property: MaxLength(ChangeStatus.CourierIdMax)] string CourierId,
    [property: Description("Personal data: shown while the order is open, and to the customer the given name only.")]
    [property: MaxLength(AssignCourier.NameMax)] string? Name = null,
    [property: Description("E.164, such as +919800000000.")]
    [property: MaxLength(PlaceOrderLimits.PhoneMax)] string? Phone = null,
    [property: Description("What the courier drives, such as bicycle or KA-01-AB-1234.")]
    [property: MaxLength(AssignCourier.VehicleMax)] string? Vehicle = null,
    [property: Description("When the courier will be at the kitchen.")] DateTimeOffset? PickupAt = null);

sealed record ArrivalRequest([property: Description("Where the courier has arrived.")] CourierPlace Where);

/// <summary>Degrees of WGS 84, as a GPS receiver reports them.</summary>
sealed record PositionRequest(
    [property: Range(-90, 90)] double Latitude, [property: Range(-180, 180)] double Longitude,
    [property: Description("When the courier was there. A position older than the known one is ignored.")]
    DateTimeOffset At);

sealed record DeliveryAttemptRequest(
    [property: Description("Why the order could not be delivered.")] DeliveryOutcome Outcome);

sealed record DeliveryDecisionRequest(
    [property: Description("retry: the courier tries again. return: the courier brings the order back. give_up: the "
        + "courier keeps or disposes of it. The last two cancel the order; its ingredients are wasted.")]
    DeliveryDecision Decision);

/// <summary>A photo of the order at the door.</summary>
sealed record ProofBody(
    [property: Description("A reference to the photo in your own storage. It is published and never erased: no "
        + "address that others can open, and no personal data.")]
    [property: MaxLength(Proof.PhotoMax)] string Photo);

// Documents what OrderJson writes; a test compares both.

[Description("Personal data (PII) of the courier, while the order is open. Customers see the given name only.")]
sealed record CourierContactView(string? Name = null, string? Phone = null, string? Vehicle = null);

[Description("When the courier is expected, and where they have arrived. Empty if nothing is known of the next one.")]
sealed record CourierTimesView(
    [property: Description("When the courier will be at the kitchen.")] DateTimeOffset? PickupAt = null,
    DateTimeOffset? ArrivedAtKitchen = null, DateTimeOffset? ArrivedAtCustomer = null);

sealed record DeliveryAttemptView(
    [property: Description("From 1.")] int Attempt, DeliveryOutcome Outcome, DateTimeOffset At,
    [property: Description("The order is given up if nothing is decided by then.")] DateTimeOffset DecideBy,
    [property: Description("Absent until something is decided.")] DeliveryDecision? Decision = null);
