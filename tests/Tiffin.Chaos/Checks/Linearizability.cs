using Tiffin.Chaos.Ledgers;

namespace Tiffin.Chaos.Checks;

enum Verdict
{
    Linearizable,
    NotLinearizable,

    /// <summary>More states than are looked at: too many operations were under way at the same time.</summary>
    Undecided,
}

/// <summary>
/// Whether there is one order of all operations on a level in which each takes effect between its request and its
/// answer, no change takes the level below zero, and each read and refusal is true at its place. After Wing and Gong,
/// with the memory of Lowe (https://doi.org/10.1002/cpe.3928): walks along the requests and answers and keeps every
/// state that is still possible, as the set of operations that have taken effect without being answered yet, and the
/// level. When nothing is under way, one state is left: the search stays as small as the operations are concurrent.
/// </summary>
static class Linearizability
{
    /// <summary>Operations under way at once: a set of them is a word.</summary>
    const int UnderWayMax = 64;
    const int StatesMax = 500_000;

    /// <summary>The verdict, and the operation that had no place.</summary>
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

    /// <summary>Requests and answers by time; at the same time requests first, which allows more orders.</summary>
    static IEnumerable<(LevelOperation Operation, bool IsAnswer)> Moments(
        IReadOnlyCollection<LevelOperation> history) =>
        history.Select(operation => (At: operation.Asked, IsAnswer: false, operation))
            .Concat(history.Where(operation => operation.Answered != long.MaxValue)
                .Select(operation => (At: operation.Answered, IsAnswer: true, operation)))
            .OrderBy(moment => moment.At).ThenBy(moment => moment.IsAnswer)
            .Select(moment => (moment.operation, moment.IsAnswer));

    /// <summary>All states that operations under way can lead to; null when there are too many.</summary>
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

    /// <summary>The level after an operation that takes effect at this level; null when it cannot.</summary>
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
