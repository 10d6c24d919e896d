namespace Tiffin.Features.Webhooks;

static partial class WebhookMessages
{
    [LoggerMessage(3401, LogLevel.Warning, "Webhook leases were not renewed; deliveries stop on this node: {Reason}")]
    public static partial void LeaseNotRenewed(ILogger log, string reason);

    [LoggerMessage(3405, LogLevel.Warning, "Webhook leases were not released and will expire: {Reason}")]
    public static partial void LeaseNotReleased(ILogger log, string reason);

    [LoggerMessage(3402, LogLevel.Error, "Deliveries to webhook {Id} failed on this node; retrying with backoff")]
    public static partial void PumpFailed(ILogger log, Exception failure, Guid id);

    [LoggerMessage(3403, LogLevel.Warning, "Disabling webhook {Id}: {Reason}")]
    public static partial void Disabling(ILogger log, Guid id, string reason);

    [LoggerMessage(3404, LogLevel.Warning, "Webhook {Id} could not be disabled; retrying: {Outcome}")]
    public static partial void NotDisabled(ILogger log, Guid id, string outcome);

    [LoggerMessage(3406, LogLevel.Warning,
        "{Count} deliveries to webhook {Id} wait for a node of the newer build that wrote their events")]
    public static partial void WaitsForNewer(ILogger log, Guid id, int count);

    [LoggerMessage(3407, LogLevel.Error,
        "The event at position {Position} could not be sent to webhook {Id}; its delivery is dead-lettered")]
    public static partial void NotSendable(ILogger log, Exception defect, Guid id, long position);
}
