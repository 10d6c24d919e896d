using System.Diagnostics.Metrics;

namespace Tiffin.Engine.Diagnostics;

/// <summary>Events per kitchen, counted by the node that committed them.</summary>
sealed class KitchenMetrics(IMeterFactory meters)
{
    public const string MeterName = "Tiffin.Kitchens";

    // Only a few types, because each is one series per kitchen.
    static readonly HashSet<string> counted =
        ["order.placed", "order.delivered", "order.cancelled", "inventory.low", "inventory.out"];

    readonly Counter<long> events = meters.Create(MeterName).CreateCounter<long>(
        "tiffin.kitchen.events", "{event}", "Orders placed, delivered, cancelled; ingredients that ran low or out");

    public void Record(string? kitchen, string type)
    {
        if (kitchen is null || !counted.Contains(type)) return;
        events.Add(1, new KeyValuePair<string, object?>("kitchen", kitchen),
            new KeyValuePair<string, object?>("type", type));
    }
}
