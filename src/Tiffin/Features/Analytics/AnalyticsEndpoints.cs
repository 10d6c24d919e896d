using System.Buffers;
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

/// <summary>
/// The chain's figures. Each answer says up to which event it counts (<c>asOf</c>), and the range that it counts, which
/// is the range that was asked for, widened to whole quarters of an hour.
/// </summary>
static class AnalyticsEndpoints
{
    public static void MapAnalytics(this IEndpointRouteBuilder app)
    {
        var analytics = app.MapGroup("/v1/analytics").WithTags("Analytics");
        analytics.MapGet("summary", Summary)
            .Allow(Admin | Manager, Own, Priority.Low)
            .Describe("getSummary", "Read the chain's figures",
                "All metrics of a range of time, up to the event that asOf names.")
            .RangeParameters()
            .Response<SummaryView>(200, "The figures.");
        analytics.MapGet("timeseries", Series)
            .Allow(Admin | Manager, Own, Priority.Low)
            .Describe("getTimeseries", "Read a metric over time",
                "By hour or day of the kitchens' own clocks; a range by hour has 31 days at most.")
            .QueryParameter("metric", $"One of {string.Join(", ", Metrics.ByName.Keys)}.",
                Bounds.Word(Metrics.ByName.Keys))
            .QueryParameter("bucket", "hour, as when left out, or day.", Bounds.Word("hour", "day"))
            .RangeParameters()
            .Response<SeriesView>(200, "The metric in each bucket, also where nothing happened.");
        analytics.MapGet("items", Items)
            .Allow(Admin | Manager, Own, Priority.Low)
            .Describe("listSoldItems", "List what is sold most", "The items of the range by quantity, with revenue.")
            .QueryParameter("top", $"How many items to answer at most, 1 to {AnalyticsRequest.TopMax}.",
                Bounds.Number(1, AnalyticsRequest.TopMax))
            .RangeParameters()
            .Response<SoldItemsView>(200, "The items.");
    }

    static RouteHandlerBuilder RangeParameters(this RouteHandlerBuilder endpoint) => endpoint
        .QueryParameter("from", "Where the range begins (RFC 3339); a day before its end when left out.")
        .QueryParameter("to", "Where the range ends; now when left out.")
        .QueryParameter("kitchenId", "The figures of this kitchen.")
        .QueryParameter("brandId", "The figures of this brand.")
        .QueryParameter("channel", "The figures of this channel.")
        .Problem(404, "not_found");

    static Task<IResult> Summary(HttpContext context, Database database, TimeProvider clock)
    {
        var request = new AnalyticsRequest(context.Request.Query, clock.GetUtcNow());
        var filter = request.Filter(Scope(context));
        return Answer(context, database, request, filter, async queries =>
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
        var request = new AnalyticsRequest(context.Request.Query, clock.GetUtcNow());
        var (metric, size) = (request.Metric(), request.Bucket());
        var filter = request.Filter(Scope(context), size);
        return Answer(context, database, request, filter, async queries =>
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
        var request = new AnalyticsRequest(context.Request.Query, clock.GetUtcNow());
        var (filter, top) = (request.Filter(Scope(context)), request.Top());
        return Answer(context, database, request, filter, async queries =>
        {
            var (asOf, sums) = (await queries.AsOf(), await queries.Sums(Measure.Items, Measure.ItemRevenue));
            var items = sums.Of(Measure.Items).OrderByDescending(item => item.Value).Take(top).ToArray();
            var names = await queries.Names(items.Select(item => item.Key));
            return Json(filter, asOf, json => WriteItems(json, items, names, sums));
        });
    }

    /// <summary>The kitchens whose figures the caller may see; null is all of them.</summary>
    static IReadOnlyList<string>? Scope(HttpContext context) =>
        Edge.Access.Scope.Of(context.Caller()).Kitchens is { } kitchens ? [.. kitchens] : null;

    static async Task<IResult> Answer(
        HttpContext context, Database database, AnalyticsRequest request, AnalyticsFilter filter,
        Func<AnalyticsQueries, Task<byte[]>> read)
    {
        if (request.Problem is { } problem) return problem;
        return await AnalyticsQueries.Read<IResult>(database, filter, async queries =>
            filter.KitchenId is { } kitchen && (await queries.Zones()).Count == 0
                ? Problems.Of(new Refusal.EntryUnknown("kitchen", kitchen))
                : Results.Bytes(await read(queries), "application/json"), context.RequestAborted);
    }

    static void WriteItems(
        Utf8JsonWriter json, IEnumerable<(string Key, long Value)> items, IReadOnlyDictionary<string, string> names,
        Sums sums)
    {
        var revenues = sums.Of(Measure.ItemRevenue).ToLookup(
            sum => Metrics.Pair(sum.Key).Item1, sum => (Metrics.Pair(sum.Key).Item2, sum.Value));
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

    static byte[] Json(AnalyticsFilter filter, AsOf asOf, Action<Utf8JsonWriter> body)
    {
        var output = new ArrayBufferWriter<byte>(2048);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteStartObject("asOf"u8);
        json.WriteNumber("position"u8, asOf.Position);
        if (asOf.Time is { } time) json.WriteString("time"u8, JsonTime.Text(time));
        json.WriteEndObject();
        json.WriteString("from"u8, JsonTime.Text(filter.From));
        json.WriteString("to"u8, JsonTime.Text(filter.To));
        body(json);
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }
}
