using System.Text.Json;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Storage;

namespace Tiffin.Engine.Wire;

/// <summary>
/// Converts domain events to rows of the log. <c>order.placed</c> and <c>order.cancelled</c> contain the whole order
/// without personal data; the other order events contain the change, the order's identification and the previous step.
/// <c>stock</c> lists every stock change of the event.
/// </summary>
static class EventJson
{
    /// <summary>The row of an event; null for a domain event that is not published.</summary>
    public static StoredEvent? Row(
        DomainEvent domainEvent, long position, DateTimeOffset at, OrderDocument? order, CatalogueSnapshot catalogue)
    {
        if (domainEvent.Type is not { } type) return null;
        var row = new StoredEvent(
            position, Guid.CreateVersion7(at), at, null, null, type, null, null, null, null, []);
        return domainEvent switch
        {
            OrderPlaced placed => OfOrder(row, order!, catalogue, json => WritePlaced(json, placed, order!, catalogue)),
            OrderStatusChanged changed => OfOrder(
                row, order!, catalogue, json => WriteStatusChanged(json, changed, order!, catalogue)),
            OrderChanged changed => OfOrder(
                row, order!, catalogue, json => WriteChanged(json, changed, order!, catalogue)),
            StockMoved moved => OfStock(
                row, moved.Movement.Stock, catalogue, json => WriteMovement(json, moved)),
            StockStateChanged levelled => OfStock(row, levelled.Stock, catalogue, json => WriteLevel(json, levelled)),
            ThresholdSet set => OfStock(row, set.Stock, catalogue,
                json => { json.WriteString("kind"u8, "threshold"); json.WriteNumber("threshold"u8, set.Threshold); }),
            CatalogueChanged changed => OfEntry(row, changed, catalogue),
            WebhookDisabled disabled => OfWebhook(row, disabled),
            _ => throw new InvalidOperationException($"{domainEvent.GetType()} has no JSON in the log"),
        };
    }

    static StoredEvent OfOrder(
        StoredEvent row, OrderDocument document, CatalogueSnapshot catalogue, Action<Utf8JsonWriter> body)
    {
        var order = document.Order;
        return row with
        {
            OrderId = order.Id,
            Sequence = order.Version,
            KitchenId = catalogue.KitchenOf(order.Kitchen)!.Id,
            BrandId = order.BrandId,
            Channel = order.Channel,
            Data = JsonBuffer.Object(body),
        };
    }

    static StoredEvent OfStock(
        StoredEvent row, StockKey key, CatalogueSnapshot catalogue, Action<Utf8JsonWriter> body)
    {
        var (kitchen, sku) = (catalogue.KitchenOf(key.Kitchen)!.Id, catalogue.IngredientOf(key.Ingredient).Sku);
        var data = JsonBuffer.Object(json =>
        {
            json.WriteString("kitchenId"u8, kitchen);
            json.WriteString("sku"u8, sku);
            body(json);
        });
        return row with { KitchenId = kitchen, Subject = $"kitchens/{kitchen}/stock/{sku}", Data = data };
    }

    static StoredEvent OfEntry(StoredEvent row, CatalogueChanged changed, CatalogueSnapshot catalogue)
    {
        var subject = changed.Entry.Path(catalogue);
        var data = JsonBuffer.Object(json =>
        {
            json.WriteString("path"u8, subject);
            if (changed is { IsModeChange: true, Entry: Kitchen { Mode: var mode } }) WriteMode(json, mode);
            if (changed.Entry is ItemAvailability off)
            {
                json.WriteBoolean("available"u8, !off.IsOff);
                if (off.Until is { } until) json.WriteString("until"u8, JsonTime.Text(until));
            }
        });
        return row with
        {
            KitchenId = changed.Entry.KitchenId(catalogue), BrandId = changed.Entry.BrandId, Subject = subject,
            Data = data,
        };
    }

