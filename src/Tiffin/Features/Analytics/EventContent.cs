using System.Text.Json;

namespace Tiffin.Features.Analytics;

/// <summary>
/// The properties of an event's data that analytics needs, read in one pass without a DOM: this runs for every event.
/// </summary>
sealed class EventContent
{
    public string? Reason { get; private set; }
    public string? By { get; private set; }
    public string? Sku { get; private set; }
    public long? Delta { get; private set; }
    public DateTimeOffset? PlacedAt { get; private set; }
    public DateTimeOffset? FirstPromise { get; private set; }
    public (string? Status, DateTimeOffset? At) Previous { get; private set; }
    public OrderTotals? Totals { get; private set; }
    public List<(string? Item, long? Quantity, long? Subtotal)>? Lines { get; private set; }
    public List<(string? Sku, string? Kind, long? Delta, string? Reason)> Stock { get; } = [];

    /// <summary>Money in minor units.</summary>
    public readonly record struct OrderTotals(long? Subtotal, long? Fees, long? Tax, string? Currency);

    public static EventContent Read(ReadOnlySpan<byte> data)
    {
        var content = new EventContent();
        var json = new Utf8JsonReader(data);
        json.Read();
        while (NextMember(ref json)) content.ReadMember(ref json);
        return content;
    }

    void ReadMember(ref Utf8JsonReader json)
    {
        if (TryAdvance(ref json, "reason"u8)) Reason = json.GetString();
        else if (TryAdvance(ref json, "by"u8)) By = json.GetString();
        else if (TryAdvance(ref json, "sku"u8)) Sku = json.GetString();
        else if (TryAdvance(ref json, "delta"u8)) Delta = json.GetInt64();
        else if (TryAdvance(ref json, "placedAt"u8)) PlacedAt = json.GetDateTimeOffset();
        // Null if the promise was removed.
        else if (TryAdvance(ref json, "promise"u8))
            FirstPromise = json.TokenType == JsonTokenType.Null ? null : ReadFirstPromise(ref json);
        else if (TryAdvance(ref json, "previous"u8)) Previous = ReadPrevious(ref json);
        else if (TryAdvance(ref json, "totals"u8)) Totals = ReadTotals(ref json);
        else if (TryAdvance(ref json, "lines"u8))
        {
            Lines = [];
            while (NextElement(ref json)) Lines.Add(ReadLine(ref json));
        }
        else if (TryAdvance(ref json, "stock"u8))
        {
            while (NextElement(ref json)) Stock.Add(ReadMovement(ref json));
        }
        else SkipValue(ref json);
    }

    static DateTimeOffset? ReadFirstPromise(ref Utf8JsonReader json)
    {
        var first = default(DateTimeOffset?);
        while (NextMember(ref json))
        {
            if (TryAdvance(ref json, "first"u8)) first = json.GetDateTimeOffset();
            else SkipValue(ref json);
        }
        return first;
    }

    static (string? Status, DateTimeOffset? At) ReadPrevious(ref Utf8JsonReader json)
    {
        var (status, at) = (default(string), default(DateTimeOffset?));
        while (NextMember(ref json))
        {
            if (TryAdvance(ref json, "status"u8)) status = json.GetString();
            else if (TryAdvance(ref json, "at"u8)) at = json.GetDateTimeOffset();
            else SkipValue(ref json);
        }
        return (status, at);
    }

    static OrderTotals ReadTotals(ref Utf8JsonReader json)
    {
        var sale = new OrderTotals();
        while (NextMember(ref json))
        {
            if (TryAdvance(ref json, "subtotal"u8)) sale = sale with { Subtotal = ReadMoney(ref json).Amount };
            else if (TryAdvance(ref json, "fees"u8)) sale = sale with { Fees = ReadMoney(ref json).Amount };
            else if (TryAdvance(ref json, "tax"u8)) sale = sale with { Tax = ReadMoney(ref json).Amount };
            else if (TryAdvance(ref json, "total"u8)) sale = sale with { Currency = ReadMoney(ref json).Currency };
            else SkipValue(ref json);
        }
        return sale;
    }

    static (string? Item, long? Quantity, long? Subtotal) ReadLine(ref Utf8JsonReader json)
    {
        var (item, quantity, subtotal) = (default(string), default(long?), default(long?));
        while (NextMember(ref json))
        {
            if (TryAdvance(ref json, "itemId"u8)) item = json.GetString();
            else if (TryAdvance(ref json, "quantity"u8)) quantity = json.GetInt64();
            else if (TryAdvance(ref json, "subtotal"u8)) subtotal = ReadMoney(ref json).Amount;
            else SkipValue(ref json);
        }
        return (item, quantity, subtotal);
    }

    static (string? Sku, string? Kind, long? Delta, string? Reason) ReadMovement(ref Utf8JsonReader json)
    {
        var (sku, kind, delta, reason) = (default(string), default(string), default(long?), default(string));
        while (NextMember(ref json))
        {
            if (TryAdvance(ref json, "sku"u8)) sku = json.GetString();
            else if (TryAdvance(ref json, "kind"u8)) kind = json.GetString();
            else if (TryAdvance(ref json, "delta"u8)) delta = json.GetInt64();
            else if (TryAdvance(ref json, "reason"u8)) reason = json.GetString();
            else SkipValue(ref json);
        }
        return (sku, kind, delta, reason);
    }

    static (long? Amount, string? Currency) ReadMoney(ref Utf8JsonReader json)
    {
        var (amount, currency) = (default(long?), default(string));
        while (NextMember(ref json))
        {
            if (TryAdvance(ref json, "amount"u8)) amount = json.GetInt64();
            else if (TryAdvance(ref json, "currency"u8)) currency = json.GetString();
            else SkipValue(ref json);
        }
        return (amount, currency);
    }

    // Advances to the next property name; false at the end of the object.
    static bool NextMember(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.PropertyName;

    // Advances to the next object; false at the end of the array.
    static bool NextElement(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.StartObject;

    // If the name matches, advances to the value.
    static bool TryAdvance(ref Utf8JsonReader json, ReadOnlySpan<byte> name) =>
        json.ValueTextEquals(name) && json.Read();

    static void SkipValue(ref Utf8JsonReader json)
    {
        json.Read();
        json.Skip();
    }
}
