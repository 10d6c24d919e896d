using Tiffin.Domain;
using Tiffin.Domain.Inventory;

namespace Tiffin.Http.Inventory;

public sealed record ThresholdRequest(long Threshold);

public sealed record MovementsRequest(IReadOnlyList<MovementRequest> Movements)
{
    public RecordMovements ToCommand(string kitchenId, Caller caller, RequestKey key, Guid fingerprint) =>
        new(kitchenId, [.. Movements.Select(movement => movement.ToLine())])
        {
            Caller = caller,
            Key = key,
            Fingerprint = fingerprint,
        };
}

public sealed record MovementRequest(string Sku, MovementKind Kind, long Quantity, string? Note = null)
{
    public MovementLine ToLine() => new(Sku, Kind, Quantity, Note);
}

/// <summary>A line of the ledger; <paramref name="Balance"/> is what was on hand after it.</summary>
public sealed record LedgerEntry(
    long Position, DateTimeOffset At, MovementKind Kind, long Delta, long Balance, Guid? OrderId, string? Note);

/// <summary>An ingredient that is low or out now, and since when it is.</summary>
public sealed record StockAlert(
    string KitchenId, string Sku, string Name, string Unit, long OnHand, long Threshold, StockState State,
    DateTimeOffset Since);
