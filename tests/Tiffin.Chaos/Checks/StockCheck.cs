using Tiffin.Chaos.Clients;
using Tiffin.Chaos.Ledgers;

namespace Tiffin.Chaos.Checks;

/// <summary>Each level equals the sum of the ledgers and of its events, and was never below zero.</summary>
static class StockCheck
{
    public static IEnumerable<Violation> Check(Ledger ledger, Evidence evidence)
    {
        var expected = Expected(ledger, evidence);
        foreach (var (level, onHand) in evidence.Levels)
            if (expected.GetValueOrDefault(level) is var sum && sum != onHand)
                yield return new Violation(
                    ViolationKind.Drifted, $"{level.Kitchen}/{level.Sku} is {onHand}, the ledgers say {sum}");
        foreach (var level in expected.Keys.Where(level => !evidence.Levels.ContainsKey(level)))
            yield return new Violation(ViolationKind.Drifted, $"{level.Kitchen}/{level.Sku} is not there");
        foreach (var violation in Balances(evidence)) yield return violation;
    }

    static Dictionary<(string Kitchen, string Sku), long> Expected(Ledger ledger, Evidence evidence)
    {
        var cancelled = evidence.Orders.Where(order => order.Status == "cancelled")
            .Select(order => order.Id).ToHashSet();
        var levels = new Dictionary<(string Kitchen, string Sku), long>();
        foreach (var movement in ledger.Movements.Where(movement => movement.Outcome == Outcome.Done))
            Add(levels, (movement.Kitchen, movement.Sku), movement.Delta);
        foreach (var order in ledger.Orders.Where(order => order.Outcome == Outcome.Done))
        {
            if (order.Returns && cancelled.Contains(order.Id)) continue;
            foreach (var (item, quantity) in order.Lines)
                foreach (var (sku, each) in Menu.Recipes[item])
                    Add(levels, (order.Kitchen, sku), -each * quantity);
        }
        return levels;
    }

    static IEnumerable<Violation> Balances(Evidence evidence)
    {
        var balances = new Dictionary<(string Kitchen, string Sku), long>();
        foreach (var happened in evidence.Events)
            foreach (var (kitchen, sku, delta) in happened.Changes)
            {
                Add(balances, (kitchen, sku), delta);
                if (balances[(kitchen, sku)] is < 0 and var below)
                    yield return new Violation(
                        ViolationKind.Oversold, $"{kitchen}/{sku} is {below} after position {happened.Position}");
            }
        foreach (var (level, onHand) in evidence.Levels)
        {
            if (onHand < 0)
                yield return new Violation(ViolationKind.Oversold, $"{level.Kitchen}/{level.Sku} is {onHand}");
            if (balances.GetValueOrDefault(level) is var sum && sum != onHand)
                yield return new Violation(
                    ViolationKind.Drifted, $"{level.Kitchen}/{level.Sku} is {onHand}, its events add up to {sum}");
        }
    }

    static void Add(
        Dictionary<(string Kitchen, string Sku), long> levels, (string Kitchen, string Sku) level, long delta) =>
        levels[level] = levels.GetValueOrDefault(level) + delta;
}
