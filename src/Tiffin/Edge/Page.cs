using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Tiffin.Edge;

/// <summary>A page of a list.</summary>
sealed record Page<T>(
    IReadOnlyList<T> Data,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    [property: Description("Cursor of the next page; null on the last page.")] string? NextCursor);

static class Page
{
    /// <summary>
    /// A page of up to <paramref name="limit"/> entries. <paramref name="oneMore"/> has one more entry if there is a
    /// next page.
    /// </summary>
    public static Page<T> Of<T>(List<T> oneMore, int limit, Func<T, FormattableString> place) =>
        oneMore.Count <= limit
            ? new(oneMore, null)
            : new(oneMore[..limit], Query.EncodeCursor(place(oneMore[limit - 1])));
}
