using System.ComponentModel;
using Tiffin.Domain.Orders;

namespace Tiffin.Features.Tracking;

// Schema of what TrackResult writes, for the OpenAPI document. A test compares the two.

[Description("An order as shown to its customer.")]
public sealed record TrackView(
    int Number, string Brand, FulfilmentType Fulfilment, OrderStatus Status, DateTimeOffset PlacedAt,
    IReadOnlyList<TrackedItem> Items, IReadOnlyList<TrackedStep> Timeline,
    [property: Description("Expected delivery time, from recent orders of the kitchen. Absent if there are too few, or "
        + "if the order is delivered or cancelled.")]
    ExpectedTime? Expected = null,
    [property: Description("While the order is open and has a courier.")] TrackedCourier? Courier = null,
    [property: Description("What to say at the door, or at the counter, to get the order. Absent if the kitchen uses "
        + "no codes, if the delivery is contactless, and once the order is delivered or cancelled.")]
    string? DeliveryCode = null);

public sealed record TrackedCourier(
    [property: Description("The given name.")] string? Name = null,
    [property: Description("When the courier arrived at the customer.")] DateTimeOffset? ArrivedAt = null,
    [property: Description("The last known position, while the order is out for delivery.")]
    TrackedPosition? Position = null);

public sealed record TrackedPosition(double Latitude, double Longitude, DateTimeOffset At);

public sealed record TrackedItem(string Name, int Quantity);

public sealed record TrackedStep(OrderStatus Status, DateTimeOffset At);

public sealed record ExpectedTime(DateTimeOffset From, DateTimeOffset To);
