using System.Globalization;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Engine.Commit;

namespace Tiffin.Features.Webhooks;

/// <summary>
/// Disables an endpoint by a command, so that the log has a <c>webhook.disabled</c> event for other consumers. The row
/// changes when <see cref="WebhookSubscriber"/> reads that event.
/// </summary>
sealed class WebhookDisabler(CommitPipeline pipeline, ILogger<WebhookDisabler> log)
{
    /// <summary>Idempotent until the endpoint is enabled again. False if the caller must retry.</summary>
    public async Task<bool> Disable(Webhook webhook, string reason, DateTimeOffset? failingSince)
    {
        WebhookMessages.Disabling(log, webhook.Id, reason);
        var outcome = await pipeline.Submit(new DisableWebhook(webhook.Id, webhook.Url.IdnHost, reason, failingSince)
        {
            Caller = Caller.System,
            Key = IdempotencyKey.Of(string.Create(
                CultureInfo.InvariantCulture, $"webhook.disabled\n{webhook.Id}\n{webhook.EnabledAt.UtcTicks}")),
            Fingerprint = webhook.Id,
        });
        if (outcome is Outcome.Done) return true;
        WebhookMessages.NotDisabled(log, webhook.Id, outcome.ToString());
        return false;
    }
}
