using System.Collections.Immutable;
using Tiffin.Domain.Catalogue;

namespace Tiffin.Domain.Orders;

public enum LineState { Waiting, Started, Done }

/// <summary>
/// The progress of a line of an order. <paramref name="Station"/> is where it was last worked on, if known.
/// </summary>
public sealed record LineProgress(LineState State, string? Station = null)
{
    static readonly LineProgress waiting = new(LineState.Waiting);

    /// <summary>The progress of each line. All lines wait until the first progress is recorded.</summary>
    public static IReadOnlyList<LineProgress> Of(Order order) =>
        order.Details.Progress ?? [.. Enumerable.Repeat(waiting, order.Lines.Value.Count)];

    /// <summary>The part of an order's needs that its started and done lines have taken.</summary>
    /// <remarks>
    /// Stock is deducted for the whole order, because a record per line would make placing slower for a rare case. So
    /// the quantity sold of an ingredient is divided among the lines in proportion to what their recipes need today. If
    /// the recipes are still those of the sale, the result is exact. If one has changed, the parts still add up to the
    /// quantity sold, because the rest is what remains after the started part. That part is rounded up, and an
    /// ingredient that no recipe of the order needs any more counts as taken: what may be gone must not be sold again.
    /// </remarks>
    public static ImmutableArray<Portion> Taken(CatalogueSnapshot catalogue, Order order)
    {
        var progress = Of(order);
        var started = order.Lines.Value.Where((_, line) => progress[line].State != LineState.Waiting).ToArray();
        if (started.Length == 0) return [];
        var takenToday = Today(started);
        var neededToday = Today(order.Lines.Value);
        return
        [
            .. order.Needs
                .Select(need => need with
                {
                    Quantity = Part(need.Quantity, takenToday.GetValueOrDefault(need.Ingredient),
                        neededToday.GetValueOrDefault(need.Ingredient)),
                })
                .Where(taken => taken.Quantity > 0),
        ];

        Dictionary<int, long> Today(IReadOnlyList<BasketLine> lines) =>
            Basket.Needs(catalogue, lines).ToDictionary(need => need.Ingredient, need => need.Quantity);
    }

    static long Part(long sold, long taken, long needed) =>
        needed == 0 ? sold : (long)(((Int128)sold * taken + needed - 1) / needed);
}