    static StoredEvent OfWebhook(StoredEvent row, WebhookDisabled disabled) => row with
    {
        Subject = $"webhooks/{disabled.WebhookId}",
        Data = JsonBuffer.Object(json =>
        {
            json.WriteString("webhookId"u8, disabled.WebhookId);
            json.WriteString("host"u8, disabled.Host);
            json.WriteString("reason"u8, disabled.Reason);
            if (disabled.FailingSince is { } since) json.WriteString("failingSince"u8, JsonTime.Text(since));
        }),
    };

    static void WriteMode(Utf8JsonWriter json, ModeSetting mode)
    {
        json.WriteString("mode"u8, Names.Of(mode.Mode));
        if (mode.Until is { } until) json.WriteString("until"u8, JsonTime.Text(until));
        if (mode.DelayMinutes > 0) json.WriteNumber("delayMinutes"u8, mode.DelayMinutes);
        json.WriteText("reason", mode.Reason);
        if (mode.Since is { } since) json.WriteString("since"u8, JsonTime.Text(since));
    }

    static void WritePlaced(
        Utf8JsonWriter json, OrderPlaced placed, OrderDocument document, CatalogueSnapshot catalogue)
    {
        WriteHead(json, placed.Order.Id, OrderStatus.Placed, version: 1, placed, catalogue);
        json.Splice(document.Content);
        json.WriteText("customerId", placed.Order.CustomerId);
        json.WriteStartObject("fulfilment"u8);
        json.WriteString("type"u8, Names.Of(placed.Order.Fulfilment));
        json.WriteEndObject();
        document.ChangedDetails?.WriteMembers(json);
    }

    // Writes an event of an order that is not a status change.
    static void WriteChanged(
        Utf8JsonWriter json, OrderChanged changed, OrderDocument document, CatalogueSnapshot catalogue)
    {
        var order = document.Order;
        WriteHead(json, order.Id, order.Status, changed.Version, changed, catalogue);
        WriteIdentity(json, order, catalogue);
        json.WriteText("customerId", order.CustomerId);
        json.WriteString("by"u8, Names.Of(changed.Actor));
        json.WriteText("reason", changed.Reason);
        WriteSpecificMembers(json, changed, document, catalogue);
        document.ChangedDetails?.WriteMembers(json);
    }

    // Writes the members that an event has besides the changed details.
    static void WriteSpecificMembers(
        Utf8JsonWriter json, OrderChanged changed, OrderDocument document, CatalogueSnapshot catalogue)
    {
        switch (changed)
        {
            case OrderOverdue { Overdue: var overdue }:
                json.WriteString("kind"u8, Names.Of(overdue.Kind));
                json.WriteString("dueAt"u8, JsonTime.Text(overdue.DueAt));
                break;
            case OrderRescheduled { Before: var before }:
                json.WriteStartObject("before"u8);
                json.WriteString("for"u8, JsonTime.Text(before.For));
                json.WriteString("releaseAt"u8, JsonTime.Text(before.ReleaseAt));
                json.WriteEndObject();
                break;
            case OrderProgressed progressed:
                WriteLineProgress(json, progressed);
                break;
            case OrderStockShort few:
                ShortLineJson.Write(json, Basket.Shortages(catalogue, document.Order.Lines.Value,
                    document.Order.Needs, ingredient => few.OnHand.GetValueOrDefault(ingredient, long.MaxValue)),
                    withMissing: false);
                break;
            case CourierChanged { CourierId: var courier }:
                json.WriteString("courierId"u8, courier);
                break;
            case CourierArrived { Where: var place }:
                json.WriteString("where"u8, Names.Of(place));
                break;
            case DeliveryFailed { Attempt: var attempt }:
                json.WriteNumber("attempt"u8, attempt.Attempt);
                json.WriteString("outcome"u8, Names.Of(attempt.Outcome));
                json.WriteString("decideBy"u8, JsonTime.Text(attempt.DecideBy));
                break;
            case DeliveryDecided { Attempt: { Decision: { } decision } attempt }:
                json.WriteNumber("attempt"u8, attempt.Attempt);
                json.WriteString("decision"u8, Names.Of(decision));
                break;
        }
    }

