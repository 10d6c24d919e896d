using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Tiffin.Edge;

/// <summary>A part of a list.</summary>
public sealed record Page<T>(
    IReadOnlyList<T> Data,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    [property: Description("Where to go on; null on the last page.")] string? NextCursor);

static class Page
{
    /// <summary>
    /// A page of <paramref name="limit"/> entries out of one more: that one only tells that there is a next page.
    /// </summary>
    public static Page<T> Of<T>(List<T> oneMore, int limit, Func<T, FormattableString> place) =>
        oneMore.Count <= limit
            ? new(oneMore, null)
            : new(oneMore[..limit], Query.CursorAt(place(oneMore[limit - 1])));
}
