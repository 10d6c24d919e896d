using System.ComponentModel;
using System.Text.Json;
using Tiffin.Domain;
using Tiffin.Domain.Inventory;
using Tiffin.Edge.OpenApi;

namespace Tiffin.Features.Analytics;

// Documents in OpenAPI the JSON that AnalyticsEndpoints and Metrics write by hand. A test compares the two.

[Description("The last event that is included.")]
sealed record AsOfView(
    long Position,
    [property: Description("The time of the event; absent if the event log no longer retains it.")]
    DateTimeOffset? Time = null);

sealed record SummaryView(
    AsOfView AsOf, DateTimeOffset From, DateTimeOffset To, long Placed, long Delivered, CancelledView Cancelled,
    [property: Description("Subtotals and fees before tax, minus orders cancelled since; by currency.")]
    IReadOnlyList<Money> Revenue,
    IReadOnlyList<Money> Tax, long Items, IReadOnlyList<WastedView> Wasted,
    [property: Description("Time from placed to accepted.")] TimesView Accept,
    [property: Description("Time in preparation, for orders with a minute or more: a shorter one was recorded only "
        + "when it had ended.")]
    TimesView Prepare,
    [property: Description("Time from ready to pick-up.")] TimesView Wait,
    [property: Description("Time out for delivery.")] TimesView Deliver,
    [property: Description("Orders that became ready and had a promise.")] PromisesView Promises);

sealed record CancelledView(long Count, IReadOnlyList<ReasonView> Reasons);

sealed record ReasonView(string Reason, string By, long Count);

sealed record WastedView(
    string Sku, [property: Description("In the ingredient's unit, for all reasons.")] long Quantity,
    IReadOnlyList<WasteReasonView> Reasons);

sealed record WasteReasonView(
    long Quantity, [property: Description("Absent if no reason was given.")] WasteReason? Reason = null);

sealed record TimesView(
    long Count, [property: Description("Absent if count is 0.")] QuantilesView? Seconds = null);

sealed record PromisesView(
    long Count,
    [property: Description("Orders that were ready by the time first promised, even if the promise was moved.")]
    long Kept,
    [property: Description("The other orders, by time after the first promise.")] TimesView Late);

sealed record QuantilesView(double P50, double P90, double P95, double P99);

sealed record SeriesView(
    AsOfView AsOf, DateTimeOffset From, DateTimeOffset To, string Metric, string Bucket,
    IReadOnlyList<PointView> Data);

[Description("The metric in a bucket, in the same format as in the summary.")]
sealed record PointView(
    [property: Description("A count; money by currency (revenue, tax); or the same object as in the summary.")]
    [property: AnyOf(
        typeof(long), typeof(Money[]), typeof(WastedView[]), typeof(CancelledView), typeof(TimesView))]
    JsonElement Value,
    [property: Description("The date, if buckets are days.")] DateOnly? Day = null,
    [property: Description("The start of the hour, if buckets are hours.")] DateTimeOffset? Start = null);

sealed record SoldItemsView(
    AsOfView AsOf, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<SoldItemView> Data);

sealed record SoldItemView(
    string ItemId, long Quantity, IReadOnlyList<Money> Revenue,
    [property: Description("Absent if the item is no longer in the catalogue.")] string? Name = null);
