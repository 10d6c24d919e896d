using System.Text.Json;
using Tiffin.Domain;
using Tiffin.Domain.Inventory;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Inventory;

/// <summary>Reads the changes of stock out of events: an order's event lists its own, another is one.</summary>
static class StockChanges
{
    /// <summary>What is not known may: it is looked at, and refused.</summary>
    public static bool MayHave(EventType type) => type is EventType.OrderPlaced or EventType.OrderCancelled
        || EventTypes.Find(type) is null or { Movement: not null };

    /// <summary>Throws at an event that this build cannot read, rather than to leave its changes out.</summary>
    public static void Read(StoredEvent e, LedgerPages into)
    {
        try
        {
            switch (e.Type)
            {
                case EventType.OrderPlaced or EventType.OrderCancelled:
                    ReadList(e, into);
                    break;
                case EventType.InventoryReceived or EventType.InventoryWasted or EventType.InventoryCounted
                    or EventType.InventoryCorrected:
                    var json = new Utf8JsonReader(e.Data);
                    json.Read();
                    into.Add(ReadOne(ref json, e, EventTypes.Row(e.Type).Movement!.Value));
                    break;
                case var other when !Enum.IsDefined(other):
                    throw new NotSupportedException($"{other} is not known to this build");
            }
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException
            or FormatException or NotSupportedException or KeyNotFoundException)
        {
            throw new InvalidDataException(
                $"The ledger stops: the event at position {e.Position} ({e.Type}) cannot be read.", unreadable);
        }
    }

    /// <summary>The member <c>stock</c>; what stands before it is stepped over, what comes after it is left.</summary>
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

    /// <summary>From the start of an object to its end.</summary>
    static StockChange ReadOne(ref Utf8JsonReader json, StoredEvent e, MovementKind? kind)
    {
        (string? sku, long? delta, string? note) = (null, null, null);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var (isSku, isDelta) = (json.ValueTextEquals("sku"u8), json.ValueTextEquals("delta"u8));
            var (isKind, isNote) = (json.ValueTextEquals("kind"u8), json.ValueTextEquals("note"u8));
            json.Read();
            if (isSku) sku = json.GetString();
            else if (isDelta) delta = json.GetInt64();
            else if (isNote) note = json.GetString();
            else if (isKind) kind = Names.KindOf(json.GetString()!);
            else json.Skip();
        }
        return new StockChange(
            e, sku ?? throw new FormatException("a change of stock without sku"),
            kind ?? throw new FormatException("a change of stock without kind"),
            delta ?? throw new FormatException("a change of stock without delta"), note);
    }
}
