using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain.Inventory;

/// <summary>
/// <paramref name="Quantity"/> is in the ingredient's unit: the quantity received or wasted, the level counted, or the
/// signed correction. <paramref name="SeenOnHand"/> is the quantity that should have been on the shelf at the moment of
/// the count: the level plus the needs of waiting orders. If it is given, the count changes the current level by
/// <paramref name="Quantity"/> minus <paramref name="SeenOnHand"/>, so that sales after that moment are preserved. If
/// the shelf has less than waiting orders need, nothing is left to sell: the level becomes 0.
/// </summary>
public sealed record MovementLine(
    string Sku, MovementKind Kind, long Quantity, string? Note, long? SeenOnHand = null, WasteReason? Reason = null);

/// <summary>Records stock movements that are not caused by orders, all or nothing.</summary>
public sealed record RecordMovements(string KitchenId, IReadOnlyList<MovementLine> Lines) : IdempotentCommand
{
    public const int LinesMax = 500;
    public const int NoteMax = 200;

    /// <summary>The cancelled order whose food is wasted, although its ingredients were returned to stock.</summary>
    public Guid? OrderId { get; init; }

    protected internal override void Check(Faults faults)
    {
        faults.Count("/movements", Lines.Count, 1, LinesMax);
        for (var i = 0; i < Lines.Count; i++)
        {
            CheckLine(faults, Lines[i], $"/movements/{i}");
            if (Caller.IsKitchenStaff && Lines[i].Kind != MovementKind.Wasted)
                faults.Add($"/movements/{i}/kind", "not_yours",
                    "kitchen staff may record only wasted: ask a manager to record other kinds");
            if (OrderId is not null && Lines[i].Kind != MovementKind.Wasted)
                faults.Add($"/movements/{i}/kind", "only_when_wasted",
                    "must be wasted, because orderId is set; leave out orderId for other kinds");
        }
    }

    static void CheckLine(Faults faults, MovementLine line, string at)
    {
        var (min, max) = line.Kind switch
        {
            MovementKind.Counted => (0, Stock.OnHandMax),
            MovementKind.Corrected => (-Stock.OnHandMax, Stock.OnHandMax),
            _ => (1, Stock.OnHandMax),
        };
        faults.Range($"{at}/quantity", line.Quantity, min, max);
        if (line is { Kind: MovementKind.Corrected, Quantity: 0 })
            faults.Add($"{at}/quantity", "out_of_range", "must not be 0: a correction of 0 changes nothing");
        if (line.Kind is MovementKind.Sold or MovementKind.Returned)
            faults.Add($"{at}/kind", "not_recordable", "sold and returned are recorded only by orders");
        if (line.SeenOnHand is { } seen)
        {
            faults.Range($"{at}/seenOnHand", seen, 0, Stock.OnHandMax);
            if (line.Kind != MovementKind.Counted)
                faults.Add($"{at}/seenOnHand", "only_when_counted", "must be absent: only a count compares levels");
        }
        if (line.Reason is not null && line.Kind != MovementKind.Wasted)
            faults.Add($"{at}/reason", "only_when_wasted", "must be absent: only waste has a reason");
        faults.Text($"{at}/note", line.Note, NoteMax);
    }

    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue)
    {
        base.DeclareReads(rows, catalogue);
        if (!catalogue.Kitchens.TryGetValue(KitchenId, out var kitchen)) return;
        if (OrderId is { } order) rows.Orders.Add(order);
        foreach (var line in Lines)
        {
            if (catalogue.Ingredients.TryGetValue(line.Sku, out var ingredient))
                rows.Stocks.Add(new StockKey(kitchen.Number, ingredient.Number));
        }
    }

    protected override Decision DecideNew(Workset workset)
    {
        if (workset.Catalogue.KitchenFor(Caller, KitchenId) is not { } kitchen)
            return Refuse(new Refusal.EntryNotFound("kitchen", KitchenId));
        if (OrderId is { } id && !IsCancelled(workset.OrderFor(Caller, id), kitchen))
            return Refuse("/orderId", "unknown_order", $"must be a cancelled order of kitchen '{KitchenId}', is {id}");

        var events = new List<DomainEvent>();
        var levels = new Dictionary<StockKey, long>();
        for (var i = 0; i < Lines.Count; i++)
        {
            var line = Lines[i];
            if (!workset.Catalogue.Ingredients.TryGetValue(line.Sku, out var ingredient))
                return Refuse($"/movements/{i}/sku", "unknown_ingredient", $"unknown ingredient '{line.Sku}'");
            var key = new StockKey(kitchen.Number, ingredient.Number);
            var before = levels.TryGetValue(key, out var level) ? level : workset.StockOf(key).OnHand;
            var delta = line.Kind switch
            {
                MovementKind.Counted => Math.Max(-before, line.Quantity - (line.SeenOnHand ?? before)),
                MovementKind.Wasted => -line.Quantity,
                _ => line.Quantity,
            };
            if (before + delta < 0)
                return Refuse(new Refusal.NotEnoughStock($"/movements/{i}/quantity", line.Sku, -delta, before));
            if (before + delta > Stock.OnHandMax)
                return Refuse($"/movements/{i}/quantity", "out_of_range", $"would exceed {Stock.OnHandMax} on hand");
            levels[key] = before + delta;
            events.Add(new StockMoved(
                new Movement(key, line.Kind, delta, null, line.Note, line.Reason), before + delta));
        }
        foreach (var (key, onHand) in levels)
        {
            StockStateChanged.Append(events, workset, key, onHand, workset.StockOf(key).Threshold);
        }
        return new Decision.Accepted(events, new Result.OfLevels([.. levels.Keys]));
    }

    static bool IsCancelled(Order? order, Kitchen kitchen) =>
        order is { Status: OrderStatus.Cancelled } && order.Kitchen == kitchen.Number;
}
