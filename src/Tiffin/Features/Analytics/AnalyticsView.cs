using System.ComponentModel;
using System.Text.Json;
using Tiffin.Domain;

namespace Tiffin.Features.Analytics;

// The shape of what AnalyticsEndpoints and Metrics write, for the API document; a test holds them together.

[Description("The last event that the figures include.")]
public sealed record AsOfView(
    long Position,
    [property: Description("When it happened; absent where the log no longer holds it.")] DateTimeOffset? Time = null);

public sealed record SummaryView(
    AsOfView AsOf, DateTimeOffset From, DateTimeOffset To, long Placed, long Delivered, CancelledView Cancelled,
    [property: Description("What the orders placed bring without tax, less what was cancelled since; by currency.")]
    IReadOnlyList<Money> Revenue,
    IReadOnlyList<Money> Tax, long Items, IReadOnlyList<WastedView> Wasted,
    [property: Description("How long orders waited to be accepted.")] TimesView Accept,
    [property: Description("How long they were being prepared.")] TimesView Prepare,
    [property: Description("How long they stood ready.")] TimesView Wait,
    [property: Description("How long they were on the road.")] TimesView Deliver);

public sealed record CancelledView(long Count, IReadOnlyList<ReasonView> Reasons);

public sealed record ReasonView(string Reason, string By, long Count);

public sealed record WastedView(string Sku, long Quantity);

public sealed record TimesView(
    long Count, [property: Description("Absent when nothing was timed.")] QuantilesView? Seconds = null);

public sealed record QuantilesView(double P50, double P90, double P95, double P99);

public sealed record SeriesView(
    AsOfView AsOf, DateTimeOffset From, DateTimeOffset To, string Metric, string Bucket,
    IReadOnlyList<PointView> Data);

[Description("The metric in a bucket, written as in the summary.")]
public sealed record PointView(
    JsonElement Value,
    [property: Description("The date, of a bucket that is a day.")] DateOnly? Day = null,
    [property: Description("When the bucket starts that is an hour.")] DateTimeOffset? Start = null);

public sealed record SoldItemsView(
    AsOfView AsOf, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<SoldItemView> Data);

public sealed record SoldItemView(
    string ItemId, long Quantity, IReadOnlyList<Money> Revenue,
    [property: Description("Absent where the catalogue no longer has the item.")] string? Name = null);
