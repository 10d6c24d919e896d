namespace Tiffin.Domain;

/// <summary>Disables a failing webhook endpoint, at most once each time it was enabled.</summary>
public sealed record DisableWebhook(Guid WebhookId, string Host, string Reason, DateTimeOffset? FailingSince)
    : IdempotentCommand
{
    protected override Decision DecideNew(Workset workset) => new Decision.Accepted(
        [new WebhookDisabled(WebhookId, Host, Reason, FailingSince)], new Result.None());
}

/// <summary>Contains only the host of the endpoint's URL: the rest may contain a secret.</summary>
public sealed record WebhookDisabled(Guid WebhookId, string Host, string Reason, DateTimeOffset? FailingSince)
    : DomainEvent
{
    public override EventType? Type => EventType.WebhookDisabled;
}
