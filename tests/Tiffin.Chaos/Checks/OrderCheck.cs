using Tiffin.Chaos.Ledgers;

namespace Tiffin.Chaos.Checks;

/// <summary>Each acknowledged order exists once, unaltered and in its last status; no others exist.</summary>
static class OrderCheck
{
    /// <summary>Implied by a request for a later status, or by kitchens that accept at once.</summary>
    static readonly string[] implied = ["placed", "accepted", "ready"];

    public static IEnumerable<Violation> Check(Ledger ledger, IReadOnlyList<SeenOrder> seen)
    {
        var byKey = seen.ToLookup(order => order.Key);
        var known = ledger.Orders.Select(order => order.Key).ToHashSet();
        foreach (var stranger in seen.Where(order => !known.Contains(order.Key)))
            yield return new Violation(ViolationKind.Unasked, $"{stranger.Id} has key '{stranger.Key}'");
        foreach (var entry in ledger.Orders)
            foreach (var violation in Check(entry, [.. byKey[entry.Key]]))
                yield return violation;
    }

    static IEnumerable<Violation> Check(OrderEntry entry, SeenOrder[] seen)
    {
        if (entry.Outcome == Outcome.Unknown) yield break;
        if (entry.Outcome == Outcome.Refused)
        {
            if (seen.Length > 0)
                yield return new Violation(ViolationKind.Unasked, $"{entry.Key} was refused, but is {seen[0].Id}");
            yield break;
        }
        if (seen.Length > 1)
            yield return new Violation(ViolationKind.Doubled,
                $"{entry.Key} is {string.Join(" and ", seen.Select(order => order.Id))}");
        if (seen.FirstOrDefault(order => order.Id == entry.Id) is not { } order)
        {
            yield return new Violation(ViolationKind.Lost, $"{entry.Key} was answered with {entry.Id}");
            yield break;
        }
        if (!order.ContentHash.AsSpan().SequenceEqual(entry.ContentHash))
            yield return new Violation(ViolationKind.Altered, $"{entry.Id} has another content than its answer");
        if (Misplaced(entry, order) is { } why) yield return new Violation(ViolationKind.Misplaced, why);
    }

    static string? Misplaced(OrderEntry entry, SeenOrder order)
    {
        var missing = entry.Acknowledged.Except(order.Timeline).ToList();
        if (missing.Count > 0) return $"{entry.Id} has lost '{missing[0]}'";
        string?[] ends = [entry.Acknowledged.LastOrDefault("accepted"), entry.Unresolved];
        if (!ends.Contains(order.Status))
            return $"{entry.Id} is {order.Status}, but was asked to be {string.Join(" or ", ends.OfType<string>())}";
        var extra = order.Timeline.Except(entry.Acknowledged).Except(implied)
            .FirstOrDefault(status => status != entry.Unresolved);
        return extra is null ? null : $"{entry.Id} was never asked to be '{extra}'";
    }
}
