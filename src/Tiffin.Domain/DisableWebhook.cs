namespace Tiffin.Domain;

/// <summary>Gives a webhook endpoint up, at most once for each time that it was enabled.</summary>
public sealed record DisableWebhook(Guid WebhookId, string Host, string Reason, DateTimeOffset? FailingSince)
    : CreatingCommand
{
    public override Decision Decide(Workset workset) => Repeated(workset) ?? new Decision.Accepted(
        [new WebhookDisabled(WebhookId, Host, Reason, FailingSince)], new Topic.OfWebhook(WebhookId), Key);
}

/// <summary>Only the host of the endpoint's address is told: the rest may hold a secret of its owner's.</summary>
public sealed record WebhookDisabled(Guid WebhookId, string Host, string Reason, DateTimeOffset? FailingSince)
    : DomainEvent;
