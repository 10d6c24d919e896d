using System.Globalization;
using Tiffin.Domain;
using Tiffin.Storage;
using Tiffin.Tracking;
using Tiffin.Wire;

namespace Tiffin.Http.Events;

/// <summary>Reads the feed's parameters; each answers what is wrong with it, or null.</summary>
static class FeedQuery
{
    static readonly Dictionary<string, EventType> types = Enum.GetValues<EventType>().ToDictionary(Names.Of);

    public static Problem? Filter(IQueryCollection query, out EventFilter filter)
    {
        filter = new EventFilter();
        HashSet<EventType>? wanted = null;
        foreach (var word in Words(query, "types"))
        {
            var matching = types.Where(type => Matches(type.Key, word)).Select(type => type.Value).ToList();
            if (matching.Count == 0)
                return Problems.BadParameter(
                    "types", $"must hold families such as order.*, or types: {string.Join(", ", types.Keys)}");
            (wanted ??= []).UnionWith(matching);
        }
        var kitchens = Words(query, "kitchenId").ToHashSet(StringComparer.Ordinal);
        var brand = query["brandId"].ToString();
        if (kitchens.Append(brand).Any(slug => slug.Length > 0 && !Slug.IsValid(slug)))
            return Problems.BadParameter("kitchenId", $"and 'brandId' must match {Slug.Pattern}");
        filter = new EventFilter(wanted, kitchens.Count > 0 ? kitchens : null, brand.Length > 0 ? brand : null);
        return null;
    }

    public static Problem? Number(IQueryCollection query, string name, int min, int max, int otherwise, out int value)
    {
        value = otherwise;
        if (query[name].ToString() is not { Length: > 0 } text) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max
            ? null
            : Problems.BadParameter(name, $"must be a number from {min} to {max}");
    }

    /// <summary>
    /// The position to go on from: what a stream saw last, or <c>after</c>. Without one, a page starts at the oldest
    /// event (null) and a stream with what happens next (null too).
    /// </summary>
    public static Problem? After(HttpContext context, bool live, (long First, long Last) bounds, out long? after)
    {
        after = null;
        var text = live && context.LastEventId() is { } last ? last : context.Request.Query["after"].ToString();
        if (text.Length == 0) return null;
        if (text == "latest") after = bounds.Last;
        else if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position)) after = position;
        else return Problems.BadParameter("after", "must be a position that the feed gave you, or 'latest'");
        if (after > bounds.Last)
            return Problems.BadParameter("after", $"lies in the future: the log ends at {bounds.Last}");
        return after < bounds.First - 1 ? Gone(bounds.First) : null;
    }

    static Problem Gone(long oldest) => new(410, "cursor_gone", "The log starts later",
        $"Events before position {oldest} are not kept any more. Start over with after={oldest - 1}.")
    {
        More = json => json.WriteString("oldest", (oldest - 1).ToString(CultureInfo.InvariantCulture)),
    };

    static IEnumerable<string> Words(IQueryCollection query, string name) => query[name]
        .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    static bool Matches(string type, string word) => word.EndsWith(".*", StringComparison.Ordinal)
        ? type.StartsWith(word[..^1], StringComparison.Ordinal)
        : type == word;
}
