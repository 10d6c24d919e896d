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

    /// <summary>The matching types as stored codes.</summary>
    public static short[] Codes(IEnumerable<string> patterns) => [.. Types(patterns).Select(type => (short)type)];

    static string Family(string name) => name[..name.IndexOf('.', StringComparison.Ordinal)] + ".*";
}