    static void WriteLineProgress(Utf8JsonWriter json, OrderProgressed progressed)
    {
        json.WriteStartArray("lines"u8);
        foreach (var step in progressed.Steps)
        {
            json.WriteStartObject();
            json.WriteNumber("line"u8, step.Line);
            json.WriteString("from"u8, Names.Of(step.From));
            json.WriteString("to"u8, Names.Of(step.To));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteText("station", progressed.Station);
    }

    static void WriteStatusChanged(
        Utf8JsonWriter json, OrderStatusChanged changed, OrderDocument document, CatalogueSnapshot catalogue)
    {
        var order = document.Order;
        WriteHead(json, order.Id, changed.Status, changed.Version, changed, catalogue);
        if (changed.Status == OrderStatus.Cancelled) json.Splice(document.Content);
        else WriteIdentity(json, order, catalogue);
        json.WriteText("customerId", order.CustomerId);
        json.WriteString("by"u8, Names.Of(changed.Actor));
        if (changed.Implied) json.WriteBoolean("implied"u8, true);
        json.WriteText("reason", changed.Reason);
        json.WriteText("courierId", changed.CourierId);
        if (changed.Disposition is { } disposition) json.WriteString("disposition"u8, Names.Of(disposition));
        WritePrevious(json, document.Previous!);
        // Ready is when a promise is kept or missed, so the promise is in the event even if it has not changed.
        if (changed.Status == OrderStatus.Ready && document.ChangedDetails?.ContainsKey("promise") != true)
            OrderDetailsJson.WritePromise(json, order.Details);
        document.ChangedDetails?.WriteMembers(json);
    }

    static void WriteHead(
        Utf8JsonWriter json, Guid orderId, OrderStatus status, int version, DomainEvent domainEvent,
        CatalogueSnapshot catalogue)
    {
        json.WriteString("orderId"u8, orderId);
        json.WriteString("status"u8, Names.Of(status));
        json.WriteNumber("version"u8, version);
        WriteStock(json, domainEvent, catalogue);
    }

    static void WriteIdentity(Utf8JsonWriter json, Order order, CatalogueSnapshot catalogue)
    {
        json.WriteNumber("number"u8, order.Number);
        json.WriteString("kitchenId"u8, catalogue.KitchenOf(order.Kitchen)!.Id);
        json.WriteString("brandId"u8, order.BrandId);
        json.WriteString("channel"u8, order.Channel);
        json.WriteText("externalReference", order.ExternalReference);
    }

    // Lets a consumer compute the time spent in the previous status without keeping the previous event.
    static void WritePrevious(Utf8JsonWriter json, OrderStep previous)
    {
        json.WriteStartObject("previous"u8);
        json.WriteString("status"u8, Names.Of(previous.Status));
        json.WriteString("at"u8, JsonTime.Text(previous.At));
        json.WriteEndObject();
    }

    // Written early, so that a consumer that needs only this member can stop parsing there.
    static void WriteStock(Utf8JsonWriter json, DomainEvent domainEvent, CatalogueSnapshot catalogue)
    {
        if (domainEvent.Movements.Count == 0) return;
        json.WriteStartArray("stock"u8);
        foreach (var movement in domainEvent.Movements)
        {
            json.WriteStartObject();
            json.WriteString("sku"u8, catalogue.IngredientOf(movement.Stock.Ingredient).Sku);
            json.WriteString("kind"u8, Names.Of(movement.Kind));
            json.WriteNumber("delta"u8, movement.Delta);
            WriteReason(json, movement);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void WriteMovement(Utf8JsonWriter json, StockMoved moved)
    {
        json.WriteNumber("delta"u8, moved.Movement.Delta);
        json.WriteNumber("onHand"u8, moved.OnHand);
        json.WriteText("note", moved.Movement.Note);
        WriteReason(json, moved.Movement);
    }

    static void WriteReason(Utf8JsonWriter json, Movement movement)
    {
        if (movement.Reason is { } reason) json.WriteString("reason"u8, Names.Of(reason));
    }

    static void WriteLevel(Utf8JsonWriter json, StockStateChanged levelled)
    {
        json.WriteNumber("onHand"u8, levelled.OnHand);
        json.WriteNumber("threshold"u8, levelled.Threshold);
    }
}
