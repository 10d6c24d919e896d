using System.Globalization;
using System.Text.RegularExpressions;
using Tiffin.Domain;

namespace Tiffin.Features.Notifications;

/// <summary>The URL of an order's tracking page; null if <c>Tracking:PublicUrl</c> is not set.</summary>
delegate string? TrackingLink(Guid orderId);

/// <summary>Renders a message from the brand's templates.</summary>
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
        var withLink = Optional().Replace(template, link is null ? "" : "$1");
        return Placeholder().Replace(withLink, match => match.Value switch
        {
            "{brand}" => claimed.BrandName,
            "{number}" => claimed.Number?.ToString(CultureInfo.InvariantCulture),
            "{link}" => link,
            "{kitchen}" => claimed.KitchenName,
            "{stock}" => claimed.Stock,
            _ => match.Value,
        } ?? "");
    }

    [GeneratedRegex(@"\[([^\]]*)\]")]
    private static partial Regex Optional();

    [GeneratedRegex(@"\{[a-z]+\}")]
    private static partial Regex Placeholder();
}
