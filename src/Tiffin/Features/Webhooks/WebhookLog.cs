namespace Tiffin.Features.Webhooks;

static partial class WebhookLog
{
    [LoggerMessage(3401, LogLevel.Warning, "Webhooks stand still on this node: {Reason}")]
    public static partial void StandsStill(ILogger log, string reason);

    [LoggerMessage(3402, LogLevel.Error, "Webhook {Id} cannot be sent to")]
    public static partial void CannotSend(ILogger log, Exception failure, Guid id);

    [LoggerMessage(3403, LogLevel.Warning, "Webhook {Id} is given up: {Reason}")]
    public static partial void GivesUp(ILogger log, Guid id, string reason);

    [LoggerMessage(3404, LogLevel.Warning, "Webhook {Id} is not disabled yet: {Outcome}")]
    public static partial void NotDisabled(ILogger log, Guid id, string outcome);
}
