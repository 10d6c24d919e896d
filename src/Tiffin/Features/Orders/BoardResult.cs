using System.Text.Json;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Edge;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;

namespace Tiffin.Features.Orders;

/// <summary>Writes a <see cref="BoardView"/>, with the orders as the viewer may see them.</summary>
sealed class BoardResult(
    BoardSnapshot snapshot, CatalogueSnapshot catalogue, string kitchenId, Caller viewer,
    IReadOnlyList<string> allergyWords, int? prepareSeconds, DateTimeOffset now) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var body = JsonBuffer.Rent();
        Write(body.Json, httpContext);
        await httpContext.Response.WriteBytes("application/json", body.Written, httpContext.RequestAborted);
    }

    void Write(Utf8JsonWriter json, HttpContext context)
    {
        var shown = snapshot.Orders.ToLookup(order => order.Order.AwaitsRelease);
        json.WriteStartObject();
        json.WriteString("asOf"u8, snapshot.AsOf);
        json.WriteString("now"u8, JsonTime.Text(now));
        json.WritePropertyName("mode"u8);
        JsonSerializer.Serialize(
            json, BoardMode.Of(catalogue.Kitchens[kitchenId].Mode.At(now)), OrdersJson.Strict.BoardMode);
        WriteOrders(json, "orders", context,
            shown[false].OrderBy(order => order.Order.Details.Promise?.ReadyAt ?? order.PlacedAt));
        WriteOrders(json, "scheduled", context,
            shown[true].OrderBy(order => order.Order.Details.Schedule!.ReleaseAt));
        json.WriteStartArray("items"u8);
        foreach (var item in Items()) JsonSerializer.Serialize(json, item, OrdersJson.Strict.BoardItem);
        json.WriteEndArray();
        json.WriteStartArray("allergyWords"u8);
        foreach (var word in allergyWords) json.WriteStringValue(word);
        json.WriteEndArray();
        json.WriteBoolean("truncated"u8, snapshot.IsTruncated);
        if (prepareSeconds is { } seconds) json.WriteNumber("prepareSeconds"u8, seconds);
        json.WriteEndObject();
    }

    void WriteOrders(
        Utf8JsonWriter json, string name, HttpContext context, IOrderedEnumerable<OrderDocument> orders)
    {
        json.WriteStartArray(name);
        foreach (var order in orders.ThenBy(order => order.Order.Id))
            OrderJson.Write(json, order, viewer,
                new OrderSecrets(OrderResult.TrackingUrl(context, order.Order, viewer)));
        json.WriteEndArray();
    }

    // Includes modifiers, which also use ingredients.
    IEnumerable<BoardItem> Items() =>
        from id in snapshot.Orders.SelectMany(order => OrderJson.ItemIdsOf(order.Content)).Distinct()
        where catalogue.Items.ContainsKey(id)
        orderby id
        select BoardItem.Of(catalogue.Items[id], catalogue);
}
