using System.ComponentModel;
using System.Text.Json;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Tracking;

[Description("An order as shown to its customer.")]
sealed record TrackView(
    int Number, string Brand, FulfilmentType Fulfilment, OrderStatus Status, DateTimeOffset PlacedAt,
    IReadOnlyList<TrackedItem> Items, IReadOnlyList<TrackedStep> Timeline,
    [property: Description("When the order will be delivered or, for a pickup, ready: as promised, or else the "
        + "promise, or the placing if nothing is promised, plus the time that recent orders of the kitchen took from "
        + "theirs. Other orders do not move it. Absent if there are too few, or if the order is delivered or "
        + "cancelled.")]
    ExpectedTime? Expected = null,
    [property: Description("While the order is open and has a courier.")] TrackedCourier? Courier = null,
    [property: Description("What to say at the door, or at the counter, to get the order. Absent if the kitchen uses "
        + "no codes, if the delivery is contactless, and once the order is delivered or cancelled.")]
    string? DeliveryCode = null)
{
    internal static TrackView Of(TrackedOrder tracked, ExpectedTime? expected, string? deliveryCode)
    {
        var (document, order) = (tracked.Document, tracked.Document.Order);
        using var content = JsonDocument.Parse(document.Content);
        return new TrackView(order.Number, tracked.Brand, order.Fulfilment, order.Status, document.PlacedAt,
            [.. content.RootElement.GetProperty("lines").EnumerateArray().Select(TrackedItem.Of)],
            [.. TimelineJson.Lines(document.Timeline).Where(line => !line.ContainsKey("event"))
                .Select(line => new TrackedStep(TimelineJson.StatusOf(line), TimelineJson.TimeOf(line)))],
            expected, TrackedCourier.Of(tracked), deliveryCode);
    }
}

sealed record TrackedCourier(
    [property: Description("The given name.")] string? Name = null,
    [property: Description("When the courier arrived at the customer.")] DateTimeOffset? ArrivedAt = null,
    [property: Description("The last known position, while the order is out for delivery.")]
    TrackedPosition? Position = null)
{
    internal static TrackedCourier? Of(TrackedOrder tracked) =>
        tracked.Document.Order is { IsOpen: true, CourierId: not null } order
            ? new TrackedCourier(order.CourierContact?.GivenName, order.Details.Courier?.ArrivedAtCustomer,
                tracked.Position is { } at ? new TrackedPosition(at.Latitude, at.Longitude, at.At) : null)
            : null;
}

sealed record TrackedPosition(double Latitude, double Longitude, DateTimeOffset At);

sealed record TrackedItem(
    string Name, int Quantity,
    [property: Description("The modifiers added to it. Absent if there are none.")]
    IReadOnlyList<TrackedExtra>? Extras = null)
{
    internal static TrackedItem Of(JsonElement line)
    {
        var extras = line.GetProperty("modifiers").EnumerateArray()
            .Select(modifier => new TrackedExtra(Name(modifier), Quantity(modifier))).ToList();
        return new TrackedItem(Name(line), Quantity(line), extras.Count > 0 ? extras : null);

        static string Name(JsonElement part) => part.GetProperty("name").GetString()!;

        static int Quantity(JsonElement part) => part.GetProperty("quantity").GetInt32();
    }
}

sealed record TrackedExtra(
    string Name, [property: Description("The quantity per item.")] int Quantity);

sealed record TrackedStep(OrderStatus Status, DateTimeOffset At);

sealed record ExpectedTime(DateTimeOffset From, DateTimeOffset To);
