using System.Text.RegularExpressions;
using Tiffin.Domain;

namespace Tiffin.Engine.Storage;

/// <summary>
/// The events that a channel may see: those of its own orders, and those that change a menu (kitchen modes,
/// availability, items, brands, kitchens). Never ingredients, stock levels or thresholds.
/// </summary>
static partial class ChannelEvents
{
    // Matches the subject of an event without an order. Must be valid in both PostgreSQL and .NET.
    const string MenuSubject = "^((kitchens|brands|items)/[^/]+|kitchens/[^/]+/items/[^/]+)$";

    static readonly string ofOrders = string.Join(", ",
        EventTypes.All.Where(row => row is { IsOrderEvent: true, IsForChannels: true }).Select(row => $"{row.Type:d}"));

    /// <summary>The WHERE condition on events.</summary>
    /// <param name="channel">Placeholder of a parameter; its value null means no restriction.</param>
    public static string Sql(string channel) =>
        $"({channel}::text IS NULL OR (channel = {channel} AND type IN ({ofOrders}))"
        + $" OR subject ~ '{MenuSubject}')";

    public static bool Passes(StoredEvent e, string? channel) =>
        channel is null || (e.Channel == channel && MaySee(e.Type))
        || (e.Subject is { } subject && MenuSubjectRegex().IsMatch(subject));

    /// <summary>Whether a channel may see any events of a type.</summary>
    public static bool MaySee(EventType type) =>
        type is EventType.KitchenModeChanged or EventType.CatalogueChanged
        || EventTypes.Find(type) is { IsOrderEvent: true, IsForChannels: true };

    [GeneratedRegex(MenuSubject)]
    private static partial Regex MenuSubjectRegex();
}
