using System.Buffers;
using System.Text.Json;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Tracking;

/// <summary>
/// <c>{number, brand, fulfilment, status, placedAt, items[{name, quantity}], timeline[{status, at}],
/// expected{from, to}?, courier{name?, arrivedAt?, position?}?, deliveryCode?}</c>, without staff names, internal ids
/// and prices.
/// </summary>
sealed class TrackResult(TrackedOrder tracked, DeliveryTime? recent, string? deliveryCode) : IResult
{
    readonly OrderDocument document = tracked.Document;
    readonly Order order = tracked.Document.Order;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(body)) Write(json);
        var response = httpContext.Response;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        response.ContentLength = body.WrittenCount;
        await response.BodyWriter.WriteAsync(body.WrittenMemory, httpContext.RequestAborted);
    }

    void Write(Utf8JsonWriter json)
    {
        using var content = JsonDocument.Parse(document.Content);
        json.WriteStartObject();
        json.WriteNumber("number"u8, content.RootElement.GetProperty("number").GetInt32());
        json.WriteString("brand"u8, tracked.Brand);
        json.WriteString("fulfilment"u8, Names.Of(order.Fulfilment));
        json.WriteString("status"u8, Names.Of(order.Status));
        json.WriteString("placedAt"u8, JsonTime.Text(document.PlacedAt));
        json.WriteStartArray("items"u8);
        foreach (var line in content.RootElement.GetProperty("lines").EnumerateArray()) WriteItem(json, line);
        json.WriteEndArray();
        WriteTimeline(json);
        if (Expected is { } expected && order.IsOpen)
        {
            json.WriteStartObject("expected"u8);
            json.WriteString("from"u8, JsonTime.Text(expected.From));
            json.WriteString("to"u8, JsonTime.Text(expected.To));
            json.WriteEndObject();
        }
        if (order is { IsOpen: true, CourierId: not null }) WriteCourier(json);
        if (deliveryCode is not null) json.WriteString("deliveryCode"u8, deliveryCode);
        json.WriteEndObject();
    }

    void WriteCourier(Utf8JsonWriter json)
    {
        json.WriteStartObject("courier"u8);
        if (order.Courier?.GivenName is { } name) json.WriteString("name"u8, name);
        if (order.Details.Courier?.ArrivedAtCustomer is { } at) json.WriteString("arrivedAt"u8, JsonTime.Text(at));
        if (tracked.Position is { } position)
        {
            json.WriteStartObject("position"u8);
            json.WriteNumber("latitude"u8, position.Latitude);
            json.WriteNumber("longitude"u8, position.Longitude);
            json.WriteString("at"u8, JsonTime.Text(position.At));
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    (DateTimeOffset From, DateTimeOffset To)? Expected =>
        order.Details is { Schedule: { } schedule, Promise: { } promise }
        ? (promise.DeliverFrom ?? promise.ReadyAt, promise.DeliverTo ?? schedule.For)
        : recent is null ? null : (document.PlacedAt + recent.From, document.PlacedAt + recent.To);

    static void WriteItem(Utf8JsonWriter json, JsonElement line)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, line.GetProperty("name").GetString());
        json.WriteNumber("quantity"u8, line.GetProperty("quantity").GetInt32());
        json.WriteEndObject();
    }

    void WriteTimeline(Utf8JsonWriter json)
    {
        json.WriteStartArray("timeline"u8);
        for (var start = 0; start < document.Timeline.Length;)
        {
            var length = document.Timeline.AsSpan(start).IndexOf((byte)'\n');
            using var step = JsonDocument.Parse(document.Timeline.AsMemory(start, length));
            start += length + 1;
            if (step.RootElement.TryGetProperty("event"u8, out _)) continue;
            json.WriteStartObject();
            json.WriteString("status"u8, step.RootElement.GetProperty("status").GetString());
            json.WriteString("at"u8, step.RootElement.GetProperty("at").GetString());
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
