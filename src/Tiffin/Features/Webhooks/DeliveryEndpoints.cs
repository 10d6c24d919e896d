using Npgsql;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Webhooks;

static class DeliveryEndpoints
{
    public static void MapDeliveries(this IEndpointRouteBuilder webhooks)
    {
        webhooks.MapGet("{webhookId}/deliveries", List)
            .Allow(Admin | Manager | Channel, Own, Priority.Low)
            .Describe("listDeliveries", "List deliveries",
                "Newest first, with the number of attempts and the outcome of the last one.")
            .QueryParameter("status", "Comma-separated statuses: pending, delivered, failed.")
            .QueryParameter("type", "Comma-separated event types (order.placed) or families (order.*).")
            .QueryParameter("orderId", "Deliveries of this order's events.")
            .Paginated()
            .Response<Page<DeliveryView>>(200, "A page of deliveries.")
            .Problem(404, "not_found");
        webhooks.MapGet("{webhookId}/deliveries/{eventId}", Get)
            .Allow(Admin | Manager | Channel, Own)
            .Describe("getDelivery", "Get a delivery",
                "Includes the event while the event log retains it.")
            .Response<DeliveryView>(200, "The delivery.")
            .Problem(404, "not_found");
        webhooks.MapPost("{webhookId}/deliveries/{eventId}/redeliver", Redeliver)
            .Allow(Admin | Manager | Channel, Own).Audit()
            .Describe("redeliver", "Redeliver an event",
                "Queues the delivery again, regardless of its status, with the same webhook-id and a fresh retry "
                + "schedule.")
            .AcceptsIdempotencyKey()
            .Response<DeliveryView>(202, "Queued.")
            .Problem(404, "not_found")
            .Problem(409, "webhook_disabled");
        webhooks.MapPost("{webhookId}/replay", Replay)
            .Allow(Admin | Manager | Channel, Own).Audit()
            .Describe("replayEvents", "Replay past events",
                "Queues the events from 'from' (inclusive) to 'to' (exclusive) with their original webhook-ids.")
            .AcceptsIdempotencyKey()
            .Response<ReplayView>(202,
                "Queued. If nextFrom is present, the limit was reached: replay again from there.")
            .Problem(404, "not_found")
            .Problem(409, "webhook_disabled")
            .Problem(422, "validation_failed");
    }

    static async Task<IResult> List(string webhookId, HttpContext context, Database database)
    {
        var query = new Query(context);
        var filter = new DeliveryFilter(
            query.Words<DeliveryStatus>("status"), query.EventTypes("type"), query.Id("orderId"));
        var limit = query.Limit;
        var before = query.CursorId;
        if (query.Problem is { } wrong) return wrong;
        var cancel = context.RequestAborted;
        await using var connection = await database.OpenRequest(cancel);
        if (await OwnedWebhooks.Find(connection, context.Caller(), webhookId, cancel) is not { } webhook)
            return Problems.NotFound;
        var page = await DeliveryQueries.List(connection, webhook.Id, filter, before, limit, cancel);
        return TypedResults.Json(page, WebhooksJson.Strict.PageDeliveryView);
    }

    static async Task<IResult> Get(string webhookId, string eventId, HttpContext context, Database database)
    {
        var cancel = context.RequestAborted;
        await using var connection = await database.OpenRequest(cancel);
        return await OwnedWebhooks.Find(connection, context.Caller(), webhookId, cancel) is { } webhook
            && Guid.TryParseExact(eventId, "D", out var sent)
            && await DeliveryQueries.Find(connection, webhook, sent, cancel) is { } found
            ? TypedResults.Json(found, WebhooksJson.Strict.DeliveryView)
            : Problems.NotFound;
    }

    static async Task<IResult> Redeliver(
        string webhookId, string eventId, HttpContext context, Administration administration,
        WebhookDispatcher dispatcher)
    {
        var answer = await administration.Commit(context, IdempotencyKey.Fingerprint(context),
            connection => RedeliverOnce(connection, webhookId, eventId, context));
        dispatcher.Wake();
        return answer;
    }

    static async Task<IResult> RedeliverOnce(
        NpgsqlConnection connection, string webhookId, string eventId, HttpContext context)
    {
        var cancel = context.RequestAborted;
        if (await OwnedWebhooks.Find(connection, context.Caller(), webhookId, cancel) is not { } webhook
            || !Guid.TryParseExact(eventId, "D", out var sent)) return Problems.NotFound;
        if (!webhook.Enabled) return WebhookRules.Disabled;
        if (!await DeliveryTable.Redeliver(connection, webhook.Id, sent, cancel)) return Problems.NotFound;
        var again = await DeliveryQueries.Find(connection, webhook, sent, cancel);
        return StoredResponse.Of(202, again!, WebhooksJson.Strict.DeliveryView);
    }

    static Task<IResult> Replay(
        string webhookId, ReplayRequest body, HttpContext context, Administration administration, Database database,
        WebhookDispatcher dispatcher, TimeProvider clock) =>
        // A replay takes too long for one transaction, and is safe to repeat: events keep their ids.
        administration.Perform(context, IdempotencyKey.Fingerprint(context, body, WebhooksJson.Strict.ReplayRequest),
            () => ReplayOnce(webhookId, body, context, database, dispatcher, clock));

    static async Task<IResult> ReplayOnce(
        string webhookId, ReplayRequest body, HttpContext context, Database database, WebhookDispatcher dispatcher,
        TimeProvider clock)
    {
        var cancel = context.RequestAborted;
        if (WebhookRules.CheckTypes(body.Types) is { } unknown) return unknown;
        var to = body.To ?? clock.GetUtcNow();
        if (to <= body.From)
            return Problems.Of(new Refusal.Invalid("/to", "not_after_from", "must be after 'from'"));
        await using var connection = await database.OpenRequest(cancel);
        if (await OwnedWebhooks.Find(connection, context.Caller(), webhookId, cancel) is not { } webhook)
            return Problems.NotFound;
        if (!webhook.Enabled) return WebhookRules.Disabled;
        if (WebhookRules.CheckDeliverable(webhook.Owner, body.Types, null, webhook.Kitchens is not null,
            CatalogueSnapshot.Empty) is { } undeliverable) return undeliverable;
        var replay = new LogReplay(connection, webhook, (body.From, to), body.Types ?? webhook.Types);
        var (queued, nextFrom) = await replay.Run(cancel);
        dispatcher.Wake();
        return StoredResponse.Of(202, new ReplayView(queued, nextFrom), WebhooksJson.Strict.ReplayView);
    }
}
