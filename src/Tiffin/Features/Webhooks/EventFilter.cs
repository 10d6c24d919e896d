using System.Collections.Frozen;
using Tiffin.Domain;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;

namespace Tiffin.Features.Webhooks;

/// <summary>Which events an endpoint gets: by type patterns and, unless null, by kitchens.</summary>
sealed class EventFilter(IReadOnlyCollection<string> patterns, IReadOnlyCollection<string>? kitchens)
{
    readonly FrozenSet<EventType> types = EventPatterns.Subscribed(patterns);
    readonly FrozenSet<string>? kitchens = kitchens?.ToFrozenSet();

    /// <summary>Limits the filter to what the endpoint's owner may see; null does not.</summary>
    public FrozenSet<string>? OwnerKitchens { get; init; }

    public string? OwnerChannel { get; init; }

    /// <summary>Events at this position and before it do not match.</summary>
    public long StartsAfter { get; init; }

    public bool Matches(StoredEvent e) =>
        e.Position > StartsAfter && types.Contains(e.Type)
        && IsIn(kitchens, e.KitchenId) && IsIn(OwnerKitchens, e.KitchenId) && ChannelEvents.Passes(e, OwnerChannel);

    static bool IsIn(FrozenSet<string>? kitchens, string? kitchen) =>
        kitchens is null || (kitchen is not null && kitchens.Contains(kitchen));
}
