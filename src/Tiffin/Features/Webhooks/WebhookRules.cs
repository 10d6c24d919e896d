using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Edge;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;

namespace Tiffin.Features.Webhooks;

static class WebhookRules
{
    public const int UrlMax = 2_048;
    public const int ListMax = 200;
    public const int DescriptionMax = 500;

    public static Problem? Check(
        string? url, IReadOnlyList<string>? types, IReadOnlyList<string>? kitchens, string? description)
    {
        if (CheckTypes(types) is { } unknown) return unknown;
        var faults = new Faults();
        faults.Text("/url", url, UrlMax);
        if (url is not null && !Uri.TryCreate(url, UriKind.Absolute, out _))
            faults.Add("/url", "not_a_url", "must be an absolute URL such as https://example.com/hooks");
        if (types is not null) faults.Count("/types", types.Count, 1, ListMax);
        if (kitchens is not null) faults.Count("/kitchens", kitchens.Count, 0, ListMax);
        for (var i = 0; i < kitchens?.Count; i++) faults.Slug($"/kitchens/{i}", kitchens[i] ?? "");
        faults.Text("/description", description, DescriptionMax);
        return Problems.Of(faults);
    }

    // Rejects unknown types instead of ignoring them: a misspelt type would never match.
    public static Problem? CheckTypes(IReadOnlyList<string>? types)
    {
        for (var i = 0; i < types?.Count; i++)
        {
            // Deserialized lists may contain null despite their type.
            if (types[i] is null || !EventPatterns.IsKnown(types[i]))
                return Problems.Malformed(new Fault($"/types/{i}", "unknown_event_type",
                    $"expected one of: {string.Join(", ", EventPatterns.All)}"));
        }
        return null;
    }

    /// <summary>
    /// Rejects types that are never sent to the owner, and kitchens that do not exist or are not the owner's. Does not
    /// check null.
    /// </summary>
    /// <param name="isLimitedToKitchens">Whether the webhook is limited to some kitchens.</param>
    public static Problem? CheckDeliverable(
        Caller owner, IReadOnlyList<string>? types, IReadOnlyList<string>? kitchens, bool isLimitedToKitchens,
        CatalogueSnapshot catalogue)
    {
        var faults = new Faults();
        var sent = EventPatterns.All.Where(pattern => EventPatterns.Types([pattern]).Any(IsSent)).ToList();
        for (var i = 0; i < types?.Count; i++)
        {
            if (!sent.Contains(types[i]))
                faults.Add($"/types/{i}", "never_sent", $"'{types[i]}' is never sent to this webhook: its owner is a "
                    + $"{Names.Of(owner.Role)}{(isLimitedToKitchens ? ", and it is limited to some kitchens" : "")}. "
                    + $"Use any of: {string.Join(", ", sent)}");
        }
        for (var i = 0; i < kitchens?.Count; i++)
        {
            if (!catalogue.Kitchens.ContainsKey(kitchens[i]))
                faults.Add(Faults.UnknownKitchen($"/kitchens/{i}", kitchens[i]));
            else if (owner.Role == Role.Manager && !owner.WorksIn(kitchens[i]))
                faults.Add($"/kitchens/{i}", "not_yours", $"the webhook's owner does not manage '{kitchens[i]}'");
        }
        return Problems.Of(faults);

        // webhook.disabled belongs to no kitchen.
        bool IsSent(EventType type) => owner.Role == Role.Channel ? ChannelEvents.MaySee(type)
            : type != EventType.WebhookDisabled || !(isLimitedToKitchens || owner.Role == Role.Manager);
    }

    /// <summary>Resolves the host name, as every delivery does.</summary>
    public static async Task<Problem?> CheckAddress(WebhookSender sender, string? url, CancellationToken cancel) =>
        url is not null && await sender.CheckUrl(new Uri(url), cancel) is { } fault
            ? Problems.Of(new Refusal.Invalid("/url", "address_refused", fault))
            : null;

    public static readonly Problem Disabled = new(409, "webhook_disabled", "Webhook disabled",
        "A disabled webhook receives no deliveries. Enable it first: PATCH it with { \"status\": \"enabled\" }.");

    public static Problem TooManyWebhooks(int max) => new(409, "too_many_webhooks", "Too many webhooks",
        $"You have {max} webhooks, which is the limit. Delete one, or add event types to an existing one.");
}
