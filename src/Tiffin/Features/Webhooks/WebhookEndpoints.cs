using Microsoft.Extensions.Options;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Webhooks;

static class WebhookEndpoints
{
    public static void MapWebhooks(this IEndpointRouteBuilder app)
    {
        var webhooks = app.MapGroup("/v1/webhooks").WithTags("Webhooks")
            .PathParameter("webhookId", "The webhook's id.")
            .PathParameter("eventId", "The id of the delivered event.");
        webhooks.MapPost("", Create)
            .Allow(Admin | Manager | Channel, Own).Audit()
            .Describe("createWebhook", "Create a webhook",
                "Events are sent to your URL, signed according to Standard Webhooks. The events of one order arrive in "
                + "order, at least once: a delivery is retried for several days until you answer 2xx, then "
                + "dead-lettered. Event types that your role never receives are rejected.")
            .RequiresIdempotencyKey()
            .ResponseHeader("Location", always: true, 201)
            .Response<WebhookView>(201, "The webhook, with its signing secret, which is not shown again.")
            .Problem(409, "too_many_webhooks", "request_in_progress")
            .Problem(422, "validation_failed");
        webhooks.MapGet("", List)
            .Allow(Admin | Manager | Channel, Own)
            .Describe("listWebhooks", "List your webhooks", "All your webhooks, without their secrets.")
            .Response<Page<WebhookView>>(200, "Your webhooks.");
        webhooks.MapGet("{webhookId}", Get)
            .Allow(Admin | Manager | Channel, Own)
            .Describe("getWebhook", "Get a webhook",
                "Includes why it is disabled, or since when deliveries have been failing.")
            .Response<WebhookView>(200, "The webhook.")
            .Problem(404, "not_found");
        webhooks.MapPatch("{webhookId}", Update)
            .Allow(Admin | Manager | Channel, Own).Audit()
            .Describe("updateWebhook", "Update or re-enable a webhook",
                "Absent properties stay unchanged; an empty list of kitchens means all kitchens.")
            .Response<WebhookView>(200, "The updated webhook.")
            .Problem(404, "not_found")
            .Problem(422, "validation_failed");
        webhooks.MapDelete("{webhookId}", Delete)
            .Allow(Admin | Manager | Channel, Own).Audit()
            .Describe("deleteWebhook", "Delete a webhook", "Pending deliveries are dropped.")
            .Response(204, "Deleted.")
            .Problem(404, "not_found");
        webhooks.MapSecrets();
        webhooks.MapDeliveries();
    }

    static async Task<IResult> Create(
        CreateWebhookRequest body, HttpContext context, Administration administration, WebhookSender sender,
        SecretSeal seal, WebhookDispatcher dispatcher, CatalogueReader catalogue, IOptions<WebhookOptions> options,
        TimeProvider clock)
    {
        var (cancel, max) = (context.RequestAborted, options.Value.PerOwnerMax);
        if (WebhookRules.Check(body.Url, body.Types, body.Kitchens, body.Description) is { } wrong) return wrong;
        if (WebhookRules.CheckDeliverable(context.Caller(), body.Types, body.Kitchens, body.Kitchens is { Count: > 0 },
            await catalogue.Read(cancel)) is { } undeliverable) return undeliverable;
        var fingerprint = IdempotencyKey.Fingerprint(context, body, WebhooksJson.Strict.CreateWebhookRequest);
        var answer = await administration.Commit(context, fingerprint, async connection =>
        {
            var secret = WebhookSecret.NewKey();
            var webhook = New(body, context.Caller(), secret, seal, clock.GetUtcNow());
            return await OwnedWebhooks.Insert(connection, webhook, max, cancel)
                ? StoredResponse.Of(201, WebhookView.Of(webhook, WebhookSecret.Text(secret)),
                    WebhooksJson.Strict.WebhookView, $"/v1/webhooks/{webhook.Id}")
                : WebhookRules.TooManyWebhooks(max);
        }, check: () => WebhookRules.CheckAddress(sender, body.Url, cancel));
        dispatcher.NotifyChanged();
        return answer;
    }

    static Webhook New(CreateWebhookRequest body, Caller owner, byte[] secret, SecretSeal seal, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        var sealedSecret = new SealedSecret(seal.Seal(secret, id), DateTimeOffset.MaxValue);
        return new Webhook(id, owner, new Uri(body.Url), body.Description, body.Types,
            body.Kitchens is { Count: > 0 } ? body.Kitchens : null, [sealedSecret], true, null, now, null, now, 1);
    }

    static async Task<IResult> List(HttpContext context, Database database)
    {
        await using var connection = await database.OpenRequest(context.RequestAborted);
        var webhooks = await OwnedWebhooks.List(connection, context.Caller(), context.RequestAborted);
        return TypedResults.Json(
            new Page<WebhookView>([.. webhooks.Select(webhook => WebhookView.Of(webhook))], NextCursor: null),
            WebhooksJson.Strict.PageWebhookView);
    }

    static async Task<IResult> Get(string webhookId, HttpContext context, Database database)
    {
        await using var connection = await database.OpenRequest(context.RequestAborted);
        return Of(await OwnedWebhooks.Find(connection, context.Caller(), webhookId, context.RequestAborted));
    }

    static async Task<IResult> Update(
        string webhookId, UpdateWebhookRequest body, HttpContext context, Database database, WebhookSender sender,
        WebhookDispatcher dispatcher, CatalogueReader reader)
    {
        var cancel = context.RequestAborted;
        if (WebhookRules.Check(body.Url, body.Types, body.Kitchens, body.Description) is { } wrong) return wrong;
        if (await WebhookRules.CheckAddress(sender, body.Url, cancel) is { } refused) return refused;
        await using var connection = await database.OpenRequest(cancel);
        if (await OwnedWebhooks.Find(connection, context.Caller(), webhookId, cancel) is not { } known)
            return Problems.NotFound;
        var isOfKitchens = (body.Kitchens ?? known.Kitchens) is { Count: > 0 };
        // Administrators manage other owners' webhooks: check those by their stored owner, and the owner's own changes
        // by the current credentials.
        var owner = context.Caller() is { Role: not Role.Admin } caller ? caller : known.Owner;
        if (WebhookRules.CheckDeliverable(owner, body.Types, body.Kitchens, isOfKitchens,
            await reader.Read(connection, cancel)) is { } undeliverable) return undeliverable;
        var updated = await database.Change(
            change => OwnedWebhooks.Update(change, context.Caller(), known.Id, body.ToChange(), cancel), cancel);
        dispatcher.NotifyChanged();
        return Of(updated);
    }

    static async Task<IResult> Delete(
        string webhookId, HttpContext context, Database database, WebhookDispatcher dispatcher)
    {
        if (!Guid.TryParseExact(webhookId, "D", out var webhook)) return Problems.NotFound;
        var cancel = context.RequestAborted;
        if (!await database.Change(
            connection => OwnedWebhooks.Delete(connection, context.Caller(), webhook, cancel), cancel))
            return Problems.NotFound;
        dispatcher.NotifyChanged();
        return TypedResults.NoContent();
    }

    static IResult Of(Webhook? webhook) => webhook is null
        ? Problems.NotFound
        : TypedResults.Json(WebhookView.Of(webhook), WebhooksJson.Strict.WebhookView);
}
