using System.Globalization;
using Tiffin.Domain.Inventory;

namespace Tiffin.Domain.Tests;

/// <summary>
/// A sequence of commands on <see cref="SmallChain"/>, each with its expected answer. k1 and berlin hold 1000 of
/// everything, k2 nothing.
/// </summary>
sealed class Story
{
    readonly Rows rows = new();
    DateTimeOffset now = SmallChain.Noon;
    int step;
    int counts;

    public Story()
    {
        rows.Run([.. SmallChain.Puts], now);
        Holds("k1", ("rice", 1000), ("potato", 1000), ("ghee", 1000), ("noodle", 1000));
        Holds("berlin", ("rice", 1000), ("potato", 1000), ("ghee", 1000));
    }

    /// <summary>Sets the time (UTC), such as <c>2026-03-29 00:59</c>.</summary>
    public Story At(string time)
    {
        now = DateTimeOffset.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return this;
    }

    public Story Holds(string kitchen, params (string Sku, long OnHand)[] levels)
    {
        var lines = levels.Select(level => SmallChain.Move(MovementKind.Counted, level.Sku, level.OnHand)).ToArray();
        rows.Run([SmallChain.Record(--counts, kitchen, lines)], now);
        return this;
    }

    public Story Do(Command command, string answer)
    {
        var (_, got) = rows.Run([command], now).Single();
        step++;
        if (got == answer) return this;
        throw new ShouldAssertException(
            $"step {step}: {command}\n    should answer: {answer}\n    but answered:  {got}");
    }

    public Story Has(string kitchen, string sku, long onHand)
    {
        var key = new StockKey(rows.Catalogue.Kitchens[kitchen].Number, rows.Catalogue.Ingredients[sku].Number);
        rows.Stocks[key].OnHand.ShouldBe(onHand, $"{sku} in {kitchen} after step {step}");
        return this;
    }
}
