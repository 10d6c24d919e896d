using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Tiffin.Domain;
using Tiffin.Domain.Inventory;
using Tiffin.Edge;

namespace Tiffin.Features.Inventory;

public sealed record ThresholdRequest(
    [property: Description("Below which level the ingredient is low, in its unit; 0 for never.")]
    [property: Range(0, Stock.OnHandMax)] long Threshold);

public sealed record MovementsRequest(
    [property: Length(1, RecordMovements.LinesMax)] IReadOnlyList<MovementRequest> Movements) : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized() => Elements.NotNull(Movements, "movements");

    public RecordMovements ToCommand(string kitchenId, Caller caller, RequestKey key, Guid fingerprint) =>
        new(kitchenId, [.. Movements.Select(movement => movement.ToLine())])
        {
            Caller = caller,
            Key = key,
            Fingerprint = fingerprint,
        };
}

public sealed record MovementRequest(
    string Sku,
    [property: Description("received, wasted, counted or corrected; the others are caused by orders only.")]
    MovementKind Kind,
    [property: Description("In the ingredient's unit: what came, spoiled, is there, or the signed difference.")]
    [property: Range(-Stock.OnHandMax, Stock.OnHandMax)]
    long Quantity,
    [property: MaxLength(RecordMovements.NoteMax)] string? Note = null)
{
    public MovementLine ToLine() => new(Sku, Kind, Quantity, Note);
}

[Description("A line of the ledger.")]
public sealed record LedgerEntry(
    [property: Description("The place in the log of what caused it.")] long Position,
    DateTimeOffset At, MovementKind Kind, long Delta,
    [property: Description("What was on hand after it.")] long Balance,
    [property: Description("The order that caused it, if one did.")] Guid? OrderId = null,
    string? Note = null);

[Description("An ingredient that is low or out now, and since when it is.")]
public sealed record StockAlert(
    string KitchenId, string Sku, string Name, string Unit, long OnHand, long Threshold, StockState State,
    DateTimeOffset Since);
