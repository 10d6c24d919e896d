using Tiffin.Domain.Catalogue;

namespace Tiffin.Domain.Inventory;

public readonly record struct StockKey(int Kitchen, int Ingredient);

public enum MovementKind { Sold, Returned, Wasted, Received, Counted, Corrected }

public enum StockState { Ok, Low, Out }

/// <summary>A change of stock in the ingredient's unit. The sum of all deltas is what is on hand.</summary>
public sealed record Movement(StockKey Stock, MovementKind Kind, long Delta, Guid? OrderId = null, string? Note = null);

/// <summary>An ingredient in a kitchen. <paramref name="State"/> is what was last told to the log's readers.</summary>
public sealed record Stock(StockKey Key, long OnHand, long Threshold, StockState State, DateTimeOffset Since)
{
    /// <summary>The most that a kitchen may hold: far above any warehouse, far below an overflow.</summary>
    public const long OnHandMax = 1_000_000_000_000;

    public static Stock None(StockKey key, DateTimeOffset now) => new(key, 0, 0, StockState.Ok, now);

    public Stock Evolve(Movement movement) => this with { OnHand = OnHand + movement.Delta };

    public Stock Evolve(StockLevelled levelled) => this with { State = levelled.State, Since = levelled.At };

    /// <summary>Out when not even the smallest portion of anything that the kitchen cooks can be made.</summary>
    public static StockState StateAt(long onHand, long threshold, long smallestPortion) =>
        onHand < smallestPortion ? StockState.Out : onHand < threshold ? StockState.Low : StockState.Ok;
}

/// <summary>Movements that nobody ordered: a delivery came, something spoiled, somebody counted.</summary>
public sealed record StockMoved(Movement Movement, long OnHand) : DomainEvent
{
    public override IReadOnlyList<Movement> Movements => [Movement];
}

/// <summary>
/// The level crossed a line. Told as <c>inventory.low</c>, <c>.out</c> or <c>.recovered</c>; the way from out back to
/// low is kept without being told, since low was told before and is armed again by a recovery only.
/// </summary>
public sealed record StockLevelled(
    StockKey Stock, StockState State, StockState Before, long OnHand, long Threshold, DateTimeOffset At) : DomainEvent
{
    /// <summary>
    /// The crossings that a change to <paramref name="onHand"/> and <paramref name="threshold"/> makes. A fall from
    /// ok straight to out crosses both lines, if it ends below both.
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
            events.Add(new StockLevelled(key, StockState.Low, before, onHand, threshold, workset.Now));
            before = StockState.Low;
        }
        events.Add(new StockLevelled(key, after, before, onHand, threshold, workset.Now));
    }
}

public sealed record ThresholdSet(StockKey Stock, long Threshold) : DomainEvent;
