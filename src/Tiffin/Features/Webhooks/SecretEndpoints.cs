using Npgsql;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Webhooks;

static class SecretEndpoints
{
    public const int OverlapHoursMax = 168;

    // Signatures per header: a further rotation within the overlap drops the oldest secret.
    const int SecretsMax = 3;

    public static void MapSecrets(this IEndpointRouteBuilder webhooks)
    {
        webhooks.MapPost("{webhookId}/rotate-secret", Rotate)
            .Allow(Admin | Manager | Channel, Own).Audit()
            .Describe("rotateWebhookSecret", "Rotate the signing secret",
                "Earlier secrets keep signing alongside the new one for the overlap.")
            .AcceptsIdempotencyKey()
            .Response<RotatedSecretView>(200, "The new secret. It is not shown again.")
            .Problem(404, "not_found")
            .Problem(422, "validation_failed");
        webhooks.MapPost("{webhookId}/test", Test)
            .Allow(Admin | Manager | Channel, Own).Audit()
            .Describe("testWebhook", "Send a test event",
                "Sends one event of type webhook.test now. It is not retried, and its outcome does not affect the "
                + "webhook's status.")
            .AcceptsIdempotencyKey()
            .Response<AttemptView>(200, "The outcome of the call, also if it failed.")
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
        if (Problems.Of(faults) is { } invalid) return invalid;
        var fingerprint = IdempotencyKey.Fingerprint(context, body, WebhooksJson.Strict.RotateSecretRequest);
        var answer = await administration.Commit(context, fingerprint,
            connection => RotateOnce(connection, webhookId, context, hours, seal, clock));
        dispatcher.NotifyChanged();
        return answer;
    }

    static async Task<IResult> RotateOnce(
        NpgsqlConnection connection, string webhookId, HttpContext context, int hours, SecretSeal seal,
        TimeProvider clock)
    {
        var cancel = context.RequestAborted;
        while (await OwnedWebhooks.Find(connection, context.Caller(), webhookId, cancel) is { } webhook)
        {
            var (now, key) = (clock.GetUtcNow(), WebhookSecret.NewKey());
            var fresh = new SealedSecret(seal.Seal(key, webhook.Id), DateTimeOffset.MaxValue);
            var secrets = RotateSecrets(webhook.Secrets, fresh, now, now.AddHours(hours));
            // Another change won, possibly another rotation, whose secret must not be lost: read again.
            if (!await OwnedWebhooks.SetSecrets(connection, webhook, secrets, cancel)) continue;
            return StoredResponse.Of(200, new RotatedSecretView(WebhookSecret.Text(key), now.AddHours(hours)),
                WebhooksJson.Strict.RotatedSecretView);
        }
        return Problems.NotFound;
    }

    static IReadOnlyList<SealedSecret> RotateSecrets(
        IReadOnlyList<SealedSecret> earlier, SealedSecret fresh, DateTimeOffset now, DateTimeOffset end) =>
    [
        fresh,
        .. earlier.Select(secret => secret with { ExpiresAt = secret.ExpiresAt < end ? secret.ExpiresAt : end })
            .Where(secret => secret.ExpiresAt > now).Take(SecretsMax - 1),
    ];

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
        await using (var connection = await database.OpenRequest(cancel))
            webhook = await OwnedWebhooks.Find(connection, context.Caller(), webhookId, cancel);
        if (webhook is null) return Problems.NotFound;
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var attempt = await sender.Send(
            webhook.Url, webhook.Unseal(seal), id, TestEvent(id, webhook.Id, now), null, cancel);
        return StoredResponse.Of(200, AttemptView.Of(attempt), WebhooksJson.Strict.AttemptView);
    }

    static byte[] TestEvent(Guid id, Guid webhook, DateTimeOffset now) => System.Text.Encoding.UTF8.GetBytes($$"""
        {"specversion":"1.0","id":"{{id}}","source":"/tiffin","type":"webhook.test","subject":"webhooks/{{webhook}}",
        "time":"{{JsonTime.Text(now)}}","datacontenttype":"application/json",
        "data":{"webhookId":"{{webhook}}","message":"This is a test event. No order has changed."} }
        """);
}
