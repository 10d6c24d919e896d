using Tiffin.Domain.Catalogue;

namespace Tiffin.Domain.Inventory;

public readonly record struct StockKey(int Kitchen, int Ingredient);

public enum MovementKind { Sold, Returned, Wasted, Received, Counted, Corrected }

/// <summary>Why stock was wasted. <c>Returned</c>: a dish that a customer gave back.</summary>
public enum WasteReason { Burnt, Spoiled, Dropped, Returned, Trial, CancelledOrder, Other }

public enum StockState { Ok, Low, Out }

/// <summary>A stock change in the ingredient's unit. The sum of all deltas is the quantity on hand.</summary>
public sealed record Movement(
    StockKey Stock, MovementKind Kind, long Delta, Guid? OrderId = null, string? Note = null,
    WasteReason? Reason = null);

/// <summary>The stock of an ingredient in a kitchen. <paramref name="State"/> is the last recorded state.</summary>
public sealed record Stock(StockKey Key, long OnHand, long Threshold, StockState State, DateTimeOffset Since)
{
    /// <summary>Maximum level: far above any real stock, far below an overflow.</summary>
    public const long OnHandMax = 1_000_000_000_000;

    public static Stock None(StockKey key, DateTimeOffset now) => new(key, 0, 0, StockState.Ok, now);

    public Stock Evolve(Movement movement) => this with { OnHand = OnHand + movement.Delta };

    public Stock Evolve(StockStateChanged levelled) => this with { State = levelled.State, Since = levelled.At };

    /// <summary>Out of stock when the level is below the smallest portion in the kitchen's recipes.</summary>
    public static StockState StateAt(long onHand, long threshold, long smallestPortion) =>
        onHand < smallestPortion ? StockState.Out : onHand < threshold ? StockState.Low : StockState.Ok;
}

/// <summary>A stock movement that is not caused by an order: received, wasted, counted or corrected.</summary>
public sealed record StockMoved(Movement Movement, long OnHand) : DomainEvent
{
    public override EventType? Type => EventTypes.Of(Movement.Kind);

    public override IReadOnlyList<Movement> Movements => [Movement];
}

/// <summary>
/// The stock state changed. Published as <c>inventory.low</c>, <c>.out</c> or <c>.recovered</c>. A change from out to
/// low is recorded but not published: low was published before, and only a recovery re-arms it.
/// </summary>
public sealed record StockStateChanged(
    StockKey Stock, StockState State, StockState Before, long OnHand, long Threshold, DateTimeOffset At) : DomainEvent
{
    public override EventType? Type => (Before, State) switch
    {
        (StockState.Out, StockState.Low) => null,
        (_, StockState.Low) => EventType.InventoryLow,
        (_, StockState.Out) => EventType.InventoryOut,
        _ => EventType.InventoryRecovered,
    };

    public override IEnumerable<StockKey> Stocks => [Stock];

    /// <summary>
    /// Appends the state changes caused by a new level and threshold. A drop from ok to out also yields low, if the
    /// level is below the threshold.
    /// </summary>
    public static void Append(
        List<DomainEvent> events, Workset workset, StockKey key, long onHand, long threshold)
    {
        var before = workset.StockOf(key).State;
        var smallest = workset.Catalogue.SmallestPortion(key);
        var after = Inventory.Stock.StateAt(onHand, threshold, smallest);
        if (after == before) return;
        if (before == StockState.Ok && after == StockState.Out && onHand < threshold)
        {
            events.Add(new StockStateChanged(key, StockState.Low, before, onHand, threshold, workset.Now));
            before = StockState.Low;
        }
        events.Add(new StockStateChanged(key, after, before, onHand, threshold, workset.Now));
    }

    /// <summary>Appends the state changes caused by a movement of <paramref name="delta"/>.</summary>
    public static void Append(List<DomainEvent> events, Workset workset, StockKey key, long delta)
    {
        var stock = workset.StockOf(key);
        Append(events, workset, key, stock.OnHand + delta, stock.Threshold);
    }

    protected internal override void Apply(Workset workset) =>
        workset.Stocks[Stock] = workset.StockOf(Stock).Evolve(this);
}

/// <summary>Published as <c>catalogue.changed</c>.</summary>
public sealed record ThresholdSet(StockKey Stock, long Threshold) : DomainEvent
{
    public override EventType? Type => EventType.CatalogueChanged;

    public override IEnumerable<StockKey> Stocks => [Stock];

    protected internal override void Apply(Workset workset) =>
        workset.Stocks[Stock] = workset.StockOf(Stock) with { Threshold = Threshold };
}
