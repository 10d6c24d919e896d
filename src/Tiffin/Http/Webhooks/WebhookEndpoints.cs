using System.Text.Json;
using Microsoft.Extensions.Options;
using Tiffin.Access;
using Tiffin.Domain;
using Tiffin.Http.OpenApi;
using Tiffin.Storage;
using Tiffin.Subscribers.Webhooks;

namespace Tiffin.Http.Webhooks;

static class WebhookEndpoints
{
    public static void MapWebhooks(this IEndpointRouteBuilder app)
    {
        var webhooks = app.MapGroup("/v1/webhooks").WithTags("Webhooks");
        webhooks.MapPost("", Create)
            .Describe("createWebhook", "Have events sent to you",
                "To an address of yours, signed as Standard Webhooks say, in the order of each order's events, and "
                + "again for days until you answer 2xx.")
            .TakesKey()
            .Answers<WebhookView>(201, "Created, with the secret, which is shown here and never again.")
            .Refuses(409, "too_many_webhooks")
            .Refuses(422, "validation_failed");
        webhooks.MapGet("", List)
            .Describe("listWebhooks", "List your webhooks", "All of them, without their secrets.")
            .Answers<Page<WebhookView>>(200, "Your webhooks.");
        webhooks.MapGet("{webhookId}", Get)
            .Describe("getWebhook", "Read a webhook", "With why it is disabled, or since when it fails.")
            .Answers<WebhookView>(200, "The webhook.")
            .Refuses(404, "not_found");
        webhooks.MapPatch("{webhookId}", Update)
            .Describe("updateWebhook", "Change a webhook, or enable it again",
                "What is left out stays; an empty list of kitchens means all of them.")
            .Answers<WebhookView>(200, "The webhook as it is now.")
            .Refuses(404, "not_found")
            .Refuses(422, "validation_failed");
        webhooks.MapDelete("{webhookId}", Delete)
            .Describe("deleteWebhook", "Have no more events sent", "What was not delivered yet is dropped with it.")
            .Answers(204, "It is gone.")
            .Refuses(404, "not_found");
        webhooks.MapSecrets();
        webhooks.MapDeliveries();
    }

    static async Task<IResult> Create(
        CreateWebhookRequest body, HttpContext context, Database database, WebhookSender sender, SecretSeal seal,
        WebhookDispatcher dispatcher, IOptions<WebhookOptions> options, TimeProvider clock)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if (IdempotencyKey.Read(context, caller, out var key) is { } missing) return missing;
        var fingerprint = IdempotencyKey.Fingerprint(context, body, HttpJson.Default.CreateWebhookRequest);
        if (WebhookRules.Check(body.Url, body.Types, body.Kitchens, body.Description) is { } wrong) return wrong;
        await using var connection = await database.OpenReader(cancel);
        async Task<IResult?> Repeated() =>
            await WebhookOwners.Answered(connection, key, cancel) is not { } first ? null
            : first.Fingerprint != fingerprint ? Problems.Of(new Refusal.KeyReused())
            : new CreatedWebhook(first.Webhook, await seal.Open(first.Answer, first.Webhook, cancel), replayed: true);

        if (await Repeated() is { } repeated) return repeated;
        if (await WebhookRules.CheckAddress(sender, body.Url, cancel) is { } refused) return refused;
        var secret = WebhookSecret.NewKey();
        var webhook = await New(body, caller, secret, seal, clock.GetUtcNow(), cancel);
        var answer = JsonSerializer.SerializeToUtf8Bytes(
            WebhookView.Of(webhook, WebhookSecret.Text(secret)), HttpJson.Default.WebhookView);
        var kept = await seal.Close(answer, webhook.Id, cancel);
        var max = options.Value.PerOwnerMax;
        if (!await WebhookOwners.Insert(connection, webhook, key, fingerprint, kept, max, cancel))
            return await Repeated() ?? WebhookRules.TooMany(max);
        dispatcher.Changed();
        return new CreatedWebhook(webhook.Id, answer, replayed: false);
    }

    static async Task<Webhook> New(
        CreateWebhookRequest body, Caller owner, byte[] secret, SecretSeal seal, DateTimeOffset now,
        CancellationToken cancel)
    {
        var id = Guid.CreateVersion7(now);
        var sealedSecret = new SealedSecret(await seal.Close(secret, id, cancel), DateTimeOffset.MaxValue);
        return new Webhook(id, owner, new Uri(body.Url), body.Description, body.Types,
            body.Kitchens is { Count: > 0 } ? body.Kitchens : null, [sealedSecret], true, null, now, null, now, 1);
    }

    static async Task<IResult> List(HttpContext context, Database database)
    {
        await using var connection = await database.OpenReader(context.RequestAborted);
        var webhooks = await WebhookOwners.List(connection, context.Caller(), context.RequestAborted);
        return TypedResults.Json(
            new Page<WebhookView>([.. webhooks.Select(webhook => WebhookView.Of(webhook))], NextCursor: null),
            HttpJson.Default.PageWebhookView);
    }

    static async Task<IResult> Get(string webhookId, HttpContext context, Database database)
    {
        await using var connection = await database.OpenReader(context.RequestAborted);
        return Of(await WebhookOwners.Find(connection, context.Caller(), webhookId, context.RequestAborted));
    }

    static async Task<IResult> Update(
        string webhookId, UpdateWebhookRequest body, HttpContext context, Database database, WebhookSender sender,
        WebhookDispatcher dispatcher)
    {
        var cancel = context.RequestAborted;
        if (!Guid.TryParseExact(webhookId, "D", out var webhook)) return Problems.NotFound;
        if (WebhookRules.Check(body.Url, body.Types, body.Kitchens, body.Description) is { } wrong) return wrong;
        if (await WebhookRules.CheckAddress(sender, body.Url, cancel) is { } refused) return refused;
        await using var connection = await database.OpenReader(cancel);
        var updated = await WebhookOwners.Update(connection, context.Caller(), webhook, body.ToChange(), cancel);
        dispatcher.Changed();
        return Of(updated);
    }

    static async Task<IResult> Delete(
        string webhookId, HttpContext context, Database database, WebhookDispatcher dispatcher)
    {
        if (!Guid.TryParseExact(webhookId, "D", out var webhook)) return Problems.NotFound;
        await using var connection = await database.OpenReader(context.RequestAborted);
        if (!await WebhookOwners.Delete(connection, context.Caller(), webhook, context.RequestAborted))
            return Problems.NotFound;
        dispatcher.Changed();
        return TypedResults.NoContent();
    }

    static IResult Of(Webhook? webhook) => webhook is null
        ? Problems.NotFound
        : TypedResults.Json(WebhookView.Of(webhook), HttpJson.Default.WebhookView);

    /// <summary>The answer with the secret: the first one again, byte for byte, under the same key.</summary>
    sealed class CreatedWebhook(Guid id, byte[] answer, bool replayed) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = 201;
            response.ContentType = "application/json";
            response.ContentLength = answer.Length;
            response.Headers.Location = $"/v1/webhooks/{id}";
            response.Headers.CacheControl = "no-store";
            if (replayed) response.Headers["Idempotency-Replayed"] = "true";
            await response.BodyWriter.WriteAsync(answer, httpContext.RequestAborted);
        }
    }
}
