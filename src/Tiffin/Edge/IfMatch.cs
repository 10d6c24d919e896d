using Microsoft.Net.Http.Headers;

namespace Tiffin.Edge;

/// <summary>
/// Optimistic concurrency by <c>If-Match</c> (RFC 9110, 13.1.1): a list matches if any of its tags does. The comparison
/// is strong: a weak tag never matches.
/// </summary>
/// <param name="Tags">The strong tags, with their quotes. Null for <c>*</c>: any version, but one must exist.</param>
sealed record IfMatch(IReadOnlyList<string>? Tags)
{
    public static readonly Problem Malformed =
        Problems.BadParameter("/header/If-Match", "must be '*' or quoted ETags, such as \"2\"");

    /// <summary>False if the header is malformed, which must not be treated as absent.</summary>
    /// <param name="condition">Null if there is no header.</param>
    public static bool TryRead(HttpContext context, out IfMatch? condition)
    {
        condition = null;
        var header = context.Request.Headers.IfMatch;
        if (header.Count == 0) return true;
        if (!EntityTagHeaderValue.TryParseStrictList(header, out var tags)) return false;
        condition = tags.Any(tag => tag.Tag == "*")
            ? new IfMatch(Tags: null)
            : new IfMatch([.. tags.Where(tag => !tag.IsWeak).Select(tag => tag.Tag.ToString())]);
        return true;
    }
}
