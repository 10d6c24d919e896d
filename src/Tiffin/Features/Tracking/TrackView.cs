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
    ExpectedTime? Expected = null);

public sealed record TrackedItem(string Name, int Quantity);

public sealed record TrackedStep(OrderStatus Status, DateTimeOffset At);

public sealed record ExpectedTime(DateTimeOffset From, DateTimeOffset To);
