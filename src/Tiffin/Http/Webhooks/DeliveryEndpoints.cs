using System.Globalization;
using Tiffin.Access;
using Tiffin.Domain;
using Tiffin.Storage;
using Tiffin.Subscribers.Webhooks;

namespace Tiffin.Http.Webhooks;

/// <summary>What was sent, and sending it again.</summary>
static class DeliveryEndpoints
{
    const int LimitMax = 200;
    const int LimitDefault = 50;

    public static void MapDeliveries(this IEndpointRouteBuilder webhooks)
    {
        webhooks.MapGet("{id}/deliveries", List);
        webhooks.MapGet("{id}/deliveries/{delivery}", Get);
        webhooks.MapPost("{id}/deliveries/{delivery}/redeliver", Redeliver);
        webhooks.MapPost("{id}/replay", Replay);
    }

    static async Task<IResult> List(string id, HttpContext context, Database database)
    {
        if (Filter(context.Request.Query, out var filter) is { } wrong) return wrong;
        var cancel = context.RequestAborted;
        await using var connection = await database.OpenReader(cancel);
        if (await WebhookOwners.Find(connection, context.Caller(), id, cancel) is not { } webhook)
            return Problems.NotFound;
        var found = await DeliveryQueries.List(connection, webhook.Id, filter, cancel);
        var next = found.Count == filter.Limit ? found[^1].Id.ToString() : null;
        return TypedResults.Json(new DeliveryPage(found, next), HttpJson.Default.DeliveryPage);
    }

    static async Task<IResult> Get(string id, string delivery, HttpContext context, Database database)
    {
        var cancel = context.RequestAborted;
        await using var connection = await database.OpenReader(cancel);
        return await WebhookOwners.Find(connection, context.Caller(), id, cancel) is { } webhook
            && Guid.TryParseExact(delivery, "D", out var eventId)
            && await DeliveryQueries.Find(connection, webhook.Id, eventId, cancel) is { } found
            ? TypedResults.Json(found, HttpJson.Default.DeliveryView)
            : Problems.NotFound;
    }

    static async Task<IResult> Redeliver(
        string id, string delivery, HttpContext context, Database database, WebhookDispatcher dispatcher)
    {
        var cancel = context.RequestAborted;
        await using var connection = await database.OpenReader(cancel);
        if (await WebhookOwners.Find(connection, context.Caller(), id, cancel) is not { } webhook
            || !Guid.TryParseExact(delivery, "D", out var eventId)) return Problems.NotFound;
        if (!webhook.Enabled) return WebhookRules.Disabled;
        if (!await DeliveryTable.Redeliver(connection, webhook.Id, eventId, cancel)) return Problems.NotFound;
        var again = await DeliveryQueries.Find(connection, webhook.Id, eventId, cancel);
        dispatcher.Look();
        return TypedResults.Json(again!, HttpJson.Default.DeliveryView, statusCode: 202);
    }

    static async Task<IResult> Replay(
        string id, ReplayRequest body, HttpContext context, Database database, WebhookDispatcher dispatcher,
        TimeProvider clock)
    {
        var cancel = context.RequestAborted;
        if (WebhookRules.Unknown(body.Types) is { } unknown) return unknown;
        var to = body.To ?? clock.GetUtcNow();
        if (to <= body.From)
            return Problems.Of(new Refusal.Invalid("/to", "not_after_from", "must be a time after 'from'"));
        await using var connection = await database.OpenReader(cancel);
        if (await WebhookOwners.Find(connection, context.Caller(), id, cancel) is not { } webhook)
            return Problems.NotFound;
        if (!webhook.Enabled) return WebhookRules.Disabled;
        var replay = new LogReplay(connection, webhook, (body.From, to), body.Types ?? webhook.Types);
        var (queued, nextFrom) = await replay.Run(cancel);
        dispatcher.Look();
        return TypedResults.Json(new ReplayView(queued, nextFrom), HttpJson.Default.ReplayView, statusCode: 202);
    }

    static Problem? Filter(IQueryCollection query, out DeliveryFilter filter)
    {
        filter = new DeliveryFilter(null, null, null, null, LimitDefault);
        if (query["status"] is [{ } status])
        {
            if (!Enum.TryParse<DeliveryStatus>(status, ignoreCase: true, out var wanted) || status.Any(char.IsDigit))
                return Wrong("status", "expected one of: pending, delivered, failed");
            filter = filter with { Status = wanted };
        }
        if (query["type"] is { Count: > 0 } types)
        {
            if (types.Any(type => !EventFilter.IsKnown(type!)))
                return Wrong("type", $"expected one of: {string.Join(", ", EventFilter.Patterns)}");
            filter = filter with { Types = [.. types!] };
        }
        if (query["orderId"] is [{ } order])
        {
            if (!Guid.TryParseExact(order, "D", out var orderId)) return Wrong("orderId", "expected an order's id");
            filter = filter with { OrderId = orderId };
        }
        if (query["cursor"] is [{ } cursor])
        {
            if (!Guid.TryParseExact(cursor, "D", out var before)) return Wrong("cursor", "expected a 'nextCursor'");
            filter = filter with { Before = before };
        }
        if (query["limit"] is not [{ } limit]) return null;
        var isNumber = int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var max);
        if (!isNumber || max is < 1 or > LimitMax)
            return Wrong("limit", $"expected 1 to {LimitMax}");
        filter = filter with { Limit = max };
        return null;
    }

    static Problem Wrong(string parameter, string expected) =>
        Problems.Malformed(new Fault("", "malformed", $"the parameter '{parameter}' cannot be read: {expected}"));
}
