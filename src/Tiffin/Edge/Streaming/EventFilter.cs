using System.Collections.Frozen;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.Streaming;

/// <summary>Filter of an event stream or page. Null means no limit.</summary>
sealed record EventFilter(
    IReadOnlySet<EventType>? Types = null, IReadOnlySet<string>? Kitchens = null, string? BrandId = null,
    string? Channel = null)
{
    /// <summary>
    /// Restricts the filter to a caller's scope. Customers and couriers see no events of the feed.
    /// </summary>
    public EventFilter Within(Scope scope) => this with
    {
        Kitchens = scope.CustomerId is not null || scope.CourierId is not null ? FrozenSet<string>.Empty
            : scope.Kitchens is null ? Kitchens
            : Kitchens is null ? scope.Kitchens : scope.Kitchens.Intersect(Kitchens).ToHashSet(StringComparer.Ordinal),
        Channel = scope.Channel ?? Channel,
    };

    public bool Matches(StoredEvent e) =>
        (Types is null || Types.Contains(e.Type))
        && (Kitchens is null || (e.KitchenId is { } kitchen && Kitchens.Contains(kitchen)))
        && (BrandId is null || BrandId == e.BrandId)
        && ChannelEvents.Passes(e, Channel);
}
