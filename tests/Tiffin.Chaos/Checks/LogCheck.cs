namespace Tiffin.Chaos.Checks;

/// <summary>Positions and each order's sequence are gap-free, and the readers received exactly the log.</summary>
static class LogCheck
{
    public static IEnumerable<Violation> Check(Evidence evidence)
    {
        var next = 1L;
        foreach (var happened in evidence.Events)
        {
            if (happened.Position != next)
                yield return new Violation(ViolationKind.Gap, $"position {happened.Position} follows {next - 1}");
            next = happened.Position + 1;
        }
        foreach (var violation in Sequences(evidence)) yield return violation;
        var ids = evidence.Events.ToDictionary(happened => happened.Position, happened => happened.Id);
        foreach (var reading in evidence.Readings)
            if (Misread(reading, ids) is { } misread)
                yield return misread;
    }

    static IEnumerable<Violation> Sequences(Evidence evidence)
    {
        var reached = new Dictionary<Guid, int>();
        foreach (var happened in evidence.Events)
        {
            if (happened is not { OrderId: { } order, Sequence: { } sequence }) continue;
            var before = reached.GetValueOrDefault(order);
            if (sequence != before + 1)
                yield return new Violation(ViolationKind.Gap, $"{order}: sequence {sequence} follows {before}");
            reached[order] = sequence;
        }
        foreach (var order in evidence.Orders)
            if (reached.GetValueOrDefault(order.Id) is var version && version != order.Version)
                yield return new Violation(
                    ViolationKind.Gap, $"{order.Id} is at version {order.Version}, its events end at {version}");
    }

    /// <summary>The first error only: all later positions would follow from it.</summary>
    static Violation? Misread(Reading reading, Dictionary<long, Guid> ids)
    {
        var last = 0L;
        foreach (var (position, id) in reading.Events)
        {
            // Delivery is at least once: an event may be received again.
            if (position > last + 1)
                return new Violation(ViolationKind.Gap, $"{reading.Reader} received {position} after {last}");
            if (!ids.TryGetValue(position, out var logged) || logged != id)
                return new Violation(ViolationKind.Misread,
                    $"{reading.Reader} received {id} at {position}, where the log has {logged}");
            last = Math.Max(last, position);
        }
        return last == ids.Count
            ? null
            : new Violation(ViolationKind.Gap, $"{reading.Reader} ended at {last}, the log at {ids.Count}");
    }
}
