using Tiffin.Chaos.Clients;
using Tiffin.Chaos.Ledgers;

namespace Tiffin.Chaos.Checks;

/// <summary>Compares what was acknowledged with the state after the run. Reads nothing itself.</summary>
static class Checker
{
    public static IEnumerable<Violation> Check(
        Ledger ledger, Evidence evidence, IReadOnlyCollection<LevelOperation> history) =>
    [
        .. ledger.Surprises.Select(surprise =>
            new Violation(ViolationKind.Unexpected, $"{surprise.Request}: {surprise.Answer}")),
        .. ledger.DifferentReplays.Select(key => new Violation(ViolationKind.ReplayDiffers, key)),
        .. Unresolved(ledger),
        .. OrderCheck.Check(ledger, evidence.Orders),
        .. LogCheck.Check(evidence),
        .. StockCheck.Check(ledger, evidence),
        .. Linear(history),
    ];

    static IEnumerable<Violation> Unresolved(Ledger ledger) =>
        ledger.Orders.Where(order => order.Outcome == Outcome.Unknown).Select(order => order.Key)
            .Concat(ledger.Movements.Where(movement => movement.Outcome == Outcome.Unknown)
                .Select(movement => movement.Key))
            .Select(key => new Violation(ViolationKind.Unresolved, $"{key} has no final answer"));

    static IEnumerable<Violation> Linear(IReadOnlyCollection<LevelOperation> history)
    {
        var (verdict, culprit) = Linearizability.Check(Menu.HotStart, history);
        if (verdict != Verdict.Linearizable)
            yield return new Violation(ViolationKind.NotLinearizable,
                $"the history of {history.Count} operations on {Menu.HotSku} is {verdict} at {culprit}");
    }
}
