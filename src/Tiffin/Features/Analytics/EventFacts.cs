using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Tiffin.Domain;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Analytics;

/// <summary>
/// What an event adds to the figures. Each event says all that is needed: nothing is remembered from one to the next,
/// so the log can be summed up from anywhere, in any batches.
/// </summary>
static class EventFacts
{
    /// <summary>Throws at an event that this build cannot read, rather than to count past it.</summary>
    public static void Add(this Facts facts, StoredEvent e)
    {
        try
        {
            if (!Matters(e.Type)) return;
            var cell = new Cell(Cell.QuarterOf(e.At), e.KitchenId!, e.BrandId ?? "", e.Channel ?? "");
            Add(facts, e, EventContent.Read(e.Data), cell);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException
            or FormatException or NotSupportedException)
        {
            throw new InvalidDataException(
                $"Analytics stops: the event at position {e.Position} ({e.Type}) cannot be read.", unreadable);
        }
    }

    static bool Matters(EventType type) =>
        type == EventType.InventoryWasted || EventTypes.Find(type)?.Status is not null
        || (Enum.IsDefined(type) ? false : throw new NotSupportedException($"{type} is not known to this build"));

    static void Add(Facts facts, StoredEvent e, EventContent content, Cell cell)
    {
        switch (e.Type)
        {
            case EventType.OrderPlaced:
                facts.Add(Measure.Placed, cell, "", 1);
                AddSale(facts, content, cell, 1);
                break;
            case EventType.OrderCancelled:
                facts.Add(Measure.Cancelled, cell, $"{There(content.Reason)}/{There(content.By)}", 1);
                // Not a sale of its quarter after all. Its quarter can be long past.
                AddSale(facts, content, cell.In(There(content.PlacedAt)), -1);
                foreach (var (sku, kind, delta) in content.Stock)
                {
                    if (There(kind) == "wasted") facts.Add(Measure.Wasted, cell, There(sku), -There(delta));
                }
                break;
            case EventType.InventoryWasted:
                facts.Add(Measure.Wasted, cell, There(content.Sku), -There(content.Delta));
                break;
            default:
                if (e.Type == EventType.OrderDelivered) facts.Add(Measure.Delivered, cell, "", 1);
                AddTime(facts, e, content, cell);
                break;
        }
    }

    static void AddSale(Facts facts, EventContent content, Cell cell, int sign)
    {
        var totals = There(content.Totals);
        var currency = There(totals.Currency);
        facts.Add(Measure.Revenue, cell, currency, sign * (There(totals.Subtotal) + There(totals.Fees)));
        facts.Add(Measure.Tax, cell, currency, sign * There(totals.Tax));
        foreach (var (item, quantity, subtotal) in There(content.Lines))
        {
            facts.Add(Measure.Items, cell, There(item), sign * There(quantity));
            facts.Add(Measure.ItemRevenue, cell, $"{item}/{currency}", sign * There(subtotal));
        }
    }

    /// <summary>
    /// How long the order was in the status that it left. A status that was stepped over took no time and says nothing
    /// about the kitchen; to be accepted at once does.
    /// </summary>
    static void AddTime(Facts facts, StoredEvent e, EventContent content, Cell cell)
    {
        var since = There(content.Previous.At);
        var time = Math.Max(0, e.At.ToUnixTimeMilliseconds() - since.ToUnixTimeMilliseconds());
        Measure? measure = content.Previous.Status switch
        {
            "placed" => Measure.Accept,
            "accepted" => null,
            "preparing" => Measure.Prepare,
            "ready" => Measure.Wait,
            "out_for_delivery" => Measure.Deliver,
            var other => throw new FormatException($"nothing leaves the status '{other}'"),
        };
        if (measure is { } spent && (time > 0 || spent == Measure.Accept))
            facts.Add(spent, cell, Histogram.BucketOf(time).ToString(CultureInfo.InvariantCulture), 1);
    }

    static T There<T>(T? value, [CallerArgumentExpression(nameof(value))] string what = "") where T : struct =>
        value ?? throw new FormatException($"{what} is missing");

    static T There<T>(T? value, [CallerArgumentExpression(nameof(value))] string what = "") where T : class =>
        value ?? throw new FormatException($"{what} is missing");
}
