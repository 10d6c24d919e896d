using System.ComponentModel;
using Tiffin.Domain.Orders;

namespace Tiffin.Features.Tracking;

// The shape of what TrackResult writes, for the API document; a test holds them together.

[Description("An order as its customer may see it.")]
public sealed record TrackView(
    int Number, string Brand, FulfilmentType Fulfilment, OrderStatus Status, DateTimeOffset PlacedAt,
    IReadOnlyList<TrackedItem> Items, IReadOnlyList<TrackedStep> Timeline,
    [property: Description("When such orders are usually delivered; absent when too few are known, or it has ended.")]
    ExpectedTime? Expected = null);

public sealed record TrackedItem(string Name, int Quantity);

public sealed record TrackedStep(OrderStatus Status, DateTimeOffset At);

public sealed record ExpectedTime(DateTimeOffset From, DateTimeOffset To);
