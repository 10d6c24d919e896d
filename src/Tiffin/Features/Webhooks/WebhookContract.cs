using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Edge.OpenApi;

namespace Tiffin.Features.Webhooks;

enum WebhookStatus { Enabled, Disabled }

/// <summary>The codes are stored: append, never renumber.</summary>
enum DeliveryStatus : short { Pending = 0, Delivered = 1, Failed = 2 }

/// <summary>
/// <c>types</c>: event types, families such as <c>order.*</c>, or <c>*</c>. Frequent types, such as
/// <c>order.progressed</c>, are sent only if they are named. <c>kitchens</c>: absent or empty means all.
/// </summary>
sealed record CreateWebhookRequest(
    [property: MaxLength(WebhookRules.UrlMax)] string Url,
    [property: Length(1, WebhookRules.ListMax)] IReadOnlyList<string> Types,
    [property: MaxLength(WebhookRules.ListMax)] IReadOnlyList<string>? Kitchens = null,
    [property: MaxLength(WebhookRules.DescriptionMax)] string? Description = null);

/// <summary>Absent properties stay unchanged; an empty list of kitchens means all.</summary>
sealed record UpdateWebhookRequest(
    [property: MaxLength(WebhookRules.UrlMax)] string? Url = null,
    [property: Length(1, WebhookRules.ListMax)] IReadOnlyList<string>? Types = null,
    [property: MaxLength(WebhookRules.ListMax)] IReadOnlyList<string>? Kitchens = null,
    [property: MaxLength(WebhookRules.DescriptionMax)] string? Description = null, WebhookStatus? Status = null)
{
    public WebhookChange ToChange() => new(
        Url, Types, Kitchens, Description, Status is { } status ? status == WebhookStatus.Enabled : null);
}

/// <summary>How long earlier secrets keep signing alongside the new one.</summary>
sealed record RotateSecretRequest(
    [property: Range(0, SecretEndpoints.OverlapHoursMax)] int OverlapHours = 24);

/// <summary>
/// Events from <c>from</c> (inclusive) to <c>to</c> (exclusive; default now), of the webhook's types unless
/// <c>types</c> is given.
/// </summary>
sealed record ReplayRequest(DateTimeOffset From, DateTimeOffset? To = null, IReadOnlyList<string>? Types = null);

/// <summary>The webhook is disabled when its owner has no valid API key left.</summary>
sealed record WebhookOwnerView(Role Role, string Subject);

/// <summary><c>secret</c> is present only in the response that created the webhook.</summary>
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

/// <summary>A delivery attempt. <c>response</c>: the first KiB of the response body.</summary>
sealed record AttemptView(
    DateTimeOffset At, bool Succeeded, string Response, double DurationMs, int? ResponseCode = null,
    string? Error = null)
{
    public static AttemptView Of(Attempt attempt) => new(
        attempt.At, attempt.Succeeded, Encoding.UTF8.GetString(attempt.Response),
        Math.Round(attempt.Duration.TotalMilliseconds, 1), attempt.ResponseCode, attempt.Error);
}

/// <summary>An attempt in a delivery's history.</summary>
sealed record PastAttemptView(
    DateTimeOffset At, double DurationMs, int? ResponseCode = null, string? Error = null);

/// <summary>
/// The delivery of an event to an endpoint. <c>id</c>: the event's id, which is also the <c>webhook-id</c>.
/// <c>history</c>: the last ten attempts, newest last, including those before a redelivery. <c>event</c>: the request
/// body; only when a single delivery is read.
/// </summary>
sealed record DeliveryView(
    Guid Id, string Type, DeliveryStatus Status, int Attempts, DateTimeOffset CreatedAt, Guid? OrderId = null,
    int? Sequence = null, DateTimeOffset? NextAttemptAt = null, AttemptView? LastAttempt = null,
    IReadOnlyList<PastAttemptView>? History = null,
    [property: AnyOf(typeof(EventView))] JsonElement? Event = null);

/// <summary><c>nextFrom</c>: present when the limit of one request was reached; replay again from there.</summary>
sealed record ReplayView(int Queued, DateTimeOffset? NextFrom = null);
