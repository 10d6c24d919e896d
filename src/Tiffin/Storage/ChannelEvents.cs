using System.Text.RegularExpressions;

namespace Tiffin.Storage;

/// <summary>
/// What a channel is sent of the log: the events of its own orders, and those that change a menu: modes of kitchens,
/// availability, items, brands and kitchens. Nothing of ingredients, levels and thresholds.
/// </summary>
static partial class ChannelEvents
{
    // What an event without an order is about. Read by PostgreSQL and .NET alike.
    const string MenuSubject = "^((kitchens|brands|items)/[^/]+|kitchens/[^/]+/items/[^/]+)$";

    /// <summary>The condition on events.</summary>
    /// <param name="channel">A parameter of the statement; null for no channel, which sees all.</param>
    public static string Sql(string channel) =>
        $"({channel}::text IS NULL OR channel = {channel} OR subject ~ '{MenuSubject}')";

    public static bool Passes(StoredEvent e, string? channel) =>
        channel is null || e.Channel == channel || (e.Subject is { } subject && IsOfMenu().IsMatch(subject));

    /// <summary>Whether there is any event of a type that a channel is sent.</summary>
    public static bool MayHave(EventType type) =>
        type is <= EventType.OrderCancelled or EventType.KitchenModeChanged or EventType.CatalogueChanged;

    [GeneratedRegex(MenuSubject)]
    private static partial Regex IsOfMenu();
}
