using Tiffin.Storage;

namespace Tiffin.Tracking;

/// <summary>Which events a reader wants and may see; a null is no limit.</summary>
public sealed record EventFilter(
    IReadOnlySet<EventType>? Types = null, IReadOnlySet<string>? Kitchens = null, string? BrandId = null,
    string? Channel = null)
{
    public bool Passes(StoredEvent e) =>
        (Types is null || Types.Contains(e.Type))
        && (Kitchens is null || (e.KitchenId is { } kitchen && Kitchens.Contains(kitchen)))
        && (BrandId is null || BrandId == e.BrandId)
        && (Channel is null || Channel == e.Channel);
}
