using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Tiffin.Domain;
using Tiffin.Domain.Inventory;
using Tiffin.Edge;

namespace Tiffin.Features.Inventory;

sealed record ThresholdRequest(
    [property: Description("Level below which the ingredient is low, in its unit; 0 disables the alert.")]
    [property: Range(0, Stock.OnHandMax)] long Threshold);

sealed record MovementsRequest(
    [property: Length(1, RecordMovements.LinesMax)] IReadOnlyList<MovementRequest> Movements,
    [property: Description("Only with waste: a cancelled order of the kitchen whose food was thrown away, although its "
        + "ingredients were returned to stock. That is booked once per order: a second request, even from another "
        + "caller or with another Idempotency-Key, returns the first response.")]
    Guid? OrderId = null) : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized() => Elements.NotNull(Movements, "movements");

    public RecordMovements ToCommand(string kitchenId, Caller caller, RequestKey key, Guid fingerprint) =>
        new(kitchenId, [.. Movements.Select(movement => movement.ToLine())])
        {
            Caller = caller,
            Key = key,
            Fingerprint = fingerprint,
            OrderId = OrderId,
        };
}

sealed record MovementRequest(
    string Sku,
    [property: Description("received, wasted, counted or corrected. Other kinds are recorded by orders only.")]
    MovementKind Kind,
    [property: Description("In the ingredient's unit: received, wasted or counted quantity, or signed correction.")]
    [property: Range(-Stock.OnHandMax, Stock.OnHandMax)]
    long Quantity,
    [property: MaxLength(RecordMovements.NoteMax)] string? Note = null,
    [property: Description("Only when counted: onShelf of the level at the moment this ingredient was counted. The "
        + "current level changes by quantity - seenOnHand, so that later sales stay deducted, but not "
        + "below 0. Without it the level becomes the quantity.")]
    [property: Range(0, Stock.OnHandMax)]
    long? SeenOnHand = null,
    [property: Description("Only when wasted: why. cancelled_order: cooked for an order that was cancelled; "
        + "returned: given back by a customer.")]
    WasteReason? Reason = null)
{
    public MovementLine ToLine() => new(Sku, Kind, Quantity, Note, SeenOnHand, Reason);
}

[Description("A movement in the ledger.")]
sealed record LedgerEntry(
    [property: Description("The position in the event log of the event that caused it.")] long Position,
    DateTimeOffset At, MovementKind Kind, long Delta,
    [property: Description("Quantity on hand after the movement.")] long Balance,
    [property: Description("The order that caused it, if any.")] Guid? OrderId = null,
    [property: Description("The number of that order, as known to the kitchen.")] int? OrderNumber = null,
    string? Note = null,
    [property: Description("Why stock was wasted, if that was recorded.")] WasteReason? Reason = null);

[Description("An ingredient that is currently low or out.")]
sealed record StockAlert(
    string KitchenId, string Sku, string Name, string Unit, long OnHand, long Threshold, StockState State,
    DateTimeOffset Since);
