using System.Collections.Frozen;
using Tiffin.Storage;

namespace Tiffin.Wire;

/// <summary>What those who want events may ask for: a type, a family of them (<c>order.*</c>), or <c>*</c>.</summary>
static class EventPatterns
{
    static readonly FrozenDictionary<string, FrozenSet<EventType>> known = Enum.GetValues<EventType>()
        .SelectMany(type => new[] { Names.Of(type), Family(Names.Of(type)), "*" }.Select(name => (name, type)))
        .GroupBy(pair => pair.name, pair => pair.type)
        .ToFrozenDictionary(group => group.Key, group => group.ToFrozenSet());

    public static IEnumerable<string> All => known.Keys.Order(StringComparer.Ordinal);

    public static bool IsKnown(string pattern) => known.ContainsKey(pattern);

    /// <summary>The types that any of the patterns names.</summary>
    public static FrozenSet<EventType> Types(IEnumerable<string> patterns) =>
        patterns.SelectMany(pattern => known.GetValueOrDefault(pattern) ?? []).ToFrozenSet();

    /// <summary>The same as they are stored.</summary>
    public static short[] Codes(IEnumerable<string> patterns) => [.. Types(patterns).Select(type => (short)type)];

    static string Family(string name) => name[..name.IndexOf('.', StringComparison.Ordinal)] + ".*";
}
