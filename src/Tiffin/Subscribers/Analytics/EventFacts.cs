using System.Globalization;
using System.Text.Json;
using Tiffin.Storage;

namespace Tiffin.Subscribers.Analytics;

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
            using var json = JsonDocument.Parse(e.Data);
            var cell = new Cell(Cell.QuarterOf(e.At), e.KitchenId!, e.BrandId ?? "", e.Channel ?? "");
            Add(facts, e, json.RootElement, cell);
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException
            or InvalidOperationException or FormatException or NotSupportedException)
        {
            throw new InvalidDataException(
                $"Analytics stops: the event at position {e.Position} ({e.Type}) cannot be read.", unreadable);
        }
    }

    static bool Matters(EventType type) => type is <= EventType.OrderCancelled or EventType.InventoryWasted
        || (Enum.IsDefined(type) ? false : throw new NotSupportedException($"{type} is not known to this build"));

    static void Add(Facts facts, StoredEvent e, JsonElement data, Cell cell)
    {
        switch (e.Type)
        {
            case EventType.OrderPlaced:
                facts.Add(Measure.Placed, cell, "", 1);
                AddSale(facts, data, cell, 1);
                break;
            case EventType.OrderCancelled:
                facts.Add(Measure.Cancelled, cell, $"{Text(data, "reason")}/{Text(data, "by")}", 1);
                // Not a sale of its quarter after all. Its quarter can be long past.
                AddSale(facts, data, cell.In(data.GetProperty("placedAt").GetDateTimeOffset()), -1);
                AddWaste(facts, data, cell);
                break;
            case EventType.InventoryWasted:
                facts.Add(Measure.Wasted, cell, Text(data, "sku"), -data.GetProperty("delta").GetInt64());
                break;
            default:
                if (e.Type == EventType.OrderDelivered) facts.Add(Measure.Delivered, cell, "", 1);
                AddTime(facts, e, data, cell);
                break;
        }
    }

    static void AddSale(Facts facts, JsonElement data, Cell cell, int sign)
    {
        var totals = data.GetProperty("totals");
        var currency = Text(totals.GetProperty("total"), "currency");
        facts.Add(Measure.Revenue, cell, currency, sign * (Amount(totals, "subtotal") + Amount(totals, "fees")));
        facts.Add(Measure.Tax, cell, currency, sign * Amount(totals, "tax"));
        foreach (var line in data.GetProperty("lines").EnumerateArray())
        {
            var item = Text(line, "itemId");
            facts.Add(Measure.Items, cell, item, sign * line.GetProperty("quantity").GetInt64());
            facts.Add(Measure.ItemRevenue, cell, $"{item}/{currency}", sign * Amount(line, "subtotal"));
        }
    }

    static void AddWaste(Facts facts, JsonElement data, Cell cell)
    {
        if (!data.TryGetProperty("stock", out var stock)) return;
        foreach (var movement in stock.EnumerateArray().Where(movement => Text(movement, "kind") == "wasted"))
            facts.Add(Measure.Wasted, cell, Text(movement, "sku"), -movement.GetProperty("delta").GetInt64());
    }

    /// <summary>
    /// How long the order was in the status that it left. A status that was stepped over took no time and says nothing
    /// about the kitchen; to be accepted at once does.
    /// </summary>
    static void AddTime(Facts facts, StoredEvent e, JsonElement data, Cell cell)
    {
        var previous = data.GetProperty("previous");
        var since = previous.GetProperty("at").GetDateTimeOffset();
        var time = Math.Max(0, e.At.ToUnixTimeMilliseconds() - since.ToUnixTimeMilliseconds());
        Measure? measure = Text(previous, "status") switch
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

    static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    static long Amount(JsonElement element, string name) =>
        element.GetProperty(name).GetProperty("amount").GetInt64();
}
