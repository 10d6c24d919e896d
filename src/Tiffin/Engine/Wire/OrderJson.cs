using System.Text.Json;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Storage;

namespace Tiffin.Engine.Wire;

/// <summary>
/// Writes an order as JSON. The immutable content is serialized once, when the order is placed; the row, the event and
/// every response reuse those bytes.
/// </summary>
static class OrderJson
{
    public static OrderDocument Document(OrderPlaced placed, string kitchenId, Caller placedBy)
    {
        var details = OrderDetailsJson.Patch(OrderDetails.None, placed.Order.Details);
        return new OrderDocument(
            placed.Order with { Status = OrderStatus.Placed, Version = 1 }, Content(placed, kitchenId),
            TimelineJson.Line(placed, placedBy, details), placed.Content.PlacedAt, placed.Contact)
        {
            PlacedAt = placed.Content.PlacedAt,
            Total = placed.Content.Totals.Total.Amount,
            ChangedDetails = details,
        };
    }

    /// <summary>Writes the order as <paramref name="viewer"/> sees it.</summary>
    public static void Write(Utf8JsonWriter json, OrderDocument document, Caller viewer, OrderSecrets secrets)
    {
        var order = document.Order;
        document = document with { Contact = document.Contact.SeenBy(viewer, document.IsOpen) };
        json.WriteStartObject();
        json.WriteString("id"u8, order.Id);
        json.WriteString("status"u8, Names.Of(order.Status));
        json.WriteNumber("version"u8, order.Version);
        json.Splice(WithNotes(document));
        WriteCustomer(json, document);
        WriteFulfilment(json, document);
        if (order.CourierId is { } courier) json.WriteString("courierId"u8, courier);
        if (order.CourierContact?.SeenBy(viewer, document.IsOpen) is { } contact) WriteCourier(json, contact);
        if (OrderDetailsJson.Bytes(order.Details) is { } details) json.Splice(details);
        json.WritePropertyName("timeline"u8);
        WriteTimeline(json, document.Timeline, secrets.NameOf);
        json.WriteStartArray("allowedStatuses"u8);
        foreach (var status in Lifecycle.Allowed(order, viewer.Role)) json.WriteStringValue(Names.Of(status));
        json.WriteEndArray();
        json.WriteText("trackingUrl", secrets.TrackingUrl);
        json.WriteText("collectionCode", secrets.CollectionCode);
        json.WriteText("deliveryCode", secrets.DeliveryCode);
        json.WriteString("updatedAt"u8, JsonTime.Text(document.UpdatedAt));
        json.WriteEndObject();
    }

    static void WriteCustomer(Utf8JsonWriter json, OrderDocument document)
    {
        var (order, contact) = (document.Order, document.Contact);
        json.WriteStartObject("customer"u8);
        json.WriteText("id", order.CustomerId);
        json.WriteText("name", contact.Name);
        json.WriteText("phone", contact.Phone);
        json.WriteText("email", contact.Email);
        if (contact.Consent is { } consent) json.WriteBoolean("consent"u8, consent);
        json.WriteEndObject();
    }

    static void WriteCourier(Utf8JsonWriter json, CourierContact contact)
    {
        json.WriteStartObject("courierContact"u8);
        json.WriteText("name", contact.Name);
        json.WriteText("phone", contact.Phone);
        json.WriteText("vehicle", contact.Vehicle);
        json.WriteEndObject();
    }

    static void WriteFulfilment(Utf8JsonWriter json, OrderDocument document)
    {
        json.WriteStartObject("fulfilment"u8);
        json.WriteString("type"u8, Names.Of(document.Order.Fulfilment));
        json.WriteAddress(document.Contact.Address);
        json.WriteEndObject();
    }

    static void WriteTimeline(Utf8JsonWriter json, byte[] lines, Func<string, string>? nameOf)
    {
        json.WriteStartArray();
        for (var start = 0; start < lines.Length;)
        {
            var length = lines.AsSpan(start).IndexOf((byte)'\n');
            TimelineJson.Write(json, lines.AsSpan(start, length), nameOf);
            start += length + 1;
        }
        json.WriteEndArray();
    }

    /// <summary>The ids of the items and modifiers in an order's content.</summary>
    public static IReadOnlyList<string> ItemIdsOf(byte[] content)
    {
        using var json = JsonDocument.Parse(content);
        return
        [
            .. from line in json.RootElement.GetProperty("lines").EnumerateArray()
               from part in line.GetProperty("modifiers").EnumerateArray().Prepend(line)
               select part.GetProperty("itemId").GetString()!,
        ];
    }

    static byte[] Content(OrderPlaced placed, string kitchenId) =>
        JsonBuffer.Object(json => WriteContent(json, placed, kitchenId));

