using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Tiffin.Domain;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Analytics;

/// <summary>
/// Projects an event to increments. Stateless: each event contains everything needed, so sums can be recomputed from
/// any position, in batches of any size.
/// </summary>
static class EventIncrements
{
    /// <exception cref="InvalidDataException">This build cannot read the event; skipping it would falsify the sums.
    /// </exception>
    public static void Add(this Increments increments, StoredEvent e)
    {
        try
        {
            if (!IsRelevant(e.Type)) return;
            var cell = new Cell(Cell.QuarterHourOf(e.At), e.KitchenId!, e.BrandId ?? "", e.Channel ?? "");
            Add(increments, e, EventContent.Read(e.Data), cell);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException
            or FormatException or NotSupportedException)
        {
            throw new InvalidDataException(
                $"Analytics stopped: the event at position {e.Position} ({e.Type}) cannot be read.", unreadable);
        }
    }

    static bool IsRelevant(EventType type)
    {
        var row = EventTypes.Find(type) ?? throw new NotSupportedException($"event type {type} is unknown");
        return row.Status is not null || type == EventType.InventoryWasted;
    }

    static void Add(Increments increments, StoredEvent e, EventContent content, Cell cell)
    {
        switch (e.Type)
        {
            case EventType.OrderPlaced:
                increments.Add(Measure.Placed, cell, "", 1);
                AddSale(increments, content, cell, 1);
                break;
            case EventType.OrderCancelled:
                increments.Add(Measure.Cancelled, cell, $"{Require(content.Reason)}/{Require(content.By)}", 1);
                // Reverses the sale in the quarter of the order's placement, which may be long past.
                AddSale(increments, content, cell.WithTime(Require(content.PlacedAt)), -1);
                foreach (var (sku, kind, delta, reason) in content.Stock)
                {
                    if (Require(kind) == "wasted") AddWaste(increments, cell, Require(sku), Require(delta), reason);
                }
                break;
            case EventType.InventoryWasted:
                AddWaste(increments, cell, Require(content.Sku), Require(content.Delta), content.Reason);
                break;
            default:
                if (e.Type == EventType.OrderDelivered) increments.Add(Measure.Delivered, cell, "", 1);
                // Moving a promise to a later time does not make it kept: the first one counts.
                if (e.Type == EventType.OrderReady && content.FirstPromise is { } promised)
                    AddDuration(increments, Measure.Promises, cell, Milliseconds(promised, e.At));
                AddTimeInStatus(increments, e, content, cell);
                break;
        }
    }

    static void AddWaste(Increments increments, Cell cell, string sku, long delta, string? reason) =>
        increments.Add(Measure.Wasted, cell, reason is null ? sku : $"{sku}/{reason}", -delta);

    static void AddSale(Increments increments, EventContent content, Cell cell, int sign)
    {
        var totals = Require(content.Totals);
        var currency = Require(totals.Currency);
        increments.Add(Measure.Revenue, cell, currency, sign * (Require(totals.Subtotal) + Require(totals.Fees)));
        increments.Add(Measure.Tax, cell, currency, sign * Require(totals.Tax));
        foreach (var (item, quantity, subtotal) in Require(content.Lines))
        {
            increments.Add(Measure.Items, cell, Require(item), sign * Require(quantity));
            increments.Add(Measure.ItemRevenue, cell, $"{item}/{currency}", sign * Require(subtotal));
        }
    }

    // Time in the status that the order left. A skipped status took no time and is not counted, because it does not
    // reflect the kitchen's work; immediate acceptance is counted.
    static void AddTimeInStatus(Increments increments, StoredEvent e, EventContent content, Cell cell)
    {
        var time = Milliseconds(Require(content.Previous.At), e.At);
        Measure? measure = content.Previous.Status switch
        {
            "placed" => Measure.Accept,
            "accepted" => null,
            "preparing" => Measure.Prepare,
            "ready" => Measure.Wait,
            "out_for_delivery" => Measure.Deliver,
            var other => throw new FormatException($"no transition from status '{other}' is expected"),
        };
        if (measure is { } spent && (time > 0 || spent == Measure.Accept)) AddDuration(increments, spent, cell, time);
    }

    static void AddDuration(Increments increments, Measure measure, Cell cell, long milliseconds) => increments.Add(
        measure, cell, Histogram.BucketOf(milliseconds).ToString(CultureInfo.InvariantCulture), 1);

    static long Milliseconds(DateTimeOffset from, DateTimeOffset to) =>
        to.ToUnixTimeMilliseconds() - from.ToUnixTimeMilliseconds();

    static T Require<T>(T? value, [CallerArgumentExpression(nameof(value))] string what = "") where T : struct =>
        value ?? throw new FormatException($"{what} is missing");

    static T Require<T>(T? value, [CallerArgumentExpression(nameof(value))] string what = "") where T : class =>
        value ?? throw new FormatException($"{what} is missing");
}
