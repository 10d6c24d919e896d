using System.Collections.Frozen;
using Tiffin.Storage;
using Tiffin.Wire;

namespace Tiffin.Subscribers.Webhooks;

/// <summary>
/// Which events an endpoint wants: types or families of them (<c>order.*</c>), of all kitchens or of some.
/// </summary>
sealed class EventFilter(IEnumerable<string> patterns, IReadOnlyCollection<string>? kitchens)
{
    static readonly FrozenDictionary<string, FrozenSet<EventType>> known = Known();

    readonly FrozenSet<EventType> types =
        patterns.SelectMany(pattern => known.GetValueOrDefault(pattern) ?? []).ToFrozenSet();

    readonly FrozenSet<string>? kitchens = kitchens?.ToFrozenSet();

    /// <summary>What the endpoint's owner may see, whatever is wanted; null is no limit.</summary>
    public FrozenSet<string>? OwnerKitchens { get; init; }

    public string? OwnerChannel { get; init; }

    /// <summary>Everything that a filter may name.</summary>
    public static IEnumerable<string> Patterns => known.Keys.Order(StringComparer.Ordinal);

    /// <summary>The wanted types as they are stored.</summary>
    public short[] Codes => [.. types.Select(type => (short)type)];

    public static bool IsKnown(string pattern) => known.ContainsKey(pattern);

    public bool Matches(StoredEvent e) =>
        types.Contains(e.Type) && IsIn(kitchens, e.KitchenId) && IsIn(OwnerKitchens, e.KitchenId)
        && (OwnerChannel is null || OwnerChannel == e.Channel);

    static bool IsIn(FrozenSet<string>? kitchens, string? kitchen) =>
        kitchens is null || (kitchen is not null && kitchens.Contains(kitchen));

    static FrozenDictionary<string, FrozenSet<EventType>> Known()
    {
        return Enum.GetValues<EventType>()
            .SelectMany(type => new[] { Names.Of(type), Family(Names.Of(type)), "*" }.Select(name => (name, type)))
            .GroupBy(pair => pair.name, pair => pair.type)
            .ToFrozenDictionary(group => group.Key, group => group.ToFrozenSet());
    }

    static string Family(string name) => name[..name.IndexOf('.', StringComparison.Ordinal)] + ".*";
}
