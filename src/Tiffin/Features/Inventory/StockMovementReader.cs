using System.Text.Json;
using Tiffin.Domain;
using Tiffin.Domain.Inventory;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Inventory;

/// <summary>Reads stock movements from events: an order event lists several, an inventory event is one.</summary>
static class StockMovementReader
{
    public static bool MayContainMovements(EventRow row) => row.Movement is not null
        || row.Type is EventType.OrderPlaced or EventType.OrderStockTaken or EventType.OrderCancelled;

    /// <exception cref="InvalidDataException">This build cannot read the event; skipping it would falsify the ledger.
    /// </exception>
    public static void Read(StoredEvent e, LedgerPages into)
    {
        try
        {
            switch (e.Type)
            {
                case EventType.OrderPlaced or EventType.OrderStockTaken or EventType.OrderCancelled:
                    ReadList(e, into);
                    break;
                case EventType.InventoryReceived or EventType.InventoryWasted or EventType.InventoryCounted
                    or EventType.InventoryCorrected:
                    var json = new Utf8JsonReader(e.Data);
                    json.Read();
                    into.Add(ReadOne(ref json, e, EventTypes.Row(e.Type).Movement!.Value));
                    break;
                case var other when !Enum.IsDefined(other):
                    throw new NotSupportedException($"event type {other} is unknown to this build");
            }
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException
            or FormatException or NotSupportedException or KeyNotFoundException)
        {
            throw new InvalidDataException(
                $"Ledger stopped: the event at position {e.Position} ({e.Type}) cannot be read.", unreadable);
        }
    }

    // Reads the property "stock" and stops after it.
    static void ReadList(StoredEvent e, LedgerPages into)
    {
        var json = new Utf8JsonReader(e.Data);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isStock = json.ValueTextEquals("stock"u8);
            json.Read();
            if (!isStock)
            {
                json.Skip();
                continue;
            }
            while (json.Read() && json.TokenType == JsonTokenType.StartObject)
                into.Add(ReadOne(ref json, e, kind: null));
            return;
        }
    }

    static StockMovement ReadOne(ref Utf8JsonReader json, StoredEvent e, MovementKind? kind)
    {
        (string? sku, long? delta, string? note, WasteReason? reason) = (null, null, null, null);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var (isSku, isDelta) = (json.ValueTextEquals("sku"u8), json.ValueTextEquals("delta"u8));
            var (isKind, isNote) = (json.ValueTextEquals("kind"u8), json.ValueTextEquals("note"u8));
            var isReason = json.ValueTextEquals("reason"u8);
            json.Read();
            if (isSku) sku = json.GetString();
            else if (isDelta) delta = json.GetInt64();
            else if (isNote) note = json.GetString();
            else if (isReason) reason = Names.Parse<WasteReason>(json.GetString()!);
            else if (isKind) kind = Names.Parse<MovementKind>(json.GetString()!);
            else json.Skip();
        }
        return new StockMovement(
            e, sku ?? throw new FormatException("a stock movement has no sku"),
            kind ?? throw new FormatException("a stock movement has no kind"),
            delta ?? throw new FormatException("a stock movement has no delta"), note, reason);
    }
}
