using System.Collections.Frozen;
using Tiffin.Domain;

namespace Tiffin.Engine.Wire;

/// <summary>Patterns of event types in filters: a type, a family (<c>order.*</c>), or <c>*</c>.</summary>
static class EventPatterns
{
    static readonly FrozenDictionary<string, FrozenSet<EventType>> known = EventTypes.All
        .SelectMany(row => new[] { row.Name, Family(row.Name), "*" }.Select(name => (name, type: row.Type)))
        .GroupBy(pair => pair.name, pair => pair.type)
        .ToFrozenDictionary(group => group.Key, group => group.ToFrozenSet());

    public static IEnumerable<string> All => known.Keys.Order(StringComparer.Ordinal);

    public static bool IsKnown(string pattern) => known.ContainsKey(pattern);

    /// <summary>The types that match at least one pattern.</summary>
    public static FrozenSet<EventType> Types(IEnumerable<string> patterns) =>
        patterns.SelectMany(pattern => known.GetValueOrDefault(pattern) ?? []).ToFrozenSet();

    /// <summary>The types that a webhook gets; some only if a pattern is their full name.</summary>
    public static FrozenSet<EventType> Subscribed(IReadOnlyCollection<string> patterns) => Types(patterns)
        .Where(type => EventTypes.Row(type) is var row && (!row.MatchesOnlyByName || patterns.Contains(row.Name)))
        .ToFrozenSet();

    /// <summary>The types that a webhook gets, as stored codes.</summary>
    public static short[] Codes(IReadOnlyCollection<string> patterns) =>
        [.. Subscribed(patterns).Select(type => (short)type)];

    static string Family(string name) => name[..name.IndexOf('.', StringComparison.Ordinal)] + ".*";
}
