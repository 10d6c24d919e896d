using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using Tiffin.Domain;

namespace Tiffin.Features.Webhooks;

enum WebhookStatus { Enabled, Disabled }

enum DeliveryStatus { Pending, Delivered, Failed }

/// <summary>
/// <c>types</c>: names of events, families such as <c>order.*</c>, or <c>*</c>; <c>kitchens</c>: all, if none.
/// </summary>
sealed record CreateWebhookRequest(
    [property: MaxLength(WebhookRules.UrlMax)] string Url,
    [property: Length(1, WebhookRules.ListMax)] IReadOnlyList<string> Types,
    [property: MaxLength(WebhookRules.ListMax)] IReadOnlyList<string>? Kitchens = null,
    [property: MaxLength(WebhookRules.DescriptionMax)] string? Description = null);

/// <summary>What is left out stays; an empty list of kitchens means all.</summary>
sealed record UpdateWebhookRequest(
    [property: MaxLength(WebhookRules.UrlMax)] string? Url = null,
    [property: Length(1, WebhookRules.ListMax)] IReadOnlyList<string>? Types = null,
    [property: MaxLength(WebhookRules.ListMax)] IReadOnlyList<string>? Kitchens = null,
    [property: MaxLength(WebhookRules.DescriptionMax)] string? Description = null, WebhookStatus? Status = null)
{
    public WebhookChange ToChange() => new(
        Url, Types, Kitchens, Description, Status is { } status ? status == WebhookStatus.Enabled : null);
}

/// <summary>For how long the secrets so far go on signing beside the new one.</summary>
sealed record RotateSecretRequest(
    [property: Range(0, SecretEndpoints.OverlapHoursMax)] int OverlapHours = 24);

/// <summary>Sends again what happened from a time on, and before another; by default what the endpoint wants.</summary>
sealed record ReplayRequest(DateTimeOffset From, DateTimeOffset? To = null, IReadOnlyList<string>? Types = null);

/// <summary>Whose endpoint it is. With the last good key of its owner's it ends.</summary>
sealed record WebhookOwnerView(Role Role, string Subject);

/// <summary><c>secret</c> is shown by the answer that created it and never again.</summary>
sealed record WebhookView(
    Guid Id, string Url, IReadOnlyList<string> Types, WebhookStatus Status, DateTimeOffset CreatedAt,
    WebhookOwnerView Owner, string? Description = null, IReadOnlyList<string>? Kitchens = null,
    string? DisabledReason = null, DateTimeOffset? FailingSince = null, string? Secret = null)
{
    public static WebhookView Of(Webhook webhook, string? secret = null) => new(
        webhook.Id, webhook.Url.OriginalString, webhook.Types,
        webhook.Enabled ? WebhookStatus.Enabled : WebhookStatus.Disabled, webhook.CreatedAt,
        new WebhookOwnerView(webhook.Owner.Role, webhook.Owner.Id), webhook.Description,
        webhook.Kitchens, webhook.DisabledReason, webhook.FailingSince, secret);
}

sealed record RotatedSecretView(string Secret, DateTimeOffset PreviousValidUntil);

/// <summary>One call. <c>response</c>: the first KiB of the answer.</summary>
sealed record AttemptView(
    DateTimeOffset At, bool Succeeded, string Response, double DurationMs, int? ResponseCode = null,
    string? Error = null)
{
    public static AttemptView Of(Attempt attempt) => new(
        attempt.At, attempt.Succeeded, Encoding.UTF8.GetString(attempt.Response),
        Math.Round(attempt.Took.TotalMilliseconds, 1), attempt.Code, attempt.Error);
}

/// <summary>One call in a delivery's history.</summary>
sealed record PastAttemptView(
    DateTimeOffset At, double DurationMs, int? ResponseCode = null, string? Error = null);

/// <summary>
/// An event on its way to an endpoint, under the event's id, which is the <c>webhook-id</c> too. <c>event</c> is the
/// body that was sent; it comes with a single delivery only. <c>history</c>: the
/// last ten calls, the newest last; a redelivery goes on with it.
/// </summary>
sealed record DeliveryView(
    Guid Id, string Type, DeliveryStatus Status, int Attempts, DateTimeOffset CreatedAt, Guid? OrderId = null,
    int? Sequence = null, DateTimeOffset? NextAttemptAt = null, AttemptView? LastAttempt = null,
    IReadOnlyList<PastAttemptView>? History = null, JsonElement? Event = null);

/// <summary><c>nextFrom</c>: ask again from there, when there was more than one request may queue.</summary>
sealed record ReplayView(int Queued, DateTimeOffset? NextFrom = null);
