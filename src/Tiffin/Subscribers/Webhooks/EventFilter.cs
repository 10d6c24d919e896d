using System.Collections.Frozen;
using Tiffin.Storage;
using Tiffin.Wire;

namespace Tiffin.Subscribers.Webhooks;

/// <summary>Which events an endpoint wants: those of its patterns, of all kitchens or of some.</summary>
sealed class EventFilter(IEnumerable<string> patterns, IReadOnlyCollection<string>? kitchens)
{
    readonly FrozenSet<EventType> types = EventPatterns.Types(patterns);
    readonly FrozenSet<string>? kitchens = kitchens?.ToFrozenSet();

    public bool Matches(StoredEvent e) =>
        types.Contains(e.Type) && (kitchens is null || (e.KitchenId is { } kitchen && kitchens.Contains(kitchen)));
}
