using Tiffin.Chaos.Ledgers;

namespace Tiffin.Chaos.Checks;

enum Verdict
{
    Linearizable,
    NotLinearizable,

    /// <summary>More states than the search examines: too many operations were concurrent.</summary>
    Undecided,
}

/// <summary>
/// Whether there is one order of all operations on a level in which each takes effect between its request and its
/// response, no change takes the level below zero, and each read and refusal is correct at its place. The algorithm of
/// Wing and Gong with the memoization of Lowe (https://doi.org/10.1002/cpe.3928): it walks through the requests and
/// responses and keeps every state that is still possible: the level, and the set of unanswered operations that have
/// taken effect. When no operation is pending, one state is left: the number of states depends only on the
/// concurrency.
/// </summary>
static class Linearizability
{
    /// <summary>Concurrent operations: a set of them fits in one word.</summary>
    const int UnderWayMax = 64;
    const int StatesMax = 500_000;

    /// <summary>The verdict, and the operation that fits in no order.</summary>
    public static (Verdict Verdict, LevelOperation? Culprit) Check(
        long initial, IReadOnlyCollection<LevelOperation> history)
    {
        var slots = new LevelOperation?[UnderWayMax];
        var states = new HashSet<State> { new(0, initial) };
        foreach (var (operation, isAnswer) in Moments(history))
        {
            if (!isAnswer)
            {
                var free = Array.IndexOf(slots, null);
                if (free < 0) return (Verdict.Undecided, operation);
                slots[free] = operation;
                continue;
            }
            var slot = Array.FindIndex(slots, held => ReferenceEquals(held, operation));
            if (Expand(states, slots) is not { } reachable) return (Verdict.Undecided, operation);
            states = [.. reachable.Where(state => state.Has(slot)).Select(state => state.Without(slot))];
            if (states.Count == 0) return (Verdict.NotLinearizable, operation);
            slots[slot] = null;
        }
        return (Verdict.Linearizable, null);
    }

    /// <summary>Requests and responses by time; at equal times requests first, which allows more orders.</summary>
    static IEnumerable<(LevelOperation Operation, bool IsAnswer)> Moments(
        IReadOnlyCollection<LevelOperation> history) =>
        history.Select(operation => (At: operation.Asked, IsAnswer: false, operation))
            .Concat(history.Where(operation => operation.Answered != long.MaxValue)
                .Select(operation => (At: operation.Answered, IsAnswer: true, operation)))
            .OrderBy(moment => moment.At).ThenBy(moment => moment.IsAnswer)
            .Select(moment => (moment.operation, moment.IsAnswer));

    /// <summary>All states that pending operations can lead to; null when there are too many.</summary>
    static HashSet<State>? Expand(HashSet<State> states, LevelOperation?[] slots)
    {
        var seen = new HashSet<State>(states);
        var due = new Stack<State>(states);
        while (due.TryPop(out var state))
        {
            for (var slot = 0; slot < slots.Length; slot++)
            {
                if (slots[slot] is not { } operation || state.Has(slot)) continue;
                if (After(operation, state.Level) is { } level && seen.Add(state.With(slot, level)))
                    due.Push(state.With(slot, level));
            }
            if (seen.Count > StatesMax) return null;
        }
        return seen;
    }

    /// <summary>The level after an operation takes effect at this level; null when it cannot.</summary>
    static long? After(LevelOperation operation, long level) => operation.Action switch
    {
        LevelAction.Change => level + operation.Amount >= 0 ? level + operation.Amount : null,
        LevelAction.Refusal => level < operation.Amount ? level : null,
        _ => level == operation.Amount ? level : null,
    };

    readonly record struct State(ulong Effective, long Level)
    {
        public bool Has(int slot) => (Effective >> slot & 1) == 1;

        public State With(int slot, long level) => new(Effective | 1UL << slot, level);

        public State Without(int slot) => this with { Effective = Effective & ~(1UL << slot) };
    }
}
