using System.Globalization;
using Tiffin.Access;
using Tiffin.Domain;
using Tiffin.Http.OpenApi;
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
        webhooks.MapGet("{webhookId}/deliveries", List)
            .Describe("listDeliveries", "List what was sent",
                "Newest first, with how often it was tried and the outcome.")
            .Asks("status", "pending, delivered or failed.")
            .Asks("type", "A type such as order.placed, or a family such as order.*; may stand several times.")
            .Asks("orderId", "Deliveries about this order.")
            .Pages()
            .Answers<DeliveryPage>(200, "A page of deliveries.")
            .Refuses(404, "not_found");
        webhooks.MapGet("{webhookId}/deliveries/{eventId}", Get)
            .Describe("getDelivery", "Read a delivery", "With the event itself, as long as the log has it.")
            .Answers<DeliveryView>(200, "The delivery.")
            .Refuses(404, "not_found");
        webhooks.MapPost("{webhookId}/deliveries/{eventId}/redeliver", Redeliver)
            .Describe("redeliver", "Have a delivery sent again", "Whatever came of it before, under the same id.")
            .Answers<DeliveryView>(202, "It is on its way.")
            .Refuses(404, "not_found")
            .Refuses(409, "webhook_disabled");
        webhooks.MapPost("{webhookId}/replay", Replay)
            .Describe("replayEvents", "Have a stretch of the past sent again",
                "What happened from a time on, and before another, under the same ids as the first time.")
            .Answers<ReplayView>(202, "It is on its way; where nextFrom is given, ask again from there.")
            .Refuses(404, "not_found")
            .Refuses(409, "webhook_disabled")
            .Refuses(422, "validation_failed");
    }

    static async Task<IResult> List(string webhookId, HttpContext context, Database database)
    {
        if (Filter(context.Request.Query, out var filter) is { } wrong) return wrong;
        var cancel = context.RequestAborted;
        await using var connection = await database.OpenReader(cancel);
        if (await WebhookOwners.Find(connection, context.Caller(), webhookId, cancel) is not { } webhook)
            return Problems.NotFound;
        var found = await DeliveryQueries.List(connection, webhook.Id, filter, cancel);
        var next = found.Count == filter.Limit ? found[^1].Id.ToString() : null;
        return TypedResults.Json(new DeliveryPage(found, next), HttpJson.Default.DeliveryPage);
    }

    static async Task<IResult> Get(string webhookId, string eventId, HttpContext context, Database database)
    {
        var cancel = context.RequestAborted;
        await using var connection = await database.OpenReader(cancel);
        return await WebhookOwners.Find(connection, context.Caller(), webhookId, cancel) is { } webhook
            && Guid.TryParseExact(eventId, "D", out var sent)
            && await DeliveryQueries.Find(connection, webhook.Id, sent, cancel) is { } found
            ? TypedResults.Json(found, HttpJson.Default.DeliveryView)
            : Problems.NotFound;
    }

    static async Task<IResult> Redeliver(
        string webhookId, string eventId, HttpContext context, Database database, WebhookDispatcher dispatcher)
    {
        var cancel = context.RequestAborted;
        await using var connection = await database.OpenReader(cancel);
        if (await WebhookOwners.Find(connection, context.Caller(), webhookId, cancel) is not { } webhook
            || !Guid.TryParseExact(eventId, "D", out var sent)) return Problems.NotFound;
        if (!webhook.Enabled) return WebhookRules.Disabled;
        if (!await DeliveryTable.Redeliver(connection, webhook.Id, sent, cancel)) return Problems.NotFound;
        var again = await DeliveryQueries.Find(connection, webhook.Id, sent, cancel);
        dispatcher.Look();
        return TypedResults.Json(again!, HttpJson.Default.DeliveryView, statusCode: 202);
    }

    static async Task<IResult> Replay(
        string webhookId, ReplayRequest body, HttpContext context, Database database, WebhookDispatcher dispatcher,
        TimeProvider clock)
    {
        var cancel = context.RequestAborted;
        if (WebhookRules.Unknown(body.Types) is { } unknown) return unknown;
        var to = body.To ?? clock.GetUtcNow();
        if (to <= body.From)
            return Problems.Of(new Refusal.Invalid("/to", "not_after_from", "must be a time after 'from'"));
        await using var connection = await database.OpenReader(cancel);
        if (await WebhookOwners.Find(connection, context.Caller(), webhookId, cancel) is not { } webhook)
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
