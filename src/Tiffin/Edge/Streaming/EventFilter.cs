using System.Collections.Frozen;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.Streaming;

/// <summary>Which events a reader wants and may see; a null is no limit.</summary>
public sealed record EventFilter(
    IReadOnlySet<EventType>? Types = null, IReadOnlySet<string>? Kitchens = null, string? BrandId = null,
    string? Channel = null)
{
    /// <summary>
    /// No more than the scope lets see. To a single customer or courier, the log as a whole tells nothing.
    /// </summary>
    public EventFilter Within(Scope scope) => this with
    {
        Kitchens = scope.CustomerId is not null || scope.CourierId is not null ? FrozenSet<string>.Empty
            : scope.Kitchens is null ? Kitchens
            : Kitchens is null ? scope.Kitchens : scope.Kitchens.Intersect(Kitchens).ToHashSet(StringComparer.Ordinal),
        Channel = scope.Channel ?? Channel,
    };

    public bool Passes(StoredEvent e) =>
        (Types is null || Types.Contains(e.Type))
        && (Kitchens is null || (e.KitchenId is { } kitchen && Kitchens.Contains(kitchen)))
        && (BrandId is null || BrandId == e.BrandId)
        && ChannelEvents.Passes(e, Channel);
}
