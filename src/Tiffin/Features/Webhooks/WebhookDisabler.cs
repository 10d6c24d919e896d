using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tiffin.Domain;
using Tiffin.Engine.Commit;

namespace Tiffin.Features.Webhooks;

/// <summary>
/// Disables an endpoint by a command, so that the log has a <c>webhook.disabled</c> event for other consumers. The row
/// changes when <see cref="WebhookSubscriber"/> reads that event.
/// </summary>
sealed class WebhookDisabler(CommitPipeline pipeline, ILogger<WebhookDisabler> log)
{
    /// <summary>Idempotent per time the endpoint was enabled. False if the caller must try again.</summary>
    public async Task<bool> Disable(Webhook webhook, string reason, DateTimeOffset? failingSince)
    {
        WebhookLog.Disabling(log, webhook.Id, reason);
        var outcome = await pipeline.Submit(new DisableWebhook(webhook.Id, webhook.Url.IdnHost, reason, failingSince)
        {
            Caller = Caller.System,
            Key = Key(webhook),
            Fingerprint = webhook.Id,
        });
        if (outcome is Outcome.OfJson) return true;
        WebhookLog.NotDisabled(log, webhook.Id, outcome.ToString());
        return false;
    }

    static RequestKey Key(Webhook webhook)
    {
        var name = string.Create(
            CultureInfo.InvariantCulture, $"webhook.disabled\n{webhook.Id}\n{webhook.EnabledAt.UtcTicks}");
        return new RequestKey(new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)));
    }
}
