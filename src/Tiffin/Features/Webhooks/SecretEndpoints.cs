using Npgsql;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using Tiffin.Engine.Storage;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Webhooks;

/// <summary>A new secret, and a call that shows whether the endpoint knows it.</summary>
static class SecretEndpoints
{
    public const int OverlapHoursMax = 168;

    /// <summary>Signatures in a header at most: whoever rotates more often drops the oldest.</summary>
    const int SecretsMax = 3;

    public static void MapSecrets(this IEndpointRouteBuilder webhooks)
    {
        webhooks.MapPost("{webhookId}/rotate-secret", Rotate)
            .Allow(Admin | Manager | Channel, Own).Audit()
            .Describe("rotateWebhookSecret", "Get a new secret",
                "The secrets so far go on signing beside it for the hours of overlap.")
            .AcceptsIdempotencyKey()
            .Response<RotatedSecretView>(200, "The new secret. No other response shows it.")
            .Problem(404, "not_found")
            .Problem(422, "validation_failed");
        webhooks.MapPost("{webhookId}/test", Test)
            .Allow(Admin | Manager | Channel, Own).Audit()
            .Describe("testWebhook", "Have a test sent to you",
                "One call, now, of type webhook.test. It is not retried and counts for nothing.")
            .AcceptsIdempotencyKey()
            .Response<AttemptView>(200, "What came of the call, good or bad.")
            .Problem(404, "not_found");
    }

    static async Task<IResult> Rotate(
        string webhookId, RotateSecretRequest? body, HttpContext context, Administration administration,
        SecretSeal seal, WebhookDispatcher dispatcher, TimeProvider clock)
    {
        body ??= new RotateSecretRequest();
        var hours = body.OverlapHours;
        var faults = new Faults();
        faults.Range("/overlapHours", hours, 0, OverlapHoursMax);
        if (faults.All.Count > 0) return Problems.Of(new Refusal.Invalid(faults.All));
        var fingerprint = IdempotencyKey.Fingerprint(context, body, WebhooksJson.Strict.RotateSecretRequest);
        var answer = await administration.Commit(context, fingerprint,
            connection => RotateOnce(connection, webhookId, context, hours, seal, clock));
        dispatcher.Changed();
        return answer;
    }

    static async Task<IResult> RotateOnce(
        NpgsqlConnection connection, string webhookId, HttpContext context, int hours, SecretSeal seal,
        TimeProvider clock)
    {
        var cancel = context.RequestAborted;
        while (await WebhookOwners.Find(connection, context.Caller(), webhookId, cancel) is { } webhook)
        {
            var (now, key) = (clock.GetUtcNow(), WebhookSecret.NewKey());
            var fresh = new SealedSecret(await seal.Close(key, webhook.Id, cancel), DateTimeOffset.MaxValue);
            var secrets = Rotated(webhook.Secrets, fresh, now, now.AddHours(hours));
            // Changed meanwhile, perhaps by another rotation: its secret must not be lost.
            if (!await WebhookOwners.SetSecrets(connection, webhook, secrets, cancel)) continue;
            return KeptAnswer.Of(200, new RotatedSecretView(WebhookSecret.Text(key), now.AddHours(hours)),
                WebhooksJson.Strict.RotatedSecretView);
        }
        return Problems.NotFound;
    }

    /// <summary>The new one first; those before go on until their time, or until the end if that is sooner.</summary>
    static IReadOnlyList<SealedSecret> Rotated(
        IReadOnlyList<SealedSecret> before, SealedSecret fresh, DateTimeOffset now, DateTimeOffset end) =>
    [
        fresh,
        .. before.Select(secret => secret with { Until = secret.Until < end ? secret.Until : end })
            .Where(secret => secret.Until > now).Take(SecretsMax - 1),
    ];

    /// <summary>One call, now; its outcome is the answer. It is not retried and counts for nothing.</summary>
    static Task<IResult> Test(
        string webhookId, HttpContext context, Administration administration, Database database, WebhookSender sender,
        SecretSeal seal, TimeProvider clock) =>
        administration.Perform(context, IdempotencyKey.Fingerprint(context),
            () => TestOnce(webhookId, context, database, sender, seal, clock));

    static async Task<IResult> TestOnce(
        string webhookId, HttpContext context, Database database, WebhookSender sender, SecretSeal seal,
        TimeProvider clock)
    {
        var cancel = context.RequestAborted;
        var webhook = default(Webhook);
        await using (var connection = await database.OpenReader(cancel))
            webhook = await WebhookOwners.Find(connection, context.Caller(), webhookId, cancel);
        if (webhook is null) return Problems.NotFound;
        var secrets = new List<WebhookSecret>();
        foreach (var secret in webhook.Secrets)
            secrets.Add(new WebhookSecret(await seal.Open(secret.Sealed, webhook.Id, cancel), secret.Until));
        var now = clock.GetUtcNow();
        var sample = Guid.CreateVersion7(now);
        var attempt = await sender.Send(
            webhook.Url, secrets, sample, Sample(sample, webhook.Id, now), null, cancel);
        return KeptAnswer.Of(200, AttemptView.Of(attempt), WebhooksJson.Strict.AttemptView);
    }

    static byte[] Sample(Guid id, Guid webhook, DateTimeOffset now) => System.Text.Encoding.UTF8.GetBytes($$"""
        {"specversion":"1.0","id":"{{id}}","source":"/tiffin","type":"webhook.test","subject":"webhooks/{{webhook}}",
        "time":"{{JsonTime.Text(now)}}","datacontenttype":"application/json",
        "data":{"webhookId":"{{webhook}}","message":"This is a test: nothing happened to any order."} }
        """);
}
