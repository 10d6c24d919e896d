using System.Globalization;
using Microsoft.Net.Http.Headers;
using Tiffin.Domain;
using Tiffin.Edge;

namespace Tiffin.Features.Orders;

/// <summary>
/// Optimistic concurrency by <c>If-Match</c> (RFC 9110, 13.1.1): a list matches if any of its tags does. The comparison
/// is strong: a weak tag never matches.
/// </summary>
static class Preconditions
{
    public static readonly Problem Malformed =
        Problems.BadParameter("/header/If-Match", "must be '*' or quoted ETags, such as \"2\"");

    /// <summary>False if the header is malformed, which must not be treated as absent.</summary>
    /// <param name="versions">Null if unconditional: no header, or <c>*</c>.</param>
    public static bool TryRead(HttpContext context, out IfVersion? versions)
    {
        versions = null;
        var header = context.Request.Headers.IfMatch;
        if (header.Count == 0) return true;
        if (!EntityTagHeaderValue.TryParseStrictList(header, out var tags)) return false;
        if (tags.Any(tag => tag.Tag == "*")) return true;
        versions = new IfVersion([.. tags.Where(tag => !tag.IsWeak).Select(Version).OfType<int>()]);
        return true;
    }

    // Null for a tag that this server never sends.
    static int? Version(EntityTagHeaderValue tag) =>
        int.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version : null;
}
