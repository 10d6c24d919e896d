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
    public Sale? Totals { get; private set; }
    public List<(string? Item, long? Quantity, long? Subtotal)>? Lines { get; private set; }
    public List<(string? Sku, string? Kind, long? Delta, string? Reason)> Stock { get; } = [];

    /// <summary>Money in minor units.</summary>
    public readonly record struct Sale(long? Subtotal, long? Fees, long? Tax, string? Currency);

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
        if (Is(ref json, "reason"u8)) Reason = json.GetString();
        else if (Is(ref json, "by"u8)) By = json.GetString();
        else if (Is(ref json, "sku"u8)) Sku = json.GetString();
        else if (Is(ref json, "delta"u8)) Delta = json.GetInt64();
        else if (Is(ref json, "placedAt"u8)) PlacedAt = json.GetDateTimeOffset();
        // Null if the promise was removed.
        else if (Is(ref json, "promise"u8))
            FirstPromise = json.TokenType == JsonTokenType.Null ? null : ReadFirst(ref json);
        else if (Is(ref json, "previous"u8)) Previous = ReadPrevious(ref json);
        else if (Is(ref json, "totals"u8)) Totals = ReadTotals(ref json);
        else if (Is(ref json, "lines"u8))
        {
            Lines = [];
            while (NextElement(ref json)) Lines.Add(ReadLine(ref json));
        }
        else if (Is(ref json, "stock"u8))
        {
            while (NextElement(ref json)) Stock.Add(ReadMovement(ref json));
        }
        else SkipValue(ref json);
    }

    static DateTimeOffset? ReadFirst(ref Utf8JsonReader json)
    {
        var first = default(DateTimeOffset?);
        while (NextMember(ref json))
        {
            if (Is(ref json, "first"u8)) first = json.GetDateTimeOffset();
            else SkipValue(ref json);
        }
        return first;
    }

    static (string? Status, DateTimeOffset? At) ReadPrevious(ref Utf8JsonReader json)
    {
        var (status, at) = (default(string), default(DateTimeOffset?));
        while (NextMember(ref json))
        {
            if (Is(ref json, "status"u8)) status = json.GetString();
            else if (Is(ref json, "at"u8)) at = json.GetDateTimeOffset();
            else SkipValue(ref json);
        }
        return (status, at);
    }

    static Sale ReadTotals(ref Utf8JsonReader json)
    {
        var sale = new Sale();
        while (NextMember(ref json))
        {
            if (Is(ref json, "subtotal"u8)) sale = sale with { Subtotal = ReadMoney(ref json).Amount };
            else if (Is(ref json, "fees"u8)) sale = sale with { Fees = ReadMoney(ref json).Amount };
            else if (Is(ref json, "tax"u8)) sale = sale with { Tax = ReadMoney(ref json).Amount };
            else if (Is(ref json, "total"u8)) sale = sale with { Currency = ReadMoney(ref json).Currency };
            else SkipValue(ref json);
        }
        return sale;
    }

    static (string? Item, long? Quantity, long? Subtotal) ReadLine(ref Utf8JsonReader json)
    {
        var (item, quantity, subtotal) = (default(string), default(long?), default(long?));
        while (NextMember(ref json))
        {
            if (Is(ref json, "itemId"u8)) item = json.GetString();
            else if (Is(ref json, "quantity"u8)) quantity = json.GetInt64();
            else if (Is(ref json, "subtotal"u8)) subtotal = ReadMoney(ref json).Amount;
            else SkipValue(ref json);
        }
        return (item, quantity, subtotal);
    }

    static (string? Sku, string? Kind, long? Delta, string? Reason) ReadMovement(ref Utf8JsonReader json)
    {
        var (sku, kind, delta, reason) = (default(string), default(string), default(long?), default(string));
        while (NextMember(ref json))
        {
            if (Is(ref json, "sku"u8)) sku = json.GetString();
            else if (Is(ref json, "kind"u8)) kind = json.GetString();
            else if (Is(ref json, "delta"u8)) delta = json.GetInt64();
            else if (Is(ref json, "reason"u8)) reason = json.GetString();
            else SkipValue(ref json);
        }
        return (sku, kind, delta, reason);
    }

    static (long? Amount, string? Currency) ReadMoney(ref Utf8JsonReader json)
    {
        var (amount, currency) = (default(long?), default(string));
        while (NextMember(ref json))
        {
            if (Is(ref json, "amount"u8)) amount = json.GetInt64();
            else if (Is(ref json, "currency"u8)) currency = json.GetString();
            else SkipValue(ref json);
        }
        return (amount, currency);
    }

    // Advances to the next property name; false at the end of the object.
    static bool NextMember(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.PropertyName;

    // Advances to the next object; false at the end of the array.
    static bool NextElement(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.StartObject;

    // If the name matches, advances to the value.
    static bool Is(ref Utf8JsonReader json, ReadOnlySpan<byte> name) => json.ValueTextEquals(name) && json.Read();

    static void SkipValue(ref Utf8JsonReader json)
    {
        json.Read();
        json.Skip();
    }
}
