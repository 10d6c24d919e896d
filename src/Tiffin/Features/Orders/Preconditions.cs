using System.Globalization;
using Microsoft.Net.Http.Headers;
using Tiffin.Domain;

namespace Tiffin.Features.Orders;

/// <summary>
/// <c>If-Match</c> as RFC 9110 (13.1.1) has it: a list matches if any of its tags does, compared strongly, so that a
/// weak tag never matches.
/// </summary>
static class Preconditions
{
    /// <summary>False when the header cannot be read: it must not pass for no condition.</summary>
    /// <param name="versions">Null without a condition, and for <c>*</c>.</param>
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

    /// <summary>Null for a tag that this server has never sent.</summary>
    static int? Version(EntityTagHeaderValue tag) =>
        int.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version : null;
}
