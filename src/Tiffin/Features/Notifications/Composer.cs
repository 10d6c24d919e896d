using System.Globalization;
using System.Text.RegularExpressions;
using Tiffin.Domain;

namespace Tiffin.Features.Notifications;

/// <summary>Where a customer follows an order, or null when this installation has no public address.</summary>
delegate string? TrackingLink(Guid orderId);

/// <summary>Puts a message into words.</summary>
sealed partial class Composer(Templates templates, TrackingLink linkOf)
{
    public Message Compose(ClaimedMessage claimed)
    {
        var (subject, text) = claimed.Status is { } status
            ? ("subject", Names.Of(status))
            : ("alert_subject", "alert");
        return new(claimed.Id, claimed.Address!,
            Fill(templates.Text(claimed.BrandId, subject), claimed),
            Fill(templates.Text(claimed.BrandId, text), claimed));
    }

    string Fill(string template, ClaimedMessage claimed)
    {
        var link = claimed.OrderId is { } order ? linkOf(order) : null;
        return Hole().Replace(Optional().Replace(template, link is null ? "" : "$1"), hole => hole.Value switch
        {
            "{brand}" => claimed.BrandName,
            "{number}" => claimed.Number?.ToString(CultureInfo.InvariantCulture),
            "{link}" => link,
            "{kitchen}" => claimed.KitchenName,
            "{stock}" => claimed.Stock,
            _ => hole.Value,
        } ?? "");
    }

    [GeneratedRegex(@"\[([^\]]*)\]")]
    private static partial Regex Optional();

    [GeneratedRegex(@"\{[a-z]+\}")]
    private static partial Regex Hole();
}