    static void WriteContent(Utf8JsonWriter json, OrderPlaced placed, string kitchenId)
    {
        var (order, content) = (placed.Order, placed.Content);
        json.WriteNumber("number"u8, order.Number);
        json.WriteString("businessDay"u8, order.Day.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        json.WriteString("kitchenId"u8, kitchenId);
        json.WriteString("brandId"u8, order.BrandId);
        json.WriteString("channel"u8, order.Channel);
        json.WriteText("externalReference", order.ExternalReference);
        json.WriteString("placedAt"u8, JsonTime.Text(content.PlacedAt));
        json.WriteStartArray("lines"u8);
        foreach (var line in content.Lines) WriteLine(json, line);
        json.WriteEndArray();
        json.WriteStartObject("totals"u8);
        json.WriteMoney("subtotal", content.Totals.Subtotal);
        json.WriteMoney("tax", content.Totals.Tax);
        json.WriteMoney("fees", content.Totals.Fees);
        json.WriteMoney("total", content.Totals.Total);
        json.WriteEndObject();
        WritePayment(json, content.Payment);
        WriteMetadata(json, content.Metadata);
    }

    static void WriteLine(Utf8JsonWriter json, OrderLine line)
    {
        json.WriteStartObject();
        json.WriteString("itemId"u8, line.ItemId);
        json.WriteString("name"u8, line.Name);
        json.WriteNumber("quantity"u8, line.Quantity);
        json.WriteMoney("unitPrice", line.UnitPrice);
        json.WriteStartArray("modifiers"u8);
        foreach (var modifier in line.Modifiers)
        {
            json.WriteStartObject();
            json.WriteString("itemId"u8, modifier.ItemId);
            json.WriteString("name"u8, modifier.Name);
            json.WriteNumber("quantity"u8, modifier.Quantity);
            json.WriteMoney("unitPrice", modifier.UnitPrice);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteMoney("subtotal", line.Subtotal);
        json.WriteMoney("tax", line.Tax);
        json.WriteEndObject();
    }

    static void WritePayment(Utf8JsonWriter json, Payment? payment)
    {
        if (payment is null) return;
        json.WriteStartObject("payment"u8);
        json.WriteString("method"u8, payment.Method);
        json.WriteText("status", payment.Status);
        json.WriteText("reference", payment.Reference);
        json.WriteEndObject();
    }

    static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null) return;
        json.WriteStartObject("metadata"u8);
        foreach (var (key, value) in metadata) json.WriteString(key, value);
        json.WriteEndObject();
    }

    // Notes are personal data and stored with the contact, so they are merged into the content here.
    static byte[] WithNotes(OrderDocument document)
    {
        if (document.Contact.Notes is not { } notes) return document.Content;
        var content = JsonNode.Parse(document.Content)!;
        var lines = content["lines"]!.AsArray();
        for (var i = 0; i < lines.Count && i < notes.Count; i++)
        {
            if (notes[i] is { } note) lines[i]!["note"] = note;
        }
        using var buffer = JsonBuffer.Rent();
        content.WriteTo(buffer.Json);
        return buffer.Written.ToArray();
    }
}

/// <summary>Values for a viewer of an order that are not stored with it; null if the viewer may not see them.</summary>
/// <param name="TrackingUrl">The customer's page.</param>
/// <param name="CollectionCode">The code that the courier says.</param>
/// <param name="DeliveryCode">The code that the customer says.</param>
/// <param name="NameOf">The names of the staff in the timeline, by their ids.</param>
sealed record OrderSecrets(
    string? TrackingUrl, string? CollectionCode = null, string? DeliveryCode = null,
    Func<string, string>? NameOf = null);

static class JsonWriting
{
    /// <summary>Writes the members of a JSON object (bytes from '{' to '}') into the object that is open.</summary>
    public static void Splice(this Utf8JsonWriter json, ReadOnlySpan<byte> jsonObject)
    {
        // WriteRawValue requires a value: write the first member's name, and all the rest as its raw "value".
        var name = jsonObject[2..];
        var nameLength = name.IndexOf((byte)'"');
        json.WritePropertyName(name[..nameLength]);
        json.WriteRawValue(name[(nameLength + 2)..^1], skipInputValidation: true);
    }

    public static void WriteText(this Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null) json.WriteString(name, text);
    }

    public static void WriteAddress(this Utf8JsonWriter json, Address? address)
    {
        if (address is null) return;
        json.WritePropertyName("address"u8);
        JsonSerializer.Serialize(json, address, WireJson.Default.Address);
    }

    public static void WriteMoney(this Utf8JsonWriter json, string name, Money money)
    {
        json.WriteStartObject(name);
        json.WriteNumber("amount"u8, money.Amount);
        json.WriteString("currency"u8, money.Currency);
        json.WriteEndObject();
    }
}
