using System.Text.Json;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Analytics;

static class AnalyticsEndpoints
{
    const int TopMax = 200;
    const int TopDefault = 20;

    public static void MapAnalytics(this IEndpointRouteBuilder app)
    {
        var analytics = app.MapGroup("/v1/analytics").WithTags("Analytics");
        analytics.MapGet("summary", Summary)
            .Allow(Admin | Manager, Own, Priority.Low)
            .Describe("getSummary", "Get all metrics",
                "All metrics of a time range, which is extended to whole quarters of an hour. asOf is the last event "
                + "included.")
            .RangeParameters()
            .Response<SummaryView>(200, "The metrics.");
        analytics.MapGet("timeseries", Series)
            .Allow(Admin | Manager, Own, Priority.Low)
            .Describe("getTimeseries", "Get a metric over time",
                "By hour or day in the kitchens' own time zones. A range by hour is limited to 31 days.")
            .QueryParameter("metric", $"The metric: {string.Join(", ", Metrics.ByName.Keys)}.",
                Bounds.Word(Metrics.ByName.Keys))
            .QueryParameter("bucket", "hour (default) or day.", Bounds.Word(TimeBucket.Sizes.Keys))
            .RangeParameters()
            .Response<SeriesView>(200, "The metric in each bucket, including empty ones.");
        analytics.MapGet("items", Items)
            .Allow(Admin | Manager, Own, Priority.Low)
            .Describe("listSoldItems", "List best-selling items",
                "The items sold in a time range by quantity, with their revenue.")
            .QueryParameter("top", $"Maximum number of items, 1 to {TopMax}.", Bounds.Number(1, TopMax))
            .RangeParameters()
            .Response<SoldItemsView>(200, "The items.");
    }

    static RouteHandlerBuilder RangeParameters(this RouteHandlerBuilder endpoint) => endpoint
        .QueryParameter("from", "Start of the range (RFC 3339, inclusive); default: one day before 'to'.")
        .QueryParameter("to", "End of the range (RFC 3339, exclusive); default: now.")
        .QueryParameter("kitchenId", "Only this kitchen.")
        .QueryParameter("brandId", "Only this brand.")
        .QueryParameter("channel", "Only this channel.")
        .Problem(404, "not_found");

    static Task<IResult> Summary(HttpContext context, Database database, TimeProvider clock)
    {
        var query = new Query(context);
        var filter = AnalyticsFilter.Of(query, clock.GetUtcNow(), VisibleKitchens(context));
        return Respond(context, database, query, filter, async queries =>
        {
            var (asOf, sums) = (await queries.AsOf(), await queries.Sums([.. Metrics.ByName.Values]));
            return Json(filter, asOf, json =>
            {
                foreach (var (name, metric) in Metrics.ByName)
                {
                    json.WritePropertyName(name);
                    json.WriteValue(metric, sums);
                }
            });
        });
    }

    static Task<IResult> Series(HttpContext context, Database database, TimeProvider clock)
    {
        var query = new Query(context);
        var metric = query.Word("metric", Metrics.ByName, isRequired: true) ?? default;
        var size = query.Word("bucket", TimeBucket.Sizes) ?? BucketSize.Hour;
        var filter = AnalyticsFilter.Of(query, clock.GetUtcNow(), VisibleKitchens(context), size);
        return Respond(context, database, query, filter, async queries =>
        {
            var (asOf, series) = (await queries.AsOf(), await queries.Series(metric, size));
            return Json(filter, asOf, json =>
            {
                json.WriteString("metric"u8, context.Request.Query["metric"].ToString());
                json.WriteString("bucket"u8, size == BucketSize.Day ? "day"u8 : "hour"u8);
                json.WriteStartArray("data"u8);
                foreach (var (label, sums) in series)
                {
                    json.WriteStartObject();
                    json.WriteString(size == BucketSize.Day ? "day"u8 : "start"u8, label);
                    json.WritePropertyName("value"u8);
                    json.WriteValue(metric, sums);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            });
        });
    }

    static Task<IResult> Items(HttpContext context, Database database, TimeProvider clock)
    {
        var query = new Query(context);
        var filter = AnalyticsFilter.Of(query, clock.GetUtcNow(), VisibleKitchens(context));
        var top = query.Number("top", 1, TopMax, TopDefault);
        return Respond(context, database, query, filter, async queries =>
        {
            var (asOf, sums) = (await queries.AsOf(), await queries.Sums(Measure.Items, Measure.ItemRevenue));
            var items = sums.Of(Measure.Items).OrderByDescending(item => item.Value).Take(top).ToArray();
            var names = await queries.Names(items.Select(item => item.Key));
            return Json(filter, asOf, json => WriteItems(json, items, names, sums));
        });
    }

    // Null means all kitchens.
    static IReadOnlyList<string>? VisibleKitchens(HttpContext context) =>
        Edge.Access.Scope.Of(context.Caller()).Kitchens is { } kitchens ? [.. kitchens] : null;

    static async Task<IResult> Respond(
        HttpContext context, Database database, Query query, AnalyticsFilter filter,
        Func<AnalyticsQueries, Task<byte[]>> read)
    {
        if (query.Problem is { } problem) return problem;
        return await AnalyticsQueries.InSnapshot<IResult>(database, filter, async queries =>
            filter.KitchenId is { } kitchen && (await queries.Zones()).Count == 0
                ? Problems.Of(new Refusal.EntryNotFound("kitchen", kitchen))
                : Results.Bytes(await read(queries), "application/json"), context.RequestAborted);
    }

    static void WriteItems(
        Utf8JsonWriter json, IEnumerable<(string Key, long Value)> items, IReadOnlyDictionary<string, string> names,
        Sums sums)
    {
        var revenues = sums.Of(Measure.ItemRevenue).ToLookup(
            sum => Metrics.SplitKey(sum.Key).Item1, sum => (Metrics.SplitKey(sum.Key).Item2, sum.Value));
        json.WriteStartArray("data"u8);
        foreach (var (item, quantity) in items)
        {
            json.WriteStartObject();
            json.WriteString("itemId"u8, item);
            json.WriteText("name", names.GetValueOrDefault(item));
            json.WriteNumber("quantity"u8, quantity);
            json.WritePropertyName("revenue"u8);
            Metrics.WriteMoney(json, revenues[item]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static byte[] Json(AnalyticsFilter filter, AsOf asOf, Action<Utf8JsonWriter> body) => JsonBuffer.Object(json =>
    {
        json.WriteStartObject("asOf"u8);
        json.WriteNumber("position"u8, asOf.Position);
        if (asOf.Time is { } time) json.WriteString("time"u8, JsonTime.Text(time));
        json.WriteEndObject();
        json.WriteString("from"u8, JsonTime.Text(filter.From));
        json.WriteString("to"u8, JsonTime.Text(filter.To));
        body(json);
    });
}
